"""People and their roles: created, edited, taken out of use, given and relieved of roles, passwords, sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.administration import (
    About,
    AdminAction,
    Administration,
    Change,
    Subject,
    differences,
    require_admin,
    required_reason,
)
from letterbox.services.person_rules import PersonInput, RoleInput, checked, checked_role, one_time_password
from letterbox.services.person_views import PersonLine, PersonPage, RoleView, filtered, person_lines, roles_of
from letterbox.services.sign_in import SignIn
from letterbox.store.database import Database
from letterbox.store.people import Assignment, Person, Substitution, Unit

PAGE = 30


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """``history``: every role ever held, present ones first."""

    line: PersonLine
    history: Sequence[RoleView]


class People:
    def __init__(self, database: Database, administration: Administration, sign_in: SignIn) -> None:
        self._database = database
        self._administration = administration
        self._sign_in = sign_in

    def search(
        self, actor: Actor, *, q: str = "", role: str = "", unit: str = "", state: str = "active", page: int = 1
    ) -> PersonPage:
        """By name; ``state``: active, inactive, idle (no role) or all. Raises NotAllowed."""
        require_admin(actor)
        query = filtered(q, role, unit, state)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            pages = max(1, -(-total // PAGE))
            number = min(max(1, page), pages)
            rows = session.scalars(query.offset((number - 1) * PAGE).limit(PAGE))
            return PersonPage(person_lines(session, rows, self._administration.today()), number, pages, total)

    def open(self, actor: Actor, person_id: int) -> PersonRecord:
        """Raises NotAllowed, NotFound."""
        require_admin(actor)
        with self._database.reading() as session:
            person = find_person(session, person_id)
            (line,) = person_lines(session, [person], self._administration.today())
            names = dict(session.execute(select(Unit.code, Unit.short_name)).all())
            return PersonRecord(line, roles_of(person, names, ended=True))

    def create(self, actor: Actor, person: PersonInput, roles: Sequence[RoleInput] = ()) -> tuple[int, str]:
        """The new person's id and one-time password, which is shown once. Raises FieldErrors, NotAllowed."""
        clean, clean_roles = checked(person), [checked_role(role) for role in roles]
        password = one_time_password()
        password_hash = self._sign_in.hash_password(password)
        with self._administration.change_by_admin(actor) as change:
            row = add_person(change, clean, password_hash)
            for role in clean_roles:
                give_role(change, row, role)
            return row.id, password

    def edit(self, actor: Actor, person_id: int, person: PersonInput) -> bool:
        """Change name, phone and e-mail; answers whether anything changed. Raises FieldErrors, NotFound, NotAllowed."""
        clean = checked(person)
        with self._administration.change_by_admin(actor) as change:
            return edit_person(change, find_person(change.session, person_id), clean)

    def deactivate(self, actor: Actor, person_id: int, reason: str) -> None:
        """No more signing in; sessions and leaves end, roles stay on record for a return.

        Raises WrongState (oneself, the last admin), FieldErrors, NotFound, NotAllowed.
        """
        with self._administration.change_by_admin(actor) as change:
            person = find_person(change.session, person_id)
            if not person.is_active:
                raise WrongState(f"{person.name}已经停用")
            if str(person.id) == actor.id:
                raise WrongState("不能停用自己：请另一位系统管理员来做")
            person.is_active = False
            person.session_version += 1
            _end_leaves(change, person)
            refuse_without_admin(change.session)
            change.record(AdminAction.PERSON_DEACTIVATED, about(person), reason=required_reason(reason))

    def activate(self, actor: Actor, person_id: int, reason: str) -> None:
        """Raises WrongState, FieldErrors, NotFound, NotAllowed."""
        with self._administration.change_by_admin(actor) as change:
            person = find_person(change.session, person_id)
            if person.is_active:
                raise WrongState(f"{person.name}本来就在使用")
            person.is_active = True
            change.record(AdminAction.PERSON_ACTIVATED, about(person), reason=required_reason(reason))

    def give_role(self, actor: Actor, person_id: int, role: RoleInput) -> None:
        """Raises FieldErrors (also for a role already held or a unit out of use), NotFound, NotAllowed."""
        clean = checked_role(role)
        with self._administration.change_by_admin(actor) as change:
            give_role(change, find_person(change.session, person_id), clean)

    def end_role(self, actor: Actor, person_id: int, assignment_id: int, reason: str) -> None:
        """Raises WrongState for the last admin, FieldErrors, NotFound, NotAllowed."""
        with self._administration.change_by_admin(actor) as change:
            person = find_person(change.session, person_id)
            held = next((row for row in person.assignments if row.id == assignment_id and not row.ended_at), None)
            if held is None:
                raise NotFound("这个人没有这个角色，或者已经解除")
            end_role(change, person, held, required_reason(reason))

    def reset_password(self, actor: Actor, person_id: int, reason: str) -> str:
        """A new one-time password, shown once; every session of the person ends. Raises as ``end_sessions``."""
        password = one_time_password()
        password_hash = self._sign_in.hash_password(password)
        with self._administration.change_by_admin(actor) as change:
            person = find_person(change.session, person_id)
            set_password(person, password_hash)
            change.record(AdminAction.PASSWORD_RESET, about(person), reason=required_reason(reason))
        return password

    def first_passwords(self, actor: Actor, logins: Sequence[str]) -> list[tuple[PersonLine, str]]:
        """One-time passwords for those of these logins that have none yet. Raises NotAllowed."""
        require_admin(actor)
        made = [(login, password := one_time_password(), self._sign_in.hash_password(password)) for login in logins]
        given: dict[int, str] = {}
        with self._administration.change_by_admin(actor) as change:
            query = select(Person).where(Person.login.in_(logins), Person.password_hash.is_(None))
            people = {person.login: person for person in change.session.scalars(query)}
            for login, password, password_hash in made:
                if login in people:
                    set_password(people[login], password_hash)
                    change.record(AdminAction.PASSWORD_RESET, about(people[login]), reason="第一个密码")
                    given[people[login].id] = password
            lines = person_lines(change.session, people.values(), change.today)
        return [(line, given[line.id]) for line in lines]

    def set_password(self, actor: Actor, login: str, password: str) -> None:
        """From the command line: a chosen password that need not be changed. Raises FieldErrors, NotFound."""
        password_hash = self._sign_in.hash_password(password)
        with self._administration.change_by_admin(actor) as change:
            person = change.session.scalars(select(Person).where(Person.login == login)).first()
            if person is None:
                raise NotFound(f"没有登录名为 {login} 的人员")
            set_password(person, password_hash, one_time=False)
            change.record(AdminAction.PASSWORD_RESET, about(person), reason="在命令行设置")

    def end_sessions(self, actor: Actor, person_id: int, reason: str) -> None:
        """Wherever the person is signed in, he must sign in again. Raises FieldErrors, NotFound, NotAllowed."""
        with self._administration.change_by_admin(actor) as change:
            person = find_person(change.session, person_id)
            person.session_version += 1
            change.record(AdminAction.SESSIONS_ENDED, about(person), reason=required_reason(reason))


def about(person: Person) -> About:
    return About(Subject.PERSON, str(person.id), person.name)


def find_person(session: Session, person_id: int) -> Person:
    row = session.get(Person, person_id) if 0 < person_id < 2**63 else None
    if row is None:
        raise NotFound("没有这个人员")
    return row


def add_person(change: Change, person: PersonInput, password_hash: str | None) -> Person:
    """Raises FieldErrors if the login is taken."""
    if change.session.scalars(select(Person.id).where(Person.login == person.login)).first() is not None:
        raise FieldErrors({"login": f"登录名 {person.login} 已经有人用，停用的人员也占用登录名"})
    row = Person(
        login=person.login, name=person.name, phone=person.phone or None, email=person.email or None,
        password_hash=password_hash, must_change_password=password_hash is not None, created_at=change.now,
        is_active=True, session_version=0, assignments=[],
    )  # fmt: skip
    change.session.add(row)
    change.session.flush()
    change.record(AdminAction.PERSON_CREATED, about(row), after=asdict(person))
    return row


def edit_person(change: Change, row: Person, person: PersonInput) -> bool:
    own = {"name": row.name, "phone": row.phone or "", "email": row.email or ""}
    before, after = differences(own, {"name": person.name, "phone": person.phone, "email": person.email})
    if not after:
        return False
    for name, value in after.items():
        setattr(row, name, value or None)
    change.record(AdminAction.PERSON_EDITED, about(row), before=before, after=after)
    return True


def give_role(change: Change, person: Person, role: RoleInput) -> None:
    """Raises FieldErrors."""
    unit = change.session.get(Unit, role.unit) if role.unit else None
    if role.unit and (unit is None or not unit.is_active):
        raise FieldErrors({"unit": f"没有代码为 {role.unit} 的在用单位"})
    if any(row.role == role.role and row.unit_code == role.unit and not row.ended_at for row in person.assignments):
        raise FieldErrors({"role": f"{person.name}已经有这个角色"})
    person.assignments.append(Assignment(role=role.role, unit_code=role.unit, started_at=change.now))
    change.record(AdminAction.ROLE_GIVEN, about(person), after=asdict(role))


def end_role(change: Change, person: Person, held: Assignment, reason: str) -> None:
    """Raises WrongState for the last admin."""
    held.ended_at = change.now
    refuse_without_admin(change.session)
    before = {"role": held.role, "unit": held.unit_code}
    change.record(AdminAction.ROLE_ENDED, about(person), reason=reason, before=before)


def set_password(person: Person, password_hash: str, *, one_time: bool = True) -> None:
    person.password_hash = password_hash
    person.must_change_password = one_time
    person.session_version += 1


def refuse_without_admin(session: Session) -> None:
    """Called after a change, before its commit: somebody active must still hold admin. Raises WrongState."""
    session.flush()
    query = (
        select(Person.id)
        .join(Assignment, Assignment.person_id == Person.id)
        .where(Person.is_active, Assignment.role == Role.ADMIN, Assignment.ended_at.is_(None))
    )
    if session.scalars(query.limit(1)).first() is None:
        raise WrongState("这是最后一位在用的系统管理员，去掉后就没有人能管理系统：请先让另一个人担任系统管理员")


def _end_leaves(change: Change, person: Person) -> None:
    """Somebody who is gone is not on leave: his substitute's rights end with his own."""
    query = select(Substitution).where(Substitution.person_id == person.id, Substitution.to_on >= change.today)
    for leave in change.session.scalars(query):
        leave.to_on, leave.ended_at = change.today - timedelta(days=1), change.now
