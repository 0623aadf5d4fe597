"""Leave and substitutes: entered by oneself, the unit's principal or an admin; ended early; listed.

A leave lends the roles of units only (``lending``); one that a principal enters for somebody else, those of his own units.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound, WrongState
from letterbox.domain.page import Page, items_before
from letterbox.domain.permissions import Actor, ActorKind
from letterbox.domain.vocabulary import Role
from letterbox.domain.words import label
from letterbox.services.access.lending import lends
from letterbox.services.audit.log import About, AdminAction, Administration, Change, Subject
from letterbox.services.staff.leave_rules import LeaveInput, checked, substitute_errors
from letterbox.store.database import Database
from letterbox.store.people import Person, RoleAssignment, Substitution, Unit, short_unit_names

PAGE = 50


@dataclass(frozen=True, slots=True)
class LeaveView:
    """``warning``: why the substitute does not stand in, if he does not. ``lends``: what he may do meanwhile, in words."""

    id: int
    person_id: int
    person: str
    substitute_id: int | None
    substitute: str
    from_on: date
    to_on: date
    reason: str
    is_now: bool
    is_over: bool
    was_ended_early: bool
    may_end: bool
    warning: str
    lends: str = ""


@dataclass(frozen=True, slots=True)
class SubstituteCandidate:
    """Somebody who can be chosen; ``units`` are short names of his units."""

    id: int
    name: str
    units: str


class Leaves:
    def __init__(self, database: Database, administration: Administration) -> None:
        self._database = database
        self._administration = administration

    def all(self, actor: Actor) -> list[LeaveView]:
        """Present and coming leaves that concern the actor: admin all, a principal those of his units, everybody his own
        and those he stands in for."""
        query = select(Substitution).where(Substitution.to_on >= self._administration.today())
        with self._database.reading() as session:
            mine = None if actor.has(Role.ADMIN) else _entrusted(session, actor)
            rows = session.scalars(_concerning(query, actor, mine).order_by(Substitution.from_on, Substitution.id))
            return self._views(session, list(rows), mine)

    def past(self, actor: Actor, page: int = 1) -> Page[LeaveView]:
        """Those that are over, the latest first, as ``all``."""
        query = select(Substitution).where(Substitution.to_on < self._administration.today())
        with self._database.reading() as session:
            mine = None if actor.has(Role.ADMIN) else _entrusted(session, actor)
            query = _concerning(query, actor, mine)
            total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            latest = query.order_by(Substitution.to_on.desc(), Substitution.id.desc())
            rows = session.scalars(latest.offset(items_before(page, PAGE)).limit(PAGE))
            shown = self._views(session, list(rows), mine)
            return Page(items=shown, page=page, per_page=PAGE, total=total)

    def _views(self, session: Session, rows: list[Substitution], mine: Collection[int] | None) -> list[LeaveView]:
        today = self._administration.today()
        people = {each.id: each for each in session.scalars(select(Person).where(Person.id.in_(_ids(rows))))}
        away, names = _away(session, today), short_unit_names(session)
        return [_view(row, people, today, away, mine is None or row.person_id in mine, names) for row in rows]

    def for_whom(self, actor: Actor) -> list[SubstituteCandidate]:
        """Active people for whom the actor may enter leave: himself first."""
        with self._database.reading() as session:
            found = _candidates(session)
            mine = None if actor.has(Role.ADMIN) else _entrusted(session, actor)
        own = own_id(actor)
        return sorted((each for each in found if mine is None or each.id in mine), key=lambda each: each.id != own)

    def substitutes(self, actor: Actor) -> list[SubstituteCandidate]:
        """Active people with a role; those of the actor's own units first."""
        with self._database.reading() as session:
            found = _candidates(session)
            own_units = actor.units()
            near = set(
                session.scalars(
                    select(RoleAssignment.person_id).where(
                        RoleAssignment.unit_code.in_(own_units), RoleAssignment.ended_at.is_(None)
                    )
                )
            )
        return sorted(found, key=lambda each: each.id not in near)

    def enter(self, actor: Actor, leave: LeaveInput) -> int:
        """Raises FieldErrors, NotAllowed, NotFound."""
        with self._administration.change(actor) as change:
            person = _allowed_person(change, leave.person_id)
            clean = checked(change, person, leave)
            clean.unit_codes = _own_units_only(change.actor, person)
            change.session.add(clean)
            change.session.flush()
            also = [clean.substitute_id] if clean.substitute_id else []
            facts = _facts(change, clean)
            change.record(AdminAction.LEAVE_ENTERED, _about(person), reason=clean.reason, after=facts, also=also)
            return clean.id

    def appoint(self, actor: Actor, leave_id: int, substitute_id: int | None) -> None:
        """Another substitute (or none) for the rest of a leave. Raises FieldErrors and as ``end``."""
        with self._administration.change(actor) as change:
            row, person = _open_leave(change, leave_id)
            first = max(row.from_on, change.today)
            errors = substitute_errors(
                change.session,
                LeaveInput(person_id=person.id, substitute_id=substitute_id, from_on=first, to_on=row.to_on),
                person,
            )
            if errors:
                raise FieldErrors(errors)
            before = _facts(change, row)
            was, row.substitute_id = row.substitute_id, substitute_id
            row.unit_codes = row.unit_codes or _own_units_only(change.actor, person)
            also = {each for each in (was, substitute_id) if each}
            facts = _facts(change, row)
            change.record(AdminAction.SUBSTITUTE_APPOINTED, _about(person), before=before, after=facts, also=also)

    def end(self, actor: Actor, leave_id: int) -> LeaveView:
        """From now on the person is back (a coming leave: cancelled). Raises WrongState, NotAllowed, NotFound."""
        with self._administration.change(actor) as change:
            row, person = _open_leave(change, leave_id)
            before = _facts(change, row)
            row.to_on, row.ended_at = change.today - timedelta(days=1), change.now
            also = [row.substitute_id] if row.substitute_id else []
            change.record(AdminAction.LEAVE_ENDED, _about(person), before=before, also=also)
            people = {person.id: person}
            if row.substitute_id:
                people[row.substitute_id] = change.session.get_one(Person, row.substitute_id)
            return _view(row, people, change.today, frozenset(), False, {})


def own_id(actor: Actor) -> int | None:
    return int(actor.id) if actor.kind is ActorKind.PERSON and actor.id and actor.id.isdigit() else None


def _about(person: Person) -> About:
    return About(Subject.PERSON, str(person.id), person.name)


def _open_leave(change: Change, leave_id: int) -> tuple[Substitution, Person]:
    """Raises NotFound for a leave that is not the actor's to know of, NotAllowed, WrongState once it is over."""
    row = change.session.get(Substitution, leave_id) if 0 < leave_id < 2**63 else None
    if row is None or (own_id(change.actor) not in {row.person_id, row.substitute_id} and not _may(change, row)):
        raise NotFound("没有这条休假记录")
    person = _allowed_person(change, row.person_id)
    if row.to_on < change.today:
        raise WrongState("这段休假已经结束")
    return row, person


def _may(change: Change, row: Substitution) -> bool:
    return change.actor.has(Role.ADMIN) or row.person_id in _entrusted(change.session, change.actor)


def _entrusted(session: Session, actor: Actor) -> set[int]:
    """The actor himself, and the people of the units whose principal he is."""
    units = actor.units(Role.UNIT_PRINCIPAL)
    query = select(RoleAssignment.person_id).where(
        RoleAssignment.unit_code.in_(units), RoleAssignment.ended_at.is_(None)
    )
    own = own_id(actor)
    return set(session.scalars(query)) | ({own} if own is not None else set())


def _own_units_only(actor: Actor, person: Person) -> list[str] | None:
    """The units whose roles are lent: a principal lends what is his unit's, everybody else all that can be lent."""
    if actor.has(Role.ADMIN) or own_id(actor) == person.id:
        return None
    return sorted(actor.units(Role.UNIT_PRINCIPAL))


def _allowed_person(change: Change, person_id: int) -> Person:
    """Raises NotFound for a person who is not there, NotAllowed for one who is not the actor's to arrange."""
    person = change.session.get(Person, person_id) if 0 < person_id < 2**63 else None
    if change.actor.has(Role.ADMIN):
        if person is None:
            raise NotFound("没有这个人员")
        return person
    if person is None or person.id not in _entrusted(change.session, change.actor):
        raise NotAllowed("只能为自己登记休假；单位主要负责人可为本单位人员登记，其他由系统管理员办理")
    return person


def _facts(change: Change, row: Substitution) -> dict[str, Any]:
    substitute = change.session.get(Person, row.substitute_id) if row.substitute_id else None
    return {
        "from_on": row.from_on.isoformat(),
        "to_on": row.to_on.isoformat(),
        "substitute": substitute.name if substitute else "无",
    }


def _candidates(session: Session) -> list[SubstituteCandidate]:
    """Active people who hold a role, by name."""
    query = (
        select(Person.id, Person.name, Unit.short_name)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .outerjoin(Unit, Unit.code == RoleAssignment.unit_code)
        .where(Person.is_active, RoleAssignment.ended_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    found: dict[int, tuple[str, dict[str, None]]] = {}
    for id_, name, unit in session.execute(query):
        found.setdefault(id_, (name, {}))[1].update({unit: None} if unit else {})
    return [SubstituteCandidate(id_, name, "、".join(units)) for id_, (name, units) in found.items()]


def _concerning(query: Select[Substitution], actor: Actor, mine: Collection[int] | None) -> Select[Substitution]:
    """``mine``: for whom he may enter leave; None: for everybody."""
    if mine is None:
        return query
    return query.where(or_(Substitution.person_id.in_(mine), Substitution.substitute_id == own_id(actor)))


def _ids(rows: Sequence[Substitution]) -> set[int]:
    return {each for row in rows for each in (row.person_id, row.substitute_id) if each is not None}


def _away(session: Session, today: date) -> frozenset[int]:
    query = select(Substitution.person_id).where(Substitution.from_on <= today, Substitution.to_on >= today)
    return frozenset(session.scalars(query))


def _view(
    row: Substitution,
    people: dict[int, Person],
    today: date,
    away: frozenset[int],
    may_end: bool,
    names: Mapping[str, str],
) -> LeaveView:
    substitute = people.get(row.substitute_id) if row.substitute_id else None
    is_now, is_over = row.from_on <= today <= row.to_on, row.to_on < today
    return LeaveView(
        id=row.id,
        person_id=row.person_id,
        person=people[row.person_id].name,
        substitute_id=row.substitute_id,
        substitute=substitute.name if substitute else "",
        from_on=row.from_on,
        to_on=row.to_on,
        reason=row.reason,
        is_now=is_now,
        is_over=is_over,
        was_ended_early=row.ended_at is not None,
        may_end=may_end and not is_over,
        warning="" if is_over else _warning(substitute, is_now and substitute is not None and substitute.id in away),
        lends=_lent_words(row, people[row.person_id], names),
    )


def _lent_words(row: Substitution, person: Person, names: Mapping[str, str]) -> str:
    """承办专人（水利局）; empty if nothing is lent."""
    current = [each for each in person.assignments if each.ended_at is None and lends(row, each.role, each.unit_code)]
    return "、".join(
        f"{label(Role(each.role))}（{names.get(each.unit_code or '', each.unit_code)}）" for each in current
    )


def _warning(substitute: Person | None, is_away: bool) -> str:
    if substitute is None:
        return "没有代办人"
    if not substitute.is_active:
        return "代办人已停用"
    return "代办人今天也休假" if is_away else ""
