"""What a leave must be like, and who can stand in for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain import dates
from letterbox.domain.clean_text import one_line
from letterbox.domain.errors import FieldErrors
from letterbox.domain.permissions import EGOV_ROLES
from letterbox.domain.vocabulary import UNIT_ROLES, Role
from letterbox.domain.words import label
from letterbox.services.audit.log import LONGEST_REASON, Change
from letterbox.store.people import Person, Substitution

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class LeaveInput:
    """Both days included. ``substitute_id`` None: nobody stands in, and the open work is shown to others."""

    person_id: int
    substitute_id: int | None
    from_on: date
    to_on: date
    reason: str = ""


def checked(change: Change, person: Person, leave: LeaveInput) -> Substitution:
    """The leave as a new row. Raises FieldErrors."""
    reason = one_line(leave.reason)
    errors: dict[str, str] = {}
    if not person.is_active:
        errors["person_id"] = f"{person.name}已停用"
    if not (dates.is_possible(leave.from_on) and dates.is_possible(leave.to_on)):
        errors["from_on"] = dates.IMPOSSIBLE
    elif leave.from_on < change.today:
        errors["from_on"] = f"开始日期不能早于今天（{dates.day(change.today)}）"
    if leave.to_on < leave.from_on:
        errors["to_on"] = "结束日期不能早于开始日期"
    elif (leave.to_on - leave.from_on).days >= LONGEST_DAYS:
        errors["to_on"] = f"一次最多登记 {LONGEST_DAYS} 天，更久的请停用账号或解除角色"
    else:
        errors |= _overlap_errors(change.session, leave)
    if len(reason) > LONGEST_REASON:
        errors["reason"] = f"说明最多 {LONGEST_REASON} 个字"
    errors |= substitute_errors(change.session, leave, person)
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


def substitute_errors(session: Session, leave: LeaveInput, person: Person) -> dict[str, str]:
    """Why the substitute of ``leave`` cannot stand in for ``person``; empty if he can."""
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
    return _office_errors(person, substitute)


def _office_errors(person: Person, substitute: Person) -> dict[str, str]:
    """Whoever has no unit's role lends nothing: only a colleague of the same office, who has its rights already, fits."""
    current, other = _open_roles(person), _open_roles(substitute)
    if current & UNIT_ROLES or not current:
        return {}
    if current & other or (current & EGOV_ROLES and other & EGOV_ROLES):
        return {}
    words = "、".join(label(role) for role in sorted(current))
    return {"substitute_id": f"{person.name}的岗位（{words}）不能借给别的人：只能选同一岗位的同事，或者不安排代办人"}


def _open_roles(person: Person) -> set[Role]:
    return {Role(each.role) for each in person.assignments if each.ended_at is None}


def _leave_of(session: Session, person_id: int, from_on: date, to_on: date) -> Substitution | None:
    query = select(Substitution).where(
        Substitution.person_id == person_id,
        Substitution.from_on <= to_on,
        Substitution.to_on >= from_on,
        Substitution.from_on <= Substitution.to_on,
    )
    return session.scalars(query.order_by(Substitution.from_on)).first()
