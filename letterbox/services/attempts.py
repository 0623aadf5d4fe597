"""Counting wrong codes and passwords, in the database so that every web process counts the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select

from letterbox.domain.clock import Clock
from letterbox.domain.errors import TooManyAttempts
from letterbox.store.database import Database
from letterbox.store.people import Attempt


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most ``count`` failures within ``window``."""

    count: int
    window: timedelta


SIGN_IN = Allowance(5, timedelta(minutes=15))
SIGN_IN_PER_CLIENT = Allowance(30, timedelta(minutes=15))
QUERY_CODE = Allowance(10, timedelta(minutes=15))
QUERY_CODE_PER_CLIENT = Allowance(30, timedelta(minutes=15))
RECOVERY = Allowance(3, timedelta(hours=1))
RECOVERY_PER_CLIENT = Allowance(10, timedelta(hours=1))


class AttemptCounter:
    """A sliding window per key."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def check(self, key: str, allowance: Allowance) -> None:
        """Raise TooManyAttempts if the window is full."""
        now = self._clock.now()
        with self._database.reading() as session:
            query = select(func.count(), func.min(Attempt.at)).where(
                Attempt.key == key, Attempt.at > now - allowance.window
            )
            count, first = session.execute(query).one()
        if count >= allowance.count:
            wait = int((first + allowance.window - now).total_seconds()) + 1
            raise TooManyAttempts(f"尝试次数过多，请在 {max(1, round(wait / 60))} 分钟后再试", max(1, wait))

    def note(self, *keys: str) -> None:
        now = self._clock.now()
        with self._database.transaction() as session:
            session.add_all(Attempt(key=key[:200], at=now) for key in keys)

    def clear(self, key: str) -> None:
        with self._database.transaction() as session:
            session.execute(delete(Attempt).where(Attempt.key == key))
