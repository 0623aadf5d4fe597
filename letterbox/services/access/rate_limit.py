"""Allowances: how often something may be tried, counted in the database so that every web process counts the same.

This is the room for everything that has an allowance: passwords, one-time codes, query codes, recoveries, letters,
uploads. An attempt is taken **before** what it pays for is done (:meth:`AttemptCounter.take`): it is inserted and counted
under a lock of its keys, so that of forty at once no more are served than the allowance has. What fails stays counted;
what succeeds is given back (:meth:`AttemptCounter.clear`).

An allowance slows down, it does not lock out: the first ``free`` attempts of a window cost nothing, each further one must
keep a distance that doubles from ``first_wait`` to ``longest_wait``. What is refused is not counted, so nobody can
prolong another's wait by hammering. Choose keys so that strangers do not share one: what is tried (a login) *and* from
where (a client, or a known device), with a wide allowance for the client alone. Several keys are taken all or none.

To put a hurdle (a proof of work) before the wait, ask :meth:`AttemptCounter.standing` how much is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.errors import TooManyAttempts
from letterbox.store.access import Attempt
from letterbox.store.database import Database

LONGEST_KEY = 200
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
KEPT_FOR = timedelta(days=2)
"""Longer than any window."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """``count`` free attempts within ``window``, then one after each wait that doubles from ``first_wait`` up.

    Without waits the allowance is a quota: the next attempt is possible when the window has room again.
    """

    count: int
    window: timedelta
    first_wait: timedelta | None = None
    longest_wait: timedelta = timedelta(minutes=2)

    def wait(self, used: int) -> timedelta | None:
        """The distance that the next attempt must keep from the last one; None: until the window has room."""
        if used < self.count:
            return timedelta(0)
        if self.first_wait is None:
            return None
        doublings: int = min(used - self.count, 20)
        return min(self.longest_wait, self.first_wait * (1 << doublings))


@dataclass(frozen=True, slots=True)
class Claim:
    """One key and its allowance."""

    key: str
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class AttemptsUsed:
    """How many attempts of a key are used, and how long the next one must wait."""

    used: int
    wait: timedelta


QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
SIGN_IN = Allowance(5, HOUR, first_wait=timedelta(seconds=5), longest_wait=timedelta(minutes=5))
"""A login from one client, or from one known device."""
SIGN_IN_PER_CLIENT = Allowance(200, QUARTER, first_wait=timedelta(seconds=1), longest_wait=timedelta(seconds=20))
"""All logins from one client that is no known device: an office behind one address must not notice it."""
SIGN_IN_PER_LOGIN = Allowance(50, HOUR, first_wait=timedelta(seconds=1), longest_wait=timedelta(seconds=20))
"""One login from all clients that are no known devices: guessing from many addresses becomes slow."""
QUERY_CODE = Allowance(5, QUARTER, first_wait=timedelta(seconds=5))
"""A letter's code from one client: a stranger's wrong codes do not keep its writer out."""
QUERY_CODE_PER_LETTER = Allowance(50, HOUR, first_wait=timedelta(seconds=1), longest_wait=timedelta(seconds=20))
"""A letter's code from all clients: guessing from many addresses becomes slow."""
QUERY_CODE_PER_CLIENT = Allowance(60, QUARTER, first_wait=timedelta(seconds=1), longest_wait=timedelta(seconds=20))
RECOVERY = Allowance(3, HOUR)
"""New codes of one letter to one contact; only requests that name the letter's own contact count."""
RECOVERY_PER_CLIENT = Allowance(10, HOUR, first_wait=timedelta(seconds=30), longest_wait=timedelta(minutes=10))


class AttemptCounter:
    """A sliding window per key."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def take(self, *claims: Claim) -> None:
        """Count one attempt of every key, all or none. Raises TooManyAttempts with the longest of their waits."""
        now = self._clock.now()
        with self._database.transaction() as session:
            for key in sorted({_key(claim.key) for claim in claims}):
                session.execute(LOCK, {"key": f"attempts:{key}"})
            wait = max((_standing(session, claim, now).wait for claim in claims), default=timedelta(0))
            if wait > timedelta(0):
                raise _refusal(wait)
            session.add_all(Attempt(key=_key(claim.key), at=now) for claim in claims)

    def usage(self, claim: Claim) -> AttemptsUsed:
        """How much of an allowance is used; takes nothing."""
        with self._database.reading() as session:
            return _standing(session, claim, self._clock.now())

    def check(self, key: str, allowance: Allowance) -> None:
        """Raise TooManyAttempts if the window is full. Of attempts at the same moment several may pass: prefer ``take``."""
        wait = self.usage(Claim(key, allowance)).wait
        if wait > timedelta(0):
            raise _refusal(wait)

    def note(self, *keys: str) -> None:
        now = self._clock.now()
        with self._database.transaction() as session:
            session.add_all(Attempt(key=_key(key), at=now) for key in keys)

    def clear(self, *keys: str) -> None:
        """It succeeded: what was counted for these keys is forgotten."""
        with self._database.transaction() as session:
            session.execute(delete(Attempt).where(Attempt.key.in_([_key(key) for key in keys])))

    def give_back(self, *keys: str) -> None:
        """It succeeded: the latest attempt of each key is forgotten, those before stay."""
        with self._database.transaction() as session:
            for key in keys:
                latest = select(Attempt.id).where(Attempt.key == _key(key)).order_by(Attempt.id.desc()).limit(1)
                session.execute(delete(Attempt).where(Attempt.id == latest.scalar_subquery()))

    def purge(self) -> int:
        """Delete what no window reaches any more; answers how many."""
        with self._database.transaction() as session:
            gone = session.execute(delete(Attempt).where(Attempt.at < self._clock.now() - KEPT_FOR))
            return int(gone.rowcount)  # type: ignore[attr-defined]  # a delete's result has it


def client_of(address: str | None) -> str:
    """Whom attempts are counted against: an IPv4 address, or the /64 that one IPv6 subscriber has."""
    try:
        known = ip_address((address or "").partition("%")[0])
    except ValueError:
        return (address or "-")[:64]
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return f"{IPv6Address(int(known) >> 64 << 64)}/64"
    return str(known)


def _key(key: str) -> str:
    return key[:LONGEST_KEY]


def _standing(session: Session, claim: Claim, now: datetime) -> AttemptsUsed:
    allowance = claim.allowance
    query = select(func.count(), func.min(Attempt.at), func.max(Attempt.at)).where(
        Attempt.key == _key(claim.key), Attempt.at > now - allowance.window
    )
    used, first, last = session.execute(query).one()
    distance = allowance.wait(used)
    if not used:
        return AttemptsUsed(0, timedelta(0))
    if distance is None:
        return AttemptsUsed(used, max(timedelta(0), first + allowance.window - now))
    return AttemptsUsed(used, min(distance, max(timedelta(0), last + distance - now)))


def _refusal(wait: timedelta) -> TooManyAttempts:
    seconds = max(1, int(wait.total_seconds()) + (1 if wait.microseconds else 0))
    duration = f"{seconds} 秒" if seconds < 90 else f"{round(seconds / 60)} 分钟"
    return TooManyAttempts(f"尝试次数过多，请在 {duration}后再试", seconds)
