"""Who may come in: passwords (Argon2), lock-out, and the actor behind a session or a token."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE, Clock
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.services.attempts import SIGN_IN, SIGN_IN_PER_CLIENT, AttemptCounter
from letterbox.services.lending import lent_to
from letterbox.store.database import Database
from letterbox.store.people import ApiToken, Person

WRONG = "用户名或密码不正确"
MIN_PASSWORD = 10


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``version`` changes when the password does, which ends every older session."""

    person_id: int
    version: int
    actor: Actor


class SignIn:
    """Passwords and tokens to actors."""

    def __init__(self, database: Database, clock: Clock, attempts: AttemptCounter) -> None:
        self._database = database
        self._clock = clock
        self._attempts = attempts
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash("nobody")

    def hash_password(self, password: str) -> str:
        """Raises FieldErrors if the password is too short."""
        if len(password) < MIN_PASSWORD:
            raise FieldErrors({"password": f"密码至少 {MIN_PASSWORD} 个字符"})
        return self._hasher.hash(password)

    def with_password(self, login: str, password: str, client: str) -> SignedIn:
        """Check a password; five failures in 15 minutes lock the login. Raises NotAllowed or TooManyAttempts.

        A login that does not exist takes as long and sounds the same as a wrong password.
        """
        login_key, client_key = f"login:{login.lower()}", f"login-client:{client}"
        self._attempts.check(login_key, SIGN_IN)
        self._attempts.check(client_key, SIGN_IN_PER_CLIENT)
        with self._database.reading() as session:
            person = session.scalars(select(Person).where(Person.login == login, Person.is_active)).first()
        if not self._matches(person.password_hash if person else None, password) or person is None:
            self._attempts.note(login_key, client_key)
            raise NotAllowed(WRONG)
        self._attempts.clear(login_key)
        signed_in = self.of_person(person.id)
        if signed_in is None:
            raise NotAllowed(WRONG)
        return signed_in

    def _matches(self, stored: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(stored or self._nobody, password) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False

    def of_person(self, person_id: int) -> SignedIn | None:
        """The actor as of now: own grants and the unit roles lent to him today. None if inactive."""
        today = self._clock.now().astimezone(OFFICE_ZONE).date()
        with self._database.reading() as session:
            person = session.get(Person, person_id)
            if person is None or not person.is_active:
                return None
            own = {Grant(Role(each.role), each.unit_code) for each in person.assignments if each.ended_at is None}
            grants = frozenset(own | lent_to(session, person_id, today))
        return SignedIn(person.id, person.session_version, Actor(ActorKind.PERSON, str(person.id), person.name, grants))

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

    def with_token(self, token: str) -> Actor | None:
        """The actor of a machine token, or None if it is unknown or revoked."""
        with self._database.reading() as session:
            known = select(ApiToken.id, ApiToken.name, ApiToken.role, ApiToken.unit_code)
            valid = known.where(ApiToken.token_hash == token_hash(token), ApiToken.revoked_at.is_(None))
            row = session.execute(valid).first()
            if row is None:
                return None
            return Actor(ActorKind.TOKEN, str(row.id), row.name, frozenset({Grant(Role(row.role), row.unit_code)}))


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
