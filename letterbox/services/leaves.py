"""Leave and substitutes: entered by oneself, the unit's principal or an admin; ended early; listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from letterbox.domain import dates
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound, WrongState
from letterbox.domain.permissions import Actor, ActorKind
from letterbox.domain.vocabulary import Role
from letterbox.services.administration import LONGEST_REASON, About, AdminAction, Administration, Change, Subject
from letterbox.services.unit_rules import one_line
from letterbox.store.database import Database
from letterbox.store.people import Assignment, Person, Substitution, Unit

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class LeaveInput:
    """Both days included. ``substitute_id`` None: nobody stands in, and the open work is shown to others."""

    person_id: int
    substitute_id: int | None
    from_on: date
    to_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LeaveView:
    """``warning``: why the substitute does not stand in, if he does not."""

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


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be chosen; ``units`` are short names of his units."""

    id: int
    name: str
    units: str


class Leaves:
    def __init__(self, database: Database, administration: Administration) -> None:
        self._database = database
        self._administration = administration

    def all(self, actor: Actor, *, past: bool = False) -> list[LeaveView]:
        """Present and coming leaves (or past ones, latest first) that concern the actor: admin all, a principal
        those of his units, everybody his own and those he stands in for."""
        today = self._administration.today()
        query = select(Substitution).order_by(Substitution.from_on, Substitution.id)
        query = query.where(Substitution.to_on < today if past else Substitution.to_on >= today)
        if past:
            query = query.order_by(None).order_by(Substitution.to_on.desc(), Substitution.id.desc()).limit(100)
        with self._database.reading() as session:
            mine = None if actor.has(Role.ADMIN) else _entrusted(session, actor)
            if mine is not None:
                query = query.where(or_(Substitution.person_id.in_(mine), Substitution.substitute_id == own_id(actor)))
            rows = list(session.scalars(query))
            people = {each.id: each for each in session.scalars(select(Person).where(Person.id.in_(_ids(rows))))}
            away = _away(session, today)
        return [_view(row, people, today, away, mine is None or row.person_id in mine) for row in rows]

    def for_whom(self, actor: Actor) -> list[Candidate]:
        """Active people for whom the actor may enter leave: himself first."""
        with self._database.reading() as session:
            found = _candidates(session)
            mine = None if actor.has(Role.ADMIN) else _entrusted(session, actor)
        own = own_id(actor)
        return sorted((each for each in found if mine is None or each.id in mine), key=lambda each: each.id != own)

    def substitutes(self, actor: Actor) -> list[Candidate]:
        """Active people with a role; those of the actor's own units first."""
        with self._database.reading() as session:
            found = _candidates(session)
            own_units = actor.units()
            near = set(
                session.scalars(
                    select(Assignment.person_id).where(
                        Assignment.unit_code.in_(own_units), Assignment.ended_at.is_(None)
                    )
                )
            )
        return sorted(found, key=lambda each: each.id not in near)

    def enter(self, actor: Actor, leave: LeaveInput) -> int:
        """Raises FieldErrors, NotAllowed, NotFound."""
        with self._administration.change(actor) as change:
            person = _allowed_person(change, leave.person_id)
            clean = _checked(change, person, leave)
            change.session.add(clean)
            change.session.flush()
            change.record(AdminAction.LEAVE_ENTERED, _about(person), reason=clean.reason, after=_facts(change, clean))
            return clean.id

    def appoint(self, actor: Actor, leave_id: int, substitute_id: int | None) -> None:
        """Another substitute (or none) for the rest of a leave. Raises FieldErrors and as ``end``."""
        with self._administration.change(actor) as change:
            row, person = _open_leave(change, leave_id)
            first = max(row.from_on, change.today)
            errors = _substitute_errors(change.session, LeaveInput(person.id, substitute_id, first, row.to_on))
            if errors:
                raise FieldErrors(errors)
            before = _facts(change, row)
            row.substitute_id = substitute_id
            change.record(AdminAction.SUBSTITUTE_APPOINTED, _about(person), before=before, after=_facts(change, row))

    def end(self, actor: Actor, leave_id: int) -> LeaveView:
        """From now on the person is back (a coming leave: cancelled). Raises WrongState, NotAllowed, NotFound."""
        with self._administration.change(actor) as change:
            row, person = _open_leave(change, leave_id)
            before = _facts(change, row)
            row.to_on, row.ended_at = change.today - timedelta(days=1), change.now
            change.record(AdminAction.LEAVE_ENDED, _about(person), before=before)
            people = {person.id: person}
            if row.substitute_id:
                people[row.substitute_id] = change.session.get_one(Person, row.substitute_id)
            return _view(row, people, change.today, frozenset(), may_end=False)


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
    query = select(Assignment.person_id).where(Assignment.unit_code.in_(units), Assignment.ended_at.is_(None))
    own = own_id(actor)
    return set(session.scalars(query)) | ({own} if own is not None else set())


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


def _checked(change: Change, person: Person, leave: LeaveInput) -> Substitution:
    reason = one_line(leave.reason)
    errors: dict[str, str] = {}
    if not person.is_active:
        errors["person_id"] = f"{person.name}已停用"
    if leave.from_on < change.today:
        errors["from_on"] = f"开始日期不能早于今天（{dates.day(change.today)}）"
    if leave.to_on < leave.from_on:
        errors["to_on"] = "结束日期不能早于开始日期"
    elif (leave.to_on - leave.from_on).days >= LONGEST_DAYS:
        errors["to_on"] = f"一次最多登记 {LONGEST_DAYS} 天，更久的请停用账号或解除角色"
    else:
        errors |= _overlap_errors(change.session, leave)
    if len(reason) > LONGEST_REASON:
        errors["reason"] = f"说明最多 {LONGEST_REASON} 个字"
    errors |= _substitute_errors(change.session, leave)
    if errors:
        raise FieldErrors(errors)
    return Substitution(
        person_id=person.id, substitute_id=leave.substitute_id, from_on=leave.from_on, to_on=leave.to_on, reason=reason
    )


def _overlap_errors(session: Session, leave: LeaveInput) -> dict[str, str]:
    other = _leave_of(session, leave.person_id, leave.from_on, leave.to_on)
    if other is None:
        return {}
    return {
        "from_on": f"与已登记的休假（{dates.day(other.from_on)}至{dates.day(other.to_on)}）重叠：请先结束那一段，或者改日期"
    }


def _substitute_errors(session: Session, leave: LeaveInput) -> dict[str, str]:
    if leave.substitute_id is None:
        return {}
    if leave.substitute_id == leave.person_id:
        return {"substitute_id": "代办人不能是本人"}
    substitute = session.get(Person, leave.substitute_id) if 0 < leave.substitute_id < 2**63 else None
    if substitute is None or not substitute.is_active:
        return {"substitute_id": "代办人不存在或者已停用，请另选一位"}
    other = _leave_of(session, substitute.id, leave.from_on, leave.to_on)
    if other is not None:
        return {
            "substitute_id": f"{substitute.name}在{dates.day(other.from_on)}至{dates.day(other.to_on)}也休假，请另选一位"
        }
    return {}


def _leave_of(session: Session, person_id: int, from_on: date, to_on: date) -> Substitution | None:
    query = select(Substitution).where(
        Substitution.person_id == person_id, Substitution.from_on <= to_on, Substitution.to_on >= from_on,
        Substitution.from_on <= Substitution.to_on,
    )  # fmt: skip
    return session.scalars(query.order_by(Substitution.from_on)).first()


def _facts(change: Change, row: Substitution) -> dict[str, Any]:
    substitute = change.session.get(Person, row.substitute_id) if row.substitute_id else None
    return {
        "from_on": row.from_on.isoformat(),
        "to_on": row.to_on.isoformat(),
        "substitute": substitute.name if substitute else "无",
    }


def _candidates(session: Session) -> list[Candidate]:
    """Active people who hold a role, by name."""
    query = (
        select(Person.id, Person.name, Unit.short_name)
        .join(Assignment, Assignment.person_id == Person.id)
        .outerjoin(Unit, Unit.code == Assignment.unit_code)
        .where(Person.is_active, Assignment.ended_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    found: dict[int, tuple[str, dict[str, None]]] = {}
    for id_, name, unit in session.execute(query):
        found.setdefault(id_, (name, {}))[1].update({unit: None} if unit else {})
    return [Candidate(id_, name, "、".join(units)) for id_, (name, units) in found.items()]


def _ids(rows: Sequence[Substitution]) -> set[int]:
    return {each for row in rows for each in (row.person_id, row.substitute_id) if each is not None}


def _away(session: Session, today: date) -> frozenset[int]:
    query = select(Substitution.person_id).where(Substitution.from_on <= today, Substitution.to_on >= today)
    return frozenset(session.scalars(query))


def _view(row: Substitution, people: dict[int, Person], today: date, away: frozenset[int], may_end: bool) -> LeaveView:
    substitute = people.get(row.substitute_id) if row.substitute_id else None
    is_now, is_over = row.from_on <= today <= row.to_on, row.to_on < today
    return LeaveView(
        row.id, row.person_id, people[row.person_id].name, row.substitute_id, substitute.name if substitute else "",
        row.from_on, row.to_on, row.reason, is_now, is_over, row.ended_at is not None, may_end and not is_over,
        "" if is_over else _warning(substitute, is_now and substitute is not None and substitute.id in away),
    )  # fmt: skip


def _warning(substitute: Person | None, is_away: bool) -> str:
    if substitute is None:
        return "没有代办人"
    if not substitute.is_active:
        return "代办人已停用"
    return "代办人今天也休假" if is_away else ""
