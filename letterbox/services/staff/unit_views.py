"""Units as administrators see them: with people, open letters and what is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import FINAL_STATUSES, UNIT_ROLES, Role, UnitKind
from letterbox.services.visibility.rule import kept_from_nobody_of
from letterbox.store.letters import Letter
from letterbox.store.people import Person, RoleAssignment, Unit

UNIT_ROLE_ORDER = (Role.UNIT_HANDLER, Role.UNIT_DEPUTY, Role.UNIT_PRINCIPAL)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """``missing``: unit roles (H3) that nobody active holds, though the unit undertakes letters."""

    code: str
    name: str
    short_name: str
    kind: str
    territory: tuple[str, ...]
    matters: tuple[str, ...]
    position: int
    is_active: bool
    people: int
    open_letters: int
    missing: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a role in a unit."""

    person_id: int
    name: str
    role: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class LedLetter:
    """An open letter as far as an administrator may know it: no title, no writer."""

    number: str
    status: str
    received_at: datetime


def unit_lines(session: Session, units: Iterable[Unit]) -> list[UnitLine]:
    holders = _active_holders(session)
    led = _open_letter_counts(session)
    return [_line(unit, holders.get(unit.code, {}), led[unit.code]) for unit in units]


def holders_of(session: Session, code: str) -> list[Holder]:
    """Everybody with a role in the unit, by role and name, inactive people too."""
    query = (
        select(Person.id, Person.name, RoleAssignment.role, Person.is_active)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(RoleAssignment.unit_code == code, RoleAssignment.ended_at.is_(None))
    )
    rows = [Holder(*row) for row in session.execute(query)]
    order = {role: place for place, role in enumerate(UNIT_ROLE_ORDER)}
    return sorted(rows, key=lambda each: (order.get(Role(each.role), 9), each.name, each.person_id))


def led_letters(session: Session, actor: Actor, code: str, limit: int) -> list[LedLetter]:
    """The oldest letters under way that the unit leads, without those of which the reader may know nothing (A5)."""
    known = (_is_led(code), kept_from_nobody_of(actor))
    query = select(Letter.number, Letter.status, Letter.received_at).where(*known)
    return [LedLetter(*row) for row in session.execute(query.order_by(Letter.received_at).limit(limit))]


def count_led(session: Session, code: str) -> int:
    return session.scalar(select(func.count()).select_from(Letter).where(_is_led(code))) or 0


def _is_led(code: str) -> ColumnElement[bool]:
    return and_(Letter.lead_unit == code, Letter.status.not_in(FINAL_STATUSES))


def _active_holders(session: Session) -> Mapping[str, Mapping[str, set[int]]]:
    """Unit → role → people."""
    query = (
        select(RoleAssignment.unit_code, RoleAssignment.role, Person.id)
        .join(Person, Person.id == RoleAssignment.person_id)
        .where(RoleAssignment.ended_at.is_(None), RoleAssignment.unit_code.is_not(None), Person.is_active)
    )
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for code, role, person in session.execute(query):
        found[str(code)][role].add(person)
    return found


def _open_letter_counts(session: Session) -> Counter[str]:
    query = (
        select(Letter.lead_unit, func.count())
        .where(Letter.lead_unit.is_not(None), Letter.status.not_in(FINAL_STATUSES))
        .group_by(Letter.lead_unit)
    )
    return Counter({str(code): count for code, count in session.execute(query)})


def _line(unit: Unit, holders: Mapping[str, set[int]], open_letters: int) -> UnitLine:
    undertakes = unit.is_active and unit.kind != UnitKind.OFFICE
    missing = tuple(role for role in UNIT_ROLE_ORDER if undertakes and role in UNIT_ROLES and not holders.get(role))
    people = len(set[int]().union(*holders.values()))
    return UnitLine(
        code=unit.code,
        name=unit.name,
        short_name=unit.short_name,
        kind=unit.kind,
        territory=tuple(unit.territory),
        matters=tuple(unit.matters),
        position=unit.position,
        is_active=unit.is_active,
        people=people,
        open_letters=open_letters,
        missing=missing,
    )
