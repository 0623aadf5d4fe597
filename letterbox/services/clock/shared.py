"""The movable clock of tests and simulations: one offset for every process, kept in the database."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from letterbox.store.database import Database
from letterbox.store.state import State

KEY = "clock_offset_seconds"
FRESH_S = 0.05


class SharedClock:
    """The machine's clock plus the shared offset, re-read at most every 50 ms."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._offset = timedelta()
        self._read_at = float("-inf")

    def now(self) -> datetime:
        if time.monotonic() - self._read_at > FRESH_S:
            self._offset = self.read_offset()
            self._read_at = time.monotonic()
        return datetime.now(UTC) + self._offset

    def read_offset(self) -> timedelta:
        with self._database.reading() as session:
            row = session.get(State, KEY)
            return timedelta(seconds=float(row.value["seconds"])) if row else timedelta()

    def move_to(self, instant: datetime) -> bool:
        """Set the clock to ``instant``; False (and nothing changes) if that would be backwards."""
        offset = instant - datetime.now(UTC)
        with self._database.transaction() as session:
            row = session.get(State, KEY, with_for_update=True)
            if row is None:
                session.add(State(key=KEY, value={"seconds": offset.total_seconds()}))
            elif offset.total_seconds() < float(row.value["seconds"]):
                return False
            else:
                row.value = {"seconds": offset.total_seconds()}
        self._read_at = float("-inf")
        return True
