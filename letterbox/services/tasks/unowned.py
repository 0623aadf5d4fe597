"""Open tasks without an owner: claimed by somebody who left, lost the right or is away, or waiting where nobody is at
work.

They are shown to whoever answers for them: a unit's principal (of the unit), the e-gov office and admins (all).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from letterbox.domain.clock import OFFICE_ZONE, Clock
from letterbox.domain.errors import FieldErrors, LetterboxError, NotAllowed, Unavailable
from letterbox.domain.permissions import EGOV_ROLES, Actor
from letterbox.domain.roster import Absence, Roster
from letterbox.domain.vocabulary import Role
from letterbox.engine.errors import TaskNotFound
from letterbox.engine.records import UserTask
from letterbox.engine.tasks import ClaimSearch
from letterbox.outbox import queue as outbox
from letterbox.services.audit.log import About, AdminAction, Change, Subject
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.staff.roster import read_roster
from letterbox.services.tasks.facts import TaskFactReader
from letterbox.services.visibility.hidden import hidden_among
from letterbox.services.visibility.rule import kept_from_nobody_of, seen_among
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.people import Person, RoleAssignment, Substitution

"""Tasks looked at per query; more than that is said to be "at least"."""
KEPT_S = 30.0
ANSWERS_FOR_ALL = EGOV_ROLES | {Role.ADMIN}


class Why(StrEnum):
    """Why nobody works on a task."""

    CLAIMED_BY_LEFT = "claimed_by_left"
    CLAIMED_WITHOUT_RIGHT = "claimed_without_right"
    CLAIMED_BY_AWAY = "claimed_by_away"
    ALL_AWAY = "all_away"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class UnownedTask:
    """An open task without an owner. ``title`` is empty if the reader may not read the letter.

    ``has_others``: somebody at work can take the task once its claim is released.
    """

    task_id: str
    name: str
    number: str
    title: str
    group: str
    unit: str | None
    due_at: datetime | None
    why: Why
    claimed_by: str
    claimed_by_id: int | None
    has_others: bool


@dataclass(frozen=True, slots=True)
class OpenGroups:
    """Groups in which nobody would be at work, with the numbers of letters whose tasks wait for them."""

    group: str
    total: int
    numbers: Sequence[str]


class UnownedTasks:
    def __init__(
        self,
        database: Database,
        claims: ClaimSearch,
        facts: TaskFactReader,
        casebook: Casebook,
        clock: Clock,
    ) -> None:
        self._database = database
        self._claims = claims
        self._facts = facts
        self._casebook = casebook
        self._clock = clock
        self._counted: dict[object, tuple[float, int]] = {}

    def unowned(self, actor: Actor) -> list[UnownedTask]:
        """Every such task by due instant. Five engine calls; more if a kind has over two hundred. Raises NotAllowed,
        Unavailable."""
        scope = _scope(actor)
        with self._database.reading() as session:
            roster = read_roster(session, self._today())
            suspects = _suspects(session, roster, self._today())
        claimed = self._claims.of_people([str(each) for each in sorted(suspects)])
        empty = self._claims.groups_with_tasks() - roster.staffed_groups()
        waiting = self._claims.unclaimed(sorted(empty))
        found = [(task, why) for task in claimed if (why := self._why_claimed(task, roster))]
        found += [(task, self._why_waiting(task, roster)) for task in waiting]
        return self._shown(found, roster, actor, scope)

    def count(self, actor: Actor) -> int:
        """The number for the navigation, at most 30 seconds old; 0 while the engine is away, or if the actor may not
        see them."""
        try:
            scope = _scope(actor)
        except NotAllowed:
            return 0
        key = scope, actor.belongs_to
        kept = self._counted.get(key)
        if kept is None or time.monotonic() - kept[0] > KEPT_S:
            kept = time.monotonic(), self._count_now(actor)
            self._counted[key] = kept
        return kept[1]

    def _count_now(self, actor: Actor) -> int:
        try:
            return len(self.unowned(actor))
        except Unavailable:
            return 0

    def release(self, actor: Actor, task_ids: Sequence[str]) -> int:
        """Release the claims of these tasks. Returns how many were released.

        Tasks that are not (or no longer) among the actor's ``unowned`` are left alone. Raises FieldErrors if none is
        chosen, NotAllowed, Unavailable.
        """
        if not task_ids:
            raise FieldErrors({"task": "请至少选择一项任务"})
        wanted = set(task_ids)
        chosen = [each for each in self.unowned(actor) if each.task_id in wanted]
        try:
            return sum(
                self._release(actor, each, each.claimed_by_id) for each in chosen if each.claimed_by_id is not None
            )
        finally:
            self._counted.clear()

    def left_behind(self, actor: Actor, person_id: int, groups: frozenset[str] | None = None) -> list[OpenGroups]:
        """The groups with open tasks in which nobody would be at work without this person (or without these groups of
        theirs), as far as the actor may know of them (A5). Raises Unavailable while the engine is away."""
        with self._database.reading() as session:
            roster = read_roster(session, self._today())
        member = roster.members.get(person_id)
        lost = member.groups if member and groups is None else groups or frozenset()
        empty = lost - roster.without(person_id, lost)
        return [self._open_group(actor, group) for group in sorted(empty & self._groups_with_any_task(empty))]

    def claimed_by(self, person_id: int) -> int:
        """How many open tasks the person has claimed. Raises Unavailable."""
        return len(self._claims.of_people([str(person_id)]))

    def _groups_with_any_task(self, groups: Iterable[str]) -> frozenset[str]:
        return frozenset(group for group in groups if self._claims.count([group]))

    def _open_group(self, actor: Actor, group: str) -> OpenGroups:
        tasks = self._claims.find([group], limit=20)
        numbers = tuple(dict.fromkeys(task.business_key for task in tasks if task.business_key))
        with self._database.reading() as session:
            hidden = hidden_among(session, actor, numbers)
        return OpenGroups(group, self._claims.count([group]), tuple(each for each in numbers if each not in hidden))

    def _today(self) -> date:
        return self._clock.now().astimezone(OFFICE_ZONE).date()

    def _groups(self, task: UserTask) -> tuple[str, ...]:
        """Empty for a task that ended a moment ago."""
        try:
            return self._facts.facts(task.id).groups
        except Unavailable:
            raise
        except LetterboxError:
            return ()

    def _why_claimed(self, task: UserTask, roster: Roster) -> Why | None:
        person_id = int(task.assignee or 0)
        absence = roster.absence(person_id)
        if absence is Absence.LEFT:
            return Why.CLAIMED_BY_LEFT
        if not roster.rights_of(person_id) & set(self._groups(task)):
            return Why.CLAIMED_WITHOUT_RIGHT
        return Why.CLAIMED_BY_AWAY if absence is Absence.ON_LEAVE else None

    def _why_waiting(self, task: UserTask, roster: Roster) -> Why:
        return Why.ALL_AWAY if roster.assigned_groups() & set(self._groups(task)) else Why.NOBODY

    def _shown(
        self, found: Sequence[tuple[UserTask, Why]], roster: Roster, actor: Actor, scope: frozenset[str] | None
    ) -> list[UnownedTask]:
        with self._database.reading() as session:
            letters = _letters(session, [task for task, _why in found], actor)
            answered = outbox.completed_among(session, [task.id for task, _why in found])
            readable = seen_among(session, [each.id for each in letters.values()], actor)
        shown = {}
        for task, why in found:
            letter = letters.get(task.business_key or "")
            groups = self._groups(task)
            is_theirs = scope is None or any(_unit(group) in scope for group in groups)
            if letter is None or not groups or not is_theirs or task.id in answered:
                continue
            may_read = letter.id in readable
            shown[task.id] = _unowned_task(task, why, letter, groups, roster, may_read=may_read)
        return sorted(shown.values(), key=_by_due)

    def _release(self, actor: Actor, unowned_task: UnownedTask, person_id: int) -> bool:
        """Record the release and queue its command in one change. Returns False if the task is gone or somebody else
        took it."""
        try:
            if self._claims.get(unowned_task.task_id).assignee != str(person_id):
                return False
        except TaskNotFound:
            return False
        subject = About(Subject.TASK, unowned_task.number, f"{unowned_task.number} {unowned_task.name}")
        before = {"claimed_by": unowned_task.claimed_by, "why": unowned_task.why}
        with self._casebook.open(unowned_task.number, actor, act=Act.RELEASE_CLAIM) as case:
            Change(case.session, actor, case.now).record(AdminAction.CLAIM_RELEASED, subject, before=before)
            case.commands.release(unowned_task.task_id, person_id)
        return True


def _scope(actor: Actor) -> frozenset[str] | None:
    """The units for whose work the actor answers; None if for all. Raises NotAllowed if for none."""
    if actor.has(*ANSWERS_FOR_ALL):
        return None
    units = actor.units(Role.UNIT_PRINCIPAL)
    if not units:
        raise NotAllowed("只有单位主要负责人、电子政务办和系统管理员可以查看无人办理的任务")
    return units


def _suspects(session: Session, roster: Roster, today: date) -> set[int]:
    """People whose claims may be void: they left, are away, lost a role, or were a substitute."""
    absent = {each for each in roster.members if roster.absence(each) is not None}
    relieved = select(RoleAssignment.person_id).where(RoleAssignment.ended_at.is_not(None))
    stood_in = select(Substitution.substitute_id).where(Substitution.to_on < today)
    query = select(Person.id).where(or_(Person.id.in_(relieved), Person.id.in_(stood_in)))
    return absent | set(session.scalars(query))


def _letters(session: Session, tasks: Sequence[UserTask], actor: Actor) -> Mapping[str, Letter]:
    numbers = {task.business_key for task in tasks if task.business_key}
    known = select(Letter).where(Letter.number.in_(numbers), kept_from_nobody_of(actor))
    return {each.number: each for each in session.scalars(known)}


def _unit(group: str) -> str | None:
    return group.partition("@")[2] or None


def _unowned_task(
    task: UserTask, why: Why, letter: Letter, groups: Sequence[str], roster: Roster, *, may_read: bool
) -> UnownedTask:
    assignee = int(task.assignee) if task.assignee else None
    member = roster.members.get(assignee) if assignee is not None else None
    return UnownedTask(
        task_id=task.id,
        name=task.name,
        number=letter.number,
        title=letter.title if may_read else "",
        group=groups[0],
        unit=_unit(groups[0]),
        due_at=task.due_at,
        why=why,
        claimed_by=member.name if member else "",
        claimed_by_id=assignee,
        has_others=bool(roster.staffed_groups() & set(groups)),
    )


def _by_due(unowned_task: UnownedTask) -> tuple[bool, float, str]:
    return (
        unowned_task.due_at is None,
        unowned_task.due_at.timestamp() if unowned_task.due_at else 0.0,
        unowned_task.task_id,
    )
