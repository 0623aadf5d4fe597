"""What a leave lends: the roles of units, never those of an office, whoever entered it; one rule for rights, roster and notices."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from letterbox.domain.permissions import Grant
from letterbox.domain.vocabulary import UNIT_ROLES, Role
from letterbox.store.people import Person, RoleAssignment, Substitution


def is_lent() -> ColumnElement[bool]:
    """Whether the row of ``assignments`` joined with a leave of its holder is lent by it."""
    in_units = or_(Substitution.unit_codes.is_(None), RoleAssignment.unit_code == Substitution.unit_codes.any_())
    return and_(
        RoleAssignment.role.in_(UNIT_ROLES),
        RoleAssignment.unit_code.is_not(None),
        RoleAssignment.ended_at.is_(None),
        in_units,
    )


def lends(leave: Substitution, role: str, unit: str | None) -> bool:
    """The same for one leave and one role."""
    return role in UNIT_ROLES and unit is not None and (leave.unit_codes is None or unit in leave.unit_codes)


def lent_to(session: Session, person_id: int, today: date) -> set[Grant]:
    """The rights that somebody has today as a substitute."""
    query = (
        select(RoleAssignment.role, RoleAssignment.unit_code, Person.name)
        .join(Person, Person.id == RoleAssignment.person_id)
        .join(Substitution, Substitution.person_id == Person.id)
        .where(Substitution.substitute_id == person_id, Substitution.from_on <= today, Substitution.to_on >= today)
        .where(Person.is_active, is_lent())
    )
    return {Grant(Role(role), unit, name) for role, unit, name in session.execute(query)}
