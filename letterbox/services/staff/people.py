"""People and their roles: created, edited, taken out of use, given and relieved of roles, passwords, sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.domain.page import Page, items_before, nearest_page
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.access.passwords import Passwords
from letterbox.services.access.second_factor import forget
from letterbox.services.access.sign_in import SignIn
from letterbox.services.audit.log import (
    AdminAction,
    Administration,
    Change,
    differences,
    require_admin,
    require_one_of,
    require_security,
    required_reason,
)
from letterbox.services.staff.person_rules import PersonInput, RoleInput, checked, checked_role, one_time_password
from letterbox.services.staff.person_views import PersonLine, RoleView, filtered, person_lines, roles_of
from letterbox.services.staff.rights import (
    PASSWORD,
    about,
    end_role,
    give_role,
    is_command_line,
    is_in_office,
    propose,
    refuse_own,
    refuse_without_administrators,
)
from letterbox.store.database import Database
from letterbox.store.people import Person, RoleAssignment, Substitution, short_unit_names

PAGE = 30
WHO = (Role.ADMIN, Role.SECURITY_ADMIN)
"""Who reads about people: one keeps them, the other their rights."""


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """``history``: every role ever held, present ones first."""

    line: PersonLine
    history: Sequence[RoleView]


class People:
    def __init__(
        self, database: Database, administration: Administration, sign_in: SignIn, passwords: Passwords
    ) -> None:
        self._database = database
        self._administration = administration
        self._sign_in = sign_in
        self._passwords = passwords

    def search(
        self, actor: Actor, *, q: str = "", role: str = "", unit: str = "", state: str = "active", page: int = 1
    ) -> Page[PersonLine]:
        """By name; ``state``: active, inactive, idle (no role) or all. Raises NotAllowed."""
        require_one_of(actor, *WHO)
        query = filtered(q, role, unit, state)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            number = nearest_page(page, total, PAGE)
            rows = session.scalars(query.offset(items_before(number, PAGE)).limit(PAGE))
            return Page(
                items=person_lines(session, rows, self._administration.today()), page=number, per_page=PAGE, total=total
            )

    def open(self, actor: Actor, person_id: int) -> PersonRecord:
        """Raises NotAllowed, NotFound."""
        require_one_of(actor, *WHO)
        with self._database.reading() as session:
            person = find_person(session, person_id)
            (line,) = person_lines(session, [person], self._administration.today())
            names = short_unit_names(session)
            return PersonRecord(line, roles_of(person, names, ended=True))

    def create(self, actor: Actor, person: PersonInput, roles: Sequence[RoleInput] = ()) -> tuple[int, str]:
        """The new person's id and one-time password, which is shown once; his roles are given or proposed (``rights``).

        Raises FieldErrors, NotAllowed.
        """
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
            refuse_without_administrators(change.session, {Role(each.role) for each in _current_roles(person)})
            change.record(AdminAction.PERSON_DEACTIVATED, about(person), reason=required_reason(reason))

    def activate(self, actor: Actor, person_id: int, reason: str) -> None:
        """By a system administrator; if roles of an office come back with the person, by a security administrator.

        Raises WrongState, FieldErrors, NotFound, NotAllowed.
        """
        require_one_of(actor, *WHO)
        with self._administration.change(actor) as change:
            person = find_person(change.session, person_id)
            if person.is_active:
                raise WrongState(f"{person.name}本来就在使用")
            if is_in_office(person):
                require_security(actor)
            refuse_own(actor, person)
            person.is_active = True
            change.record(AdminAction.PERSON_ACTIVATED, about(person), reason=required_reason(reason))

    def give_role(self, actor: Actor, person_id: int, role: RoleInput) -> bool:
        """True: given; False: proposed, and another administrator has to confirm (``rights``).

        Raises FieldErrors (also for a role already held or a unit out of use), NotFound, NotAllowed.
        """
        require_one_of(actor, *WHO)
        clean = checked_role(role)
        with self._administration.change(actor) as change:
            return give_role(change, find_person(change.session, person_id), clean)

    def end_role(self, actor: Actor, person_id: int, assignment_id: int, reason: str) -> None:
        """By a security administrator. Raises WrongState for the last administrator of a kind, FieldErrors, NotFound, NotAllowed."""
        require_security(actor)
        with self._administration.change(actor) as change:
            person = find_person(change.session, person_id)
            assignment = next((row for row in person.assignments if row.id == assignment_id and not row.ended_at), None)
            if assignment is None:
                raise NotFound("这个人没有这个角色，或者已经解除")
            end_role(change, person, assignment, required_reason(reason))

    def reset_password(self, actor: Actor, person_id: int, reason: str) -> str | None:
        """A new one-time password, shown once; every session of the person ends. None: it waits for a second person,
        because the person holds a role of an office. Raises as ``end_sessions``."""
        require_security(actor)
        password = one_time_password()
        password_hash = self._sign_in.hash_password(password)
        with self._administration.change(actor) as change:
            person = find_person(change.session, person_id)
            refuse_own(actor, person)
            why = required_reason(reason)
            if is_in_office(person) and not is_command_line(actor):
                propose(change, person, PASSWORD, None, why)
                return None
            self._passwords.put(change.session, person, password_hash, change.now, is_one_time=True)
            change.record(AdminAction.PASSWORD_RESET, about(person), reason=why)
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
                    self._passwords.put(change.session, people[login], password_hash, change.now, is_one_time=True)
                    change.record(AdminAction.PASSWORD_RESET, about(people[login]), reason="第一个密码")
                    given[people[login].id] = password
            lines = person_lines(change.session, people.values(), change.today)
        return [(line, given[line.id]) for line in lines]

    def set_password(self, actor: Actor, login: str, password: str) -> None:
        """From the command line: a chosen password that need not be changed. Raises FieldErrors, NotFound."""
        with self._administration.change_by_admin(actor) as change:
            person = change.session.scalars(select(Person).where(Person.login == login)).first()
            if person is None:
                raise NotFound(f"没有登录名为 {login} 的人员")
            self._passwords.choose(change.session, person, password, change.now)
            change.record(AdminAction.PASSWORD_RESET, about(person), reason="在命令行设置")

    def end_sessions(self, actor: Actor, person_id: int, reason: str) -> None:
        """Wherever the person is signed in, he must sign in again. Raises FieldErrors, NotFound, NotAllowed."""
        require_security(actor)
        with self._administration.change(actor) as change:
            person = find_person(change.session, person_id)
            person.session_version += 1
            change.record(AdminAction.SESSIONS_ENDED, about(person), reason=required_reason(reason))

    def reset_second_factor(self, actor: Actor, person_id: int, reason: str) -> None:
        """A lost telephone: the person sets up a new one at the next sign-in, with his password; his sessions end.

        Raises WrongState if there is none, FieldErrors, NotFound, NotAllowed.
        """
        require_security(actor)
        with self._administration.change(actor) as change:
            person = find_person(change.session, person_id)
            refuse_own(actor, person)
            if not forget(change.session, person_id):
                raise WrongState(f"{person.name}没有设置动态码")
            person.session_version += 1
            change.record(AdminAction.SECOND_FACTOR_RESET, about(person), reason=required_reason(reason))


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
        login=person.login,
        name=person.name,
        phone=person.phone or None,
        email=person.email or None,
        password_hash=password_hash,
        must_change_password=password_hash is not None,
        created_at=change.now,
        password_set_at=change.now if password_hash else None,
        is_active=True,
        session_version=0,
        assignments=[],
    )
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


def _current_roles(person: Person) -> list[RoleAssignment]:
    return [each for each in person.assignments if each.ended_at is None]


def _end_leaves(change: Change, person: Person) -> None:
    """Somebody who is gone is not on leave: his substitute's rights end with his own."""
    query = select(Substitution).where(Substitution.person_id == person.id, Substitution.to_on >= change.today)
    for leave in change.session.scalars(query):
        leave.to_on, leave.ended_at = change.today - timedelta(days=1), change.now
