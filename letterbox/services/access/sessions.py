"""Sessions of staff: who is signed in on which device, until when, and how to end it at once.

The browser's cookie holds a random token; the database holds its SHA-256, so a stolen table opens nothing. A session ends
after a time without use, after a time in all, when somebody ends it, and when the person's ``session_version`` changes
(password, deactivation). Its token is a new one whenever rights rise: at the sign-in, the second factor, a renewed proof.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.errors import NotFound
from letterbox.services.access.second_factor import SecondFactors
from letterbox.services.access.sign_in import SignedIn, SignIn
from letterbox.services.access.trail import AccessEvent, AccessTrail
from letterbox.store.access import StaffSession
from letterbox.store.database import Database

TOKEN_BYTES = 32
LONGEST_TOKEN = 100
LONGEST_NOTED = 200
"""Characters of an address or a browser's name that are kept."""
SEEN_EVERY = timedelta(minutes=1)
"""How exact ``seen_at`` is: a reading page writes at most so often."""
HALF_WAY = timedelta(minutes=20)
"""How long somebody may take for the step between password and second factor."""


class SignInMethod(StrEnum):
    """How somebody showed who he is."""

    PASSWORD = "password"  # noqa: S105  # the name of a way
    CODE = "code"
    RECOVERY_CODE = "recovery_code"
    SINGLE_SIGN_ON = "single_sign_on"


class Awaits(StrEnum):
    """What is still missing before a session opens more than its next step."""

    SECOND_FACTOR = "second_factor"
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """``idle``: without use; ``longest``: in all; ``fresh``: how long a proof counts for what needs a recent one."""

    idle: timedelta
    longest: timedelta
    fresh: timedelta


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody signs in from: network address and what the browser calls itself."""

    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that counts now. ``ends_at`` is when it ends if nothing more is done."""

    id: int
    person: SignedIn
    how: str
    awaits: Awaits | None
    ends_at: datetime
    longest_until: datetime
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One device in a person's list."""

    id: int
    how: str
    address: str
    user_agent: str
    created_at: datetime
    seen_at: datetime


class Sessions:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        sign_in: SignIn,
        factors: SecondFactors,
        limits: SessionLimits,
        trail: AccessTrail,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sign_in = sign_in
        self._factors = factors
        self._limits = limits
        self._trail = trail

    def begin(self, person: SignedIn, how: SignInMethod, device: Device) -> str:
        """A new session; answers its token. It waits for the second factor if the person has one or must have one."""
        awaits = self._missing(person, how)
        now, token = self._clock.now(), secrets.token_urlsafe(TOKEN_BYTES)
        row = StaffSession(
            token_hash=_hash(token),
            person_id=person.person_id,
            version=person.version,
            how=how,
            awaits=awaits,
            address=device.address[:LONGEST_NOTED],
            user_agent=_plain(device.user_agent),
            created_at=now,
            seen_at=now,
            proved_at=now,
        )
        with self._database.transaction() as session:
            session.add(row)
        if awaits is None:
            self._trail.write(AccessEvent.SIGNED_IN, person.actor, address=device.address, factor=str(how))
        return token

    def find(self, token: object, *, is_use: bool = True) -> LiveSession | None:
        """The session of a cookie with its person's rights as of now; None if it has ended.

        ``is_use``: whether this keeps it from going idle.
        """
        if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
            return None
        with self._database.reading() as session:
            row = session.scalars(select(StaffSession).where(StaffSession.token_hash == _hash(token))).first()
        now = self._clock.now()
        if row is None or self._has_ended(row, now):
            return None
        person = self._sign_in.of_person(row.person_id)
        if person is None or person.version != row.version:
            return None
        if is_use and now - row.seen_at >= SEEN_EVERY:
            self._touch(row.id, now)
            row.seen_at = now
        return self._live(row, person, now)

    def _missing(self, person: SignedIn, how: str) -> Awaits | None:
        """A password alone is half of it for whoever has a second factor, or a role that asks for one."""
        if how != SignInMethod.PASSWORD:
            return None
        if self._factors.has_one(person.person_id):
            return Awaits.SECOND_FACTOR
        return Awaits.ENROLMENT if self._factors.is_required(person.actor) else None

    def _awaits(self, row: StaffSession, person: SignedIn) -> Awaits | None:
        """Also somebody who came in before he got such a role must now show or set up his second factor."""
        if row.awaits is None and row.how == SignInMethod.PASSWORD and self._factors.is_required(person.actor):
            return self._missing(person, row.how)
        return Awaits(row.awaits) if row.awaits else None

    def _touch(self, session_id: int, now: datetime) -> None:
        with self._database.transaction() as session:
            session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))

    def _live(self, row: StaffSession, person: SignedIn, now: datetime) -> LiveSession:
        longest_until = row.created_at + (HALF_WAY if row.awaits else self._limits.longest)
        return LiveSession(
            id=row.id,
            person=person,
            how=row.how,
            awaits=self._awaits(row, person),
            ends_at=min(row.seen_at + self._limits.idle, longest_until),
            longest_until=longest_until,
            is_fresh=row.proved_at is not None and now - row.proved_at < self._limits.fresh,
        )

    def _has_ended(self, row: StaffSession, now: datetime) -> bool:
        longest = HALF_WAY if row.awaits else self._limits.longest
        return now - row.seen_at >= self._limits.idle or now - row.created_at >= longest

    def rise(self, token: str, how: SignInMethod | None = None) -> str:
        """The person has just proved more: the same session under a new token, the old one opens nothing.

        ``how``: if it is now another way than before. Raises NotFound.
        """
        now, fresh_token = self._clock.now(), secrets.token_urlsafe(TOKEN_BYTES)
        with self._database.transaction() as session:
            query = select(StaffSession).where(StaffSession.token_hash == _hash(token)).with_for_update()
            row = session.scalars(query).first()
            if row is None or self._has_ended(row, now):
                raise NotFound("登录已失效，请重新登录")
            was_waiting, row.awaits = row.awaits, None
            row.token_hash, row.seen_at, row.proved_at = _hash(fresh_token), now, now
            row.how = how or row.how
            if was_waiting:
                row.created_at = now
            person_id, address = row.person_id, row.address
        person = self._sign_in.of_person(person_id)
        if person is not None:
            event = AccessEvent.SIGNED_IN if was_waiting else AccessEvent.PROVED_AGAIN
            self._trail.write(event, person.actor, address=address, factor=str(how or "proof"))
        return fresh_token

    def end(self, token: object) -> None:
        """Sign-out: the token opens nothing any more, wherever else it was copied to."""
        found = self.find(token, is_use=False)
        if not isinstance(token, str):
            return
        with self._database.transaction() as session:
            session.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))
        if found is not None:
            self._trail.write(AccessEvent.SIGNED_OUT, found.person.actor)

    def of_person(self, person_id: int) -> Sequence[SessionLine]:
        """Where a person is signed in now, the latest use first."""
        now = self._clock.now()
        person = self._sign_in.of_person(person_id)
        with self._database.reading() as session:
            query = select(StaffSession).where(StaffSession.person_id == person_id, StaffSession.awaits.is_(None))
            rows = list(session.scalars(query.order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())))
        return [
            SessionLine(
                id=row.id,
                how=row.how,
                address=row.address,
                user_agent=row.user_agent,
                created_at=row.created_at,
                seen_at=row.seen_at,
            )
            for row in rows
            if person is not None and row.version == person.version and not self._has_ended(row, now)
        ]

    def end_one(self, person: SignedIn, session_id: int) -> bool:
        """End one of the person's own sessions; whether there was such a one."""
        with self._database.transaction() as session:
            own = delete(StaffSession).where(StaffSession.id == session_id, StaffSession.person_id == person.person_id)
            is_gone = bool(session.execute(own).rowcount)  # type: ignore[attr-defined]  # a delete's result has it
        if is_gone:
            self._trail.write(AccessEvent.SESSION_ENDED, person.actor)
        return is_gone

    def end_others(self, person: SignedIn, here: int) -> None:
        """End every session of the person but ``here``."""
        with self._database.transaction() as session:
            session.execute(
                delete(StaffSession).where(StaffSession.person_id == person.person_id, StaffSession.id != here)
            )
        self._trail.write(AccessEvent.SESSION_ENDED, person.actor)

    def purge(self) -> int:
        """Delete the rows of sessions that have ended; answers how many."""
        now = self._clock.now()
        ended = or_(
            StaffSession.seen_at < now - self._limits.idle,
            StaffSession.created_at < now - self._limits.longest,
            StaffSession.awaits.is_not(None) & (StaffSession.created_at < now - HALF_WAY),
        )
        with self._database.transaction() as session:
            gone = session.execute(delete(StaffSession).where(ended))
            return int(gone.rowcount)  # type: ignore[attr-defined]  # as above


def rights_changed(session: Session, person_id: int) -> None:
    """A role was given or ended: rights are read anew at each request; what needs a recent proof needs a new one."""
    session.execute(update(StaffSession).where(StaffSession.person_id == person_id).values(proved_at=None))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _plain(words: str) -> str:
    return "".join(each for each in words if each.isprintable())[:LONGEST_NOTED]
