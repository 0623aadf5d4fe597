"""Moving the whole system's clock forward, from due instant to due instant (contract, "Time").

One big jump would date the timers that follow others from its end. So the clock stops at every instant at which
something falls due, and goes on when engine, workers and outbox have come to rest.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from letterbox.domain.clock import iso
from letterbox.domain.errors import Unavailable, WrongState
from letterbox.engine.clock import EngineClock
from letterbox.outbox.relay import OutboxRelay
from letterbox.services.clock.shared import FRESH_S, SharedClock
from letterbox.store.commands import CommandStatus, OutboxCommand
from letterbox.store.database import Database

REST_WITHIN_S = 120.0
LOOK_EVERY_S = 0.02
RESTLESS_S = 0.06
"""While something moves: looking costs the processor that the moving needs."""
QUIET_LOOKS = 2
"""Between a worker's effect and its answer, or a commit and its command, a single look may find nothing moving."""


class TestClock:
    """Needs the engine's and our own movable clock: only in the test and simulation profiles.

    ``lock_file``: held by whoever moves the clock, so that two requests never do at once; it dies with its process.
    """

    __test__ = False  # not a test, whatever its name

    def __init__(
        self, database: Database, clock: SharedClock, engine: EngineClock, relay: OutboxRelay, lock_file: Path
    ) -> None:
        self._database = database
        self._clock = clock
        self._engine = engine
        self._relay = relay
        self._lock_file = lock_file

    def now(self) -> datetime:
        return self._clock.now()

    def advance(self, target: datetime) -> datetime:
        """Move to ``target``; returns when everything due up to then has happened.

        Raises WrongState if ``target`` lies in the past or somebody else moves the clock, Unavailable if the system
        does not come to rest.
        """
        with one_at_a_time(self._lock_file):
            now = self._clock.now()
            if target < now - timedelta(seconds=1):
                raise WrongState(f"时钟只能向前：现在是 {iso(now)}")
            self._rest()
            self._through_due_instants(target)
            self._set(target)
            self._rest()
        return self._clock.now()

    def advance_from_rest(self, target: datetime) -> None:
        """``advance`` for whoever has just settled: the system is not looked at again unless a timer fires on the way.

        An instant that has passed meanwhile is no move at all.
        """
        with one_at_a_time(self._lock_file):
            self._through_due_instants(target)
            self._set(target)

    def wait_until_quiet(self) -> None:
        """Wait until engine, workers and outbox are quiet; the clock is not moved. Raises Unavailable."""
        self._rest()

    def _through_due_instants(self, target: datetime) -> None:
        while (due := self._engine.next_timer_at()) is not None and due <= target:
            self._set(due)
            self._engine.fire_due(self._clock.now())
            self._rest()

    def _set(self, instant: datetime) -> None:
        """Ours first, and known to every process, before the engine's timers fire by theirs."""
        if instant <= self._clock.now() or not self._clock.move_to(instant):
            return
        time.sleep(2 * FRESH_S)
        self._engine.move(self._clock.read_offset())

    def _rest(self) -> None:
        deadline = time.monotonic() + REST_WITHIN_S
        quiet = 0
        while quiet < QUIET_LOOKS:
            unrest = self._unrest()
            quiet = 0 if unrest else quiet + 1
            if time.monotonic() > deadline:
                raise Unavailable(f"系统在 {REST_WITHIN_S:.0f} 秒内没有静止下来，请查看工作进程和引擎的日志 ({unrest})")
            time.sleep(RESTLESS_S if unrest else LOOK_EVERY_S)

    def _unrest(self) -> str | None:
        looks: tuple[Callable[[], str | None], ...] = (
            lambda: self._engine.unrest(self._clock.now()),
            self._outbox_unrest,
        )
        return next((found for look in looks if (found := look())), None)

    def _outbox_unrest(self) -> str | None:
        self._relay.relay_waiting()
        query = select(func.count()).select_from(OutboxCommand).where(OutboxCommand.status == CommandStatus.PENDING)
        with self._database.reading() as session:
            waiting = session.scalar(query) or 0
        return f"{waiting} commands wait in the outbox" if waiting else None


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Raises WrongState if another process or thread holds the lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise WrongState("时钟正由另一个请求推进，请稍后再试") from None
        yield


def instant_of(given: str) -> datetime | None:
    """An ISO-8601 instant with offset; None for anything else."""
    try:
        parsed = datetime.fromisoformat(given)
    except ValueError:
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo else None
