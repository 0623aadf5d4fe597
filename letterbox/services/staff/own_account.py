"""What a person may see and change of himself: the password, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from letterbox.domain.clock import OFFICE_ZONE, Clock
from letterbox.domain.cut_list import CutList
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound
from letterbox.services.access.passwords import Passwords
from letterbox.services.access.sign_in import SignedIn, SignIn
from letterbox.services.audit.log import AdminAction, Subject
from letterbox.store.admin_events import AdminEvent
from letterbox.store.database import Database
from letterbox.store.people import Person, Substitution

SHOWN_FOR = timedelta(days=90)
MOST_CHANGES = 20
CHANGE_WORDS: dict[str, str] = {
    AdminAction.PASSWORD_RESET: "重设密码",
    AdminAction.SECOND_FACTOR_RESET: "重设动态码",
    AdminAction.SESSIONS_ENDED: "结束您的登录",
    AdminAction.ROLE_GIVEN: "授予角色",
    AdminAction.ROLE_ENDED: "解除角色",
    AdminAction.PERSON_DEACTIVATED: "停用账号",
    AdminAction.PERSON_ACTIVATED: "启用账号",
    AdminAction.PERSON_EDITED: "修改资料",
}


@dataclass(frozen=True, slots=True)
class StandIn:
    """``substitute`` acts for ``person`` from ``from_on`` to ``to_on``, both included."""

    person: str
    substitute: str
    from_on: date
    to_on: date
    reason: str
    is_own_leave: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class Account:
    login: str
    name: str
    phone: str
    email: str
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class AccountChange:
    """Somebody else's act about an account. ``role``: the role it is about, or empty."""

    at: datetime
    words: str
    by_name: str
    reason: str
    role: str


class OwnAccount:
    def __init__(self, database: Database, clock: Clock, sign_in: SignIn, passwords: Passwords) -> None:
        self._database = database
        self._clock = clock
        self._sign_in = sign_in
        self._passwords = passwords

    def account(self, person_id: int) -> Account:
        """Raises NotFound."""
        with self._database.reading() as session:
            person = session.get(Person, person_id)
        if person is None:
            raise NotFound("没有这个账号")
        return Account(
            login=person.login,
            name=person.name,
            phone=person.phone or "",
            email=person.email or "",
            must_change_password=person.must_change_password,
        )

    def changes(self, person_id: int) -> CutList[AccountChange]:
        """What others changed about one's account lately, the latest first: nobody resets it unseen."""
        since = self._clock.now() - SHOWN_FOR
        query = select(AdminEvent).where(
            AdminEvent.subject_kind == Subject.PERSON,
            AdminEvent.subject_id == str(person_id),
            AdminEvent.at >= since,
            AdminEvent.action.in_(CHANGE_WORDS),
        )
        with self._database.reading() as session:
            rows = session.scalars(query.order_by(AdminEvent.id.desc()).limit(MOST_CHANGES))
            total = session.scalar(select(func.count()).select_from(query.subquery()))
            changes = [
                AccountChange(
                    at=row.at,
                    words=CHANGE_WORDS[row.action],
                    by_name=row.by_name,
                    reason=row.reason,
                    role=_role_of(row),
                )
                for row in rows
            ]
            return CutList(changes, of=total)

    def stand_ins(self, person_id: int) -> Sequence[StandIn]:
        """Own leave and leave of those for whom the person stands in, now and later."""
        today = self._clock.now().astimezone(OFFICE_ZONE).date()
        with self._database.reading() as session:
            query = select(Substitution).where(
                or_(Substitution.person_id == person_id, Substitution.substitute_id == person_id),
                Substitution.to_on >= today,
            )
            rows = list(session.scalars(query.order_by(Substitution.from_on, Substitution.id)))
            ids = {each for row in rows for each in (row.person_id, row.substitute_id)}
            found = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
            names: dict[int | None, str] = dict(found.all())
        return [
            StandIn(
                person=names[row.person_id],
                substitute=names.get(row.substitute_id, ""),
                from_on=row.from_on,
                to_on=row.to_on,
                reason=row.reason,
                is_own_leave=row.person_id == person_id,
                is_now=row.from_on <= today,
            )
            for row in rows
        ]

    def change_password(self, person_id: int, old: str, new: str, repeated: str, client: str) -> SignedIn:
        """A new password ends every other session; answers the person as of now. Raises FieldErrors, TooManyAttempts."""
        account = self.account(person_id)
        try:
            self._sign_in.with_password(account.login, old, client)
        except NotAllowed:
            raise FieldErrors({"old": "原密码不正确"}) from None
        if new != repeated:
            raise FieldErrors({"repeated": "两次填写的新密码不一样"})
        if new == old:
            raise FieldErrors({"new": "新密码不能与原密码相同"})
        try:
            with self._database.transaction() as session:
                person = session.get_one(Person, person_id, with_for_update=True)
                self._passwords.choose(session, person, new, self._clock.now())
        except FieldErrors as refusal:
            raise FieldErrors({"new": refusal.errors["password"]}) from None
        signed_in = self._sign_in.of_person(person_id)
        if signed_in is None:
            raise NotFound("没有这个账号")
        return signed_in


def _role_of(row: AdminEvent) -> str:
    return str((row.after or row.before or {}).get("role") or "")
