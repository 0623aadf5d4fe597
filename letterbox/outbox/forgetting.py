"""The engine keeps the id of each command that it applied; after a year it forgets those that the outbox cannot repeat."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from letterbox.domain.errors import Unavailable
from letterbox.engine.applied import MOST_AT_ONCE
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineRefused
from letterbox.outbox import queue as outbox
from letterbox.store.database import Database

log = logging.getLogger(__name__)

KEPT = timedelta(days=366)
"""Longer than any command is on its way, and than a backup of the outbox is put back after it was made."""
ROUNDS = 40
"""Deletions of one look; the next one goes on."""


class Forgetting:
    """By the machine's time, as commands are."""

    def __init__(self, database: Database, engine: EngineClient, most: int = MOST_AT_ONCE) -> None:
        self._database = database
        self._engine = engine
        self._most = most

    def look(self) -> bool:
        """Forget what is due; an engine that is away is asked again next time. False: the next round may wait."""
        try:
            before = self._before(datetime.now(UTC))
            for _ in range(ROUNDS):
                if self._engine.applied.forget(before, most=self._most) < self._most:
                    break
        except (Unavailable, EngineRefused) as error:
            log.info("applied commands: not asked to forget: %s", error)
        return False

    def _before(self, now: datetime) -> datetime:
        """No command is applied before it was written, so what is older than the oldest open one is never sent again."""
        with self._database.reading() as session:
            oldest = outbox.oldest_open(session)
        return min(now - KEPT, oldest or now)
