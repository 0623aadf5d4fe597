"""Who may come in: passwords (Argon2) within their allowance, and the actor behind a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE, Clock
from letterbox.domain.errors import NotAllowed, NotFound, TooManyAttempts
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.services.access.lending import lent_to
from letterbox.services.access.rate_limit import (
    SIGN_IN,
    SIGN_IN_PER_CLIENT,
    SIGN_IN_PER_LOGIN,
    AttemptCounter,
    Claim,
    client_of,
)
from letterbox.services.access.trail import AccessEvent, AccessTrail
from letterbox.store.database import Database
from letterbox.store.people import Person

WRONG = "用户名或密码不正确"
ONE_TIME_OVER = "一次性密码已过期，请联系系统管理员重新生成"
ONE_TIME_LASTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``version`` changes when the password does, which ends every older session.

    ``must_change_password``: what he has is a one-time password, or one that is too old.
    """

    person_id: int
    version: int
    actor: Actor
    must_change_password: bool = False


class SignIn:
    """Passwords to actors."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        attempts: AttemptCounter,
        trail: AccessTrail,
        hasher: PasswordHasher,
        password_days: int = 0,
    ) -> None:
        """``password_days``: after how many days a chosen password must be changed; 0: never."""
        self._database = database
        self._clock = clock
        self._attempts = attempts
        self._trail = trail
        self._password_days = password_days
        self._hasher = hasher
        self._nobody = self._hasher.hash("nobody")

    def hash_password(self, password: str) -> str:
        """The Argon2id hash; whether the password will do is the rules' to say."""
        return self._hasher.hash(password)

    def with_password(self, login: str, password: str, client: str, device: str | None = None) -> SignedIn:
        """Check a password within its allowance. Raises NotAllowed or TooManyAttempts.

        ``client``: network address. ``device``: the id of a device from which this login has signed in before; it has
        an allowance of its own, which nobody else can use up. A login that does not exist takes as long and sounds the
        same as a wrong password.
        """
        claims = _claims(login.lower(), client_of(client), device)
        try:
            self._attempts.take(*claims)
        except TooManyAttempts:
            self._note_failure(self.person_of(login), client, "too_many")
            raise
        with self._database.reading() as session:
            person = session.scalars(select(Person).where(Person.login == login, Person.is_active)).first()
        is_right = self.matches(person.password_hash if person and person.may_use_password else None, password)
        signed_in = self.of_person(person.id) if person is not None and is_right else None
        if person is None or signed_in is None:
            self._note_failure(person.id if person else None, client, "wrong")
            raise NotAllowed(WRONG)
        if self._is_over(person):
            self._note_failure(person.id, client, "one_time_over")
            raise NotAllowed(ONE_TIME_OVER)
        self._attempts.clear(claims[0].key)
        self._attempts.give_back(*(claim.key for claim in claims[1:]))
        return signed_in

    def _note_failure(self, person_id: int | None, client: str, why: str) -> None:
        """A name that nobody has may be a password typed into the wrong field: it is not kept."""
        self._trail.write(AccessEvent.SIGN_IN_FAILED, None, person_id=person_id, address=client, why=why)

    def prove(self, person_id: int, password: str, client: str, device: str | None = None) -> None:
        """Somebody signed in shows again that it is he. Raises NotAllowed or TooManyAttempts, as at the sign-in."""
        try:
            self.with_password(self.login_of(person_id), password, client, device)
        except NotAllowed:
            raise NotAllowed("密码不正确") from None

    def login_of(self, person_id: int) -> str:
        """Raises NotFound."""
        with self._database.reading() as session:
            login = session.scalars(select(Person.login).where(Person.id == person_id)).first()
        if login is None:
            raise NotFound("没有这个账号")
        return login

    def matches(self, stored: str | None, password: str) -> bool:
        """Takes as long whether there is a stored hash or not."""
        try:
            return self._hasher.verify(stored or self._nobody, password) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False

    def _is_over(self, person: Person) -> bool:
        """A one-time password that nobody used in its time opens nothing any more."""
        set_at = person.password_set_at
        return person.must_change_password and set_at is not None and self._clock.now() - set_at >= ONE_TIME_LASTS

    def _must_change(self, person: Person, now: datetime) -> bool:
        is_old = now - (person.password_set_at or person.created_at) >= timedelta(days=self._password_days)
        return person.must_change_password or (self._password_days > 0 and is_old)

    def of_person(self, person_id: int) -> SignedIn | None:
        """The actor as of now: own grants and the unit roles lent to him today. None if inactive."""
        now = self._clock.now()
        today = now.astimezone(OFFICE_ZONE).date()
        with self._database.reading() as session:
            person = session.get(Person, person_id)
            if person is None or not person.is_active:
                return None
            own = {Grant(Role(each.role), each.unit_code) for each in person.assignments if each.ended_at is None}
            grants = frozenset(own | lent_to(session, person_id, today))
        actor = Actor(kind=ActorKind.PERSON, id=str(person.id), name=person.name, grants=grants)
        return SignedIn(
            person_id=person.id,
            version=person.session_version,
            actor=actor,
            must_change_password=self._must_change(person, now),
        )

    def person_of(self, login: str) -> int | None:
        """Whose name to sign in with this is; None if nobody's."""
        with self._database.reading() as session:
            return session.scalars(select(Person.id).where(Person.login == login)).first()

    def of_login(self, login: str) -> SignedIn:
        """The actor of a login, without its password: for the demonstration only. Raises NotFound."""
        with self._database.reading() as session:
            person_id = session.scalars(select(Person.id).where(Person.login == login, Person.is_active)).first()
        signed_in = self.of_person(person_id) if person_id is not None else None
        if signed_in is None:
            raise NotFound(f"没有登录名为 {login} 的人员")
        return signed_in


def _claims(login: str, client: str, device: str | None) -> list[Claim]:
    """The first is this person's own; the others only count strangers."""
    if device is not None:
        return [Claim(f"sign-in:{login}:device:{device}", SIGN_IN)]
    return [
        Claim(f"sign-in:{login}:{client}", SIGN_IN),
        Claim(f"sign-in-client:{client}", SIGN_IN_PER_CLIENT),
        Claim(f"sign-in-login:{login}", SIGN_IN_PER_LOGIN),
    ]
