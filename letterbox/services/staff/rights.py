"""Who may give whom which right: system, security and audit administrators apart, a second person for the offices.

A role of a unit is given by a security administrator alone. A role of an office, and a new password for whoever holds
one, is proposed by one administrator and confirmed by another; one of the two is a security administrator. What a system
administrator gives is always a proposal. Nobody changes what is his own. The command line, which is used beside the
machine, needs no second person; it is recorded all the same (decision 131).
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.errors import FieldErrors, NotAllowed, WrongState
from letterbox.domain.permissions import Actor, ActorKind
from letterbox.domain.vocabulary import ADMINISTRATORS, OFFICE_ROLES, UNIT_ROLES, Role
from letterbox.domain.words import label
from letterbox.services.access.sessions import rights_changed
from letterbox.services.audit.log import About, AdminAction, Change, Subject
from letterbox.services.staff.person_rules import RoleInput
from letterbox.store.people import Person, RightsRequest, RoleAssignment, Unit

ROLE, PASSWORD = "role", "password"  # kinds of requests
LAST = {
    Role.ADMIN: "这是最后一位在用的系统管理员，去掉后就没有人能管理系统：请先让另一个人担任系统管理员",
    Role.SECURITY_ADMIN: "这是最后一位在用的安全管理员，去掉后就没有人能授予角色：请先让另一个人担任安全管理员",
}


def about(person: Person) -> About:
    return About(Subject.PERSON, str(person.id), person.name)


def is_command_line(actor: Actor) -> bool:
    return actor.kind is ActorKind.SYSTEM


def is_in_office(person: Person) -> bool:
    return any(each.ended_at is None and each.role in OFFICE_ROLES for each in person.assignments)


def refuse_own(actor: Actor, person: Person) -> None:
    """Raises NotAllowed."""
    if actor.person == str(person.id):
        raise NotAllowed("不能更改自己的角色和密码：请另一位管理员来做")


def give_role(change: Change, person: Person, role: RoleInput, reason: str = "") -> bool:
    """Give a role at once, or keep it as a proposal (False). Raises FieldErrors, NotAllowed."""
    refuse_own(change.actor, person)
    check_role(change.session, person, role)
    if _gives_alone(change, role):
        assign(change, person, role, reason)
        return True
    propose(change, person, ROLE, role, reason)
    return False


def _gives_alone(change: Change, role: RoleInput) -> bool:
    actor = change.actor
    if is_command_line(actor):
        return True
    if actor.has(Role.SECURITY_ADMIN):
        return role.role in UNIT_ROLES
    return role.role == Role.SECURITY_ADMIN and first_holder(change.session, Role.SECURITY_ADMIN) is None


def check_role(session: Session, person: Person, role: RoleInput) -> None:
    """Raises FieldErrors for a unit out of use, a role already held, or a second administration."""
    unit = session.get(Unit, role.unit) if role.unit else None
    if role.unit and (unit is None or not unit.is_active):
        raise FieldErrors({"unit": f"没有代码为 {role.unit} 的在用单位"})
    current = [row for row in person.assignments if row.ended_at is None]
    if any(row.role == role.role and row.unit_code == role.unit for row in current):
        raise FieldErrors({"role": f"{person.name}已经有这个角色"})
    others = [row.role for row in current if row.role in ADMINISTRATORS]
    if role.role in ADMINISTRATORS and others:
        raise FieldErrors(
            {"role": f"{person.name}已经是{label(Role(others[0]))}：系统管理员、安全管理员、审计员不能由同一个人担任"}
        )


def assign(change: Change, person: Person, role: RoleInput, reason: str = "") -> None:
    rights_changed(change.session, person.id)
    person.assignments.append(RoleAssignment(role=role.role, unit_code=role.unit, started_at=change.now))
    change.record(AdminAction.ROLE_GIVEN, about(person), reason=reason, after={"role": role.role, "unit": role.unit})


def propose(change: Change, person: Person, kind: str, role: RoleInput | None, reason: str) -> None:
    """Raises FieldErrors if the same is waiting already."""
    if is_waiting(change.session, person, kind, role):
        raise FieldErrors({"role" if kind == ROLE else "reason": "同样的申请已经提出，正在等另一位管理员确认"})
    change.session.add(
        RightsRequest(
            kind=kind,
            person_id=person.id,
            role=role.role if role else None,
            unit_code=role.unit if role else None,
            reason=reason,
            proposed_by=int(change.actor.person or 0),
            proposed_by_name=change.actor.name,
            by_security=change.actor.has(Role.SECURITY_ADMIN),
            proposed_at=change.now,
        )
    )
    action = AdminAction.ROLE_PROPOSED if kind == ROLE else AdminAction.RESET_PROPOSED
    after = {"role": role.role, "unit": role.unit} if role else None
    change.record(action, about(person), reason=reason, after=after)


def is_waiting(session: Session, person: Person, kind: str, role: RoleInput | None) -> bool:
    """Whether the same was proposed and is not decided yet."""
    waiting = select(RightsRequest.id).where(
        RightsRequest.kind == kind,
        RightsRequest.person_id == person.id,
        RightsRequest.outcome.is_(None),
        RightsRequest.role.is_not_distinct_from(role.role if role else None),
        RightsRequest.unit_code.is_not_distinct_from(role.unit if role else None),
    )
    return session.scalars(waiting.limit(1)).first() is not None


def end_role(change: Change, person: Person, assignment: RoleAssignment, reason: str) -> None:
    """Raises WrongState for the last administrator of his kind, NotAllowed for one's own."""
    refuse_own(change.actor, person)
    assignment.ended_at = change.now
    change.session.flush()  # another administration may follow in the same change
    refuse_without_administrators(change.session, {Role(assignment.role)})
    rights_changed(change.session, person.id)
    before = {"role": assignment.role, "unit": assignment.unit_code}
    change.record(AdminAction.ROLE_ENDED, about(person), reason=reason, before=before)


def first_holder(session: Session, role: Role) -> int | None:
    """Somebody active who holds the role."""
    session.flush()
    query = (
        select(Person.id)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(Person.is_active, RoleAssignment.role == role, RoleAssignment.ended_at.is_(None))
    )
    return session.scalars(query.limit(1)).first()


def refuse_without_administrators(session: Session, taken: set[Role]) -> None:
    """Called after a change took these roles away, before its commit: somebody active must still hold them. Raises WrongState."""
    for role, message in LAST.items():
        if role in taken and first_holder(session, role) is None:
            raise WrongState(message)
