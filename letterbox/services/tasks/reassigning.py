"""Reassigning a task inside a unit or office (内部交办): a named person has to do it from then on (H3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from letterbox.domain.clean_text import clean_text
from letterbox.domain.clock import Clock
from letterbox.domain.errors import FieldErrors, TaskGone
from letterbox.domain.events.handling import TaskHandedOn
from letterbox.domain.permissions import EGOV_ROLES, RANK, Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act, of_task
from letterbox.services.notices.notices import Notices
from letterbox.services.tasks.facts import TaskFactReader, TaskFacts
from letterbox.services.visibility.rule import groups_for, kept_away_people, require_task
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.people import Person, RoleAssignment

NOTE_MAX = 500


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person who may do the task by their own roles."""

    id: int
    name: str
    roles: tuple[str, ...]


class Reassigning:
    def __init__(
        self, database: Database, casebook: Casebook, facts: TaskFactReader, notices: Notices, clock: Clock
    ) -> None:
        self._database = database
        self._casebook = casebook
        self._facts = facts
        self._notices = notices
        self._clock = clock

    def colleagues(self, task_id: str, actor: Actor) -> list[Colleague]:
        """Everybody to whom the task can be given. Raises NotFound if the actor may not give it to others."""
        facts, _grant = self._facts.all_for_actor(task_id, actor)
        with self._database.reading() as session:
            return _colleagues(session, facts, self._clock.now())

    def reassign(self, task_id: str, person_id: int, note: str, actor: Actor) -> str:
        """Give the task to a colleague, or to the actor. Returns the person's name. Raises FieldErrors, NotFound."""
        (facts, grant), words = self._facts.all_for_actor(task_id, actor), clean_text(note)
        if len(words) > NOTE_MAX:
            raise FieldErrors({"note": f"最多 {NOTE_MAX} 字，现有 {len(words)} 字"})
        with self._casebook.open(facts.number, actor, act=Act.REASSIGN) as case:
            require_task(case.session, case.letter, facts.groups, actor)
            if case.letter.status not in of_task(facts.key, facts.definition_id):
                raise TaskGone("这项任务已被流程取消（来信已撤回、改派或已由他人处理）")
            known = {each.id: each for each in _colleagues(case.session, facts, case.now)}
            if person_id not in known:
                raise FieldErrors({"person": "请选择本单位能办理这项任务的人员"})
            case.acting_as(grant)
            to = known[person_id]
            case.commands.assign(task_id, to.id)
            case.record(
                TaskHandedOn(
                    task=facts.key,
                    task_name=facts.name,
                    to=to.name,
                    note=words or None,
                    unit=grant.unit,
                )
            )
            if str(to.id) != actor.id:
                person = case.session.get_one(Person, to.id)
                self._notices.notify_people(case, "task_handed_on", [person], task_name=facts.name, note=words)
            return to.name


def _colleagues(session: Session, facts: TaskFacts, now: datetime) -> list[Colleague]:
    """People who may do the task by their own roles, without those who belong to the accused (A5)."""
    excluded = session.execute(select(Letter.excluded_units).where(Letter.number == facts.number)).scalar_one()
    fitting = or_(*(_fits(group) for group in groups_for(session, excluded, facts.groups)))
    away = kept_away_people(session, excluded, now)
    query = (
        select(Person.id, Person.name, RoleAssignment.role)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(Person.is_active, RoleAssignment.ended_at.is_(None), fitting)
        .order_by(Person.name, Person.id, RoleAssignment.role)
    )
    found: dict[tuple[int, str], list[str]] = {}
    for person_id, name, role in session.execute(query):
        found.setdefault((person_id, name), []).append(role)
    return [Colleague(each, name, tuple(roles)) for (each, name), roles in found.items() if each not in away]


def _fits(group: str) -> ColumnElement[bool]:
    role, _, unit = group.partition("@")
    if role in EGOV_ROLES:
        return RoleAssignment.role.in_([str(each) for each in EGOV_ROLES])
    if not unit:
        return RoleAssignment.role == role
    roles = [str(other) for other, rank in RANK.items() if rank >= RANK.get(Role(role), 0)]
    return and_(RoleAssignment.role.in_(roles), RoleAssignment.unit_code == unit)
