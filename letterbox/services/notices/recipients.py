"""Who gets the notices of a role: those who hold it or, for people of a unit on leave, their substitutes (S4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from letterbox.domain.vocabulary import UNIT_ROLES, Role
from letterbox.services.access.lending import is_lent
from letterbox.store.people import Person, RoleAssignment, Substitution


def recipients(
    session: Session, roles: Iterable[Role], unit: str | None, today: date, away: Collection[int] = ()
) -> list[Person]:
    """Active people who hold one of ``roles`` (in ``unit`` if it is a unit's role), each once, in order of id.

    If somebody is on leave ``today`` and has a substitute for this role, the substitute is the recipient. If they have
    none, or if the role is an office's (which nobody lends), they are the recipient themselves, since somebody must be.
    ``away``: ids of people who may not know of the letter (A5); a substitute among them is passed over.
    """
    people: dict[int, Person] = {}
    for role in roles:
        for person in _holders(session, role, unit if role in UNIT_ROLES else None):
            if person.id in away:
                continue
            stand_in = _substitute(session, person, role, unit, today)
            reached = stand_in if stand_in is not None and stand_in.id not in away else person
            people[reached.id] = reached
    return [people[key] for key in sorted(people)]


def _holders(session: Session, role: Role, unit: str | None) -> list[Person]:
    query = (
        select(Person)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(Person.is_active, RoleAssignment.ended_at.is_(None), RoleAssignment.role == role)
        .order_by(Person.id)
    )
    if unit is not None:
        query = query.where(RoleAssignment.unit_code == unit)
    return list(session.scalars(query).unique())


def _substitute(session: Session, person: Person, role: Role, unit: str | None, today: date) -> Person | None:
    """The substitute for the role; if the person has it in several units, for the one that the leave lends."""
    stand_in = aliased(Person)
    query = (
        select(stand_in)
        .join(Substitution, Substitution.substitute_id == stand_in.id)
        .where(Substitution.person_id == person.id, Substitution.from_on <= today, Substitution.to_on >= today)
        .where(stand_in.is_active)
        .join(RoleAssignment, RoleAssignment.person_id == Substitution.person_id)
        .where(is_lent(), RoleAssignment.role == role)
        .order_by(Substitution.id)
    )
    if unit is not None:
        query = query.where(RoleAssignment.unit_code == unit)
    return session.scalars(query.limit(1)).first()
