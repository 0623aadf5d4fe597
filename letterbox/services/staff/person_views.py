"""People as administrators see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from letterbox.domain.clean_text import one_line
from letterbox.domain.permissions import Grant
from letterbox.domain.roster import Roster
from letterbox.domain.vocabulary import Role
from letterbox.services.staff.roster import groups_of, read_roster
from letterbox.store.people import Person, RoleAssignment, short_unit_names


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role somebody holds or held; ``unit_name`` is the unit's short name."""

    id: int
    role: str
    unit: str | None
    unit_name: str
    started_at: datetime
    ended_at: datetime | None

    @property
    def groups(self) -> frozenset[str]:
        return groups_of({Grant(Role(self.role), self.unit)})


@dataclass(frozen=True, slots=True)
class PersonLine:
    """``is_away``: on leave today without anybody standing in."""

    id: int
    login: str
    name: str
    phone: str
    email: str
    is_active: bool
    has_password: bool
    must_change_password: bool
    created_at: datetime
    roles: tuple[RoleView, ...]
    is_away: bool


def filtered(q: str, role: str, unit: str, state: str) -> Select[Person]:
    """``state``: active, inactive, idle (active without any role) or all."""
    query = select(Person).order_by(Person.name, Person.id)
    current = exists().where(RoleAssignment.person_id == Person.id, RoleAssignment.ended_at.is_(None))
    if state in {"active", "inactive", "idle"}:
        query = query.where(Person.is_active == (state != "inactive"))
    if state == "idle":
        query = query.where(~current)
    if role:
        query = query.where(current.where(RoleAssignment.role == role))
    if unit:
        query = query.where(current.where(RoleAssignment.unit_code == unit))
    if one_line(q):
        columns = (Person.login, Person.name, Person.phone, Person.email)
        query = query.where(or_(*(column.icontains(one_line(q), autoescape=True) for column in columns)))
    return query


def person_lines(session: Session, people: Iterable[Person], today: date) -> list[PersonLine]:
    names = short_unit_names(session)
    roster = read_roster(session, today)
    return [_line(person, names, roster) for person in people]


def roles_of(person: Person, names: Mapping[str, str], *, ended: bool = False) -> tuple[RoleView, ...]:
    views = [
        RoleView(
            id=row.id,
            role=row.role,
            unit=row.unit_code,
            unit_name=names.get(row.unit_code or "", ""),
            started_at=row.started_at,
            ended_at=row.ended_at,
        )
        for row in person.assignments
        if ended or row.ended_at is None
    ]
    return tuple(sorted(views, key=lambda each: (each.ended_at is not None, each.started_at, each.id)))


def _line(person: Person, names: Mapping[str, str], roster: Roster) -> PersonLine:
    return PersonLine(
        id=person.id,
        login=person.login,
        name=person.name,
        phone=person.phone or "",
        email=person.email or "",
        is_active=person.is_active,
        has_password=person.password_hash is not None,
        must_change_password=person.must_change_password,
        created_at=person.created_at,
        roles=roles_of(person, names),
        is_away=person.is_active and roster.absence(person.id) is not None,
    )
