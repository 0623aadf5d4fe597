"""Is this worker alive? Known from its polls, not from its process."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TypedDict

from workers.runtime.metrics import Metrics

log = logging.getLogger("workers.runtime")


class TopicHealth(TypedDict):
    topic: str
    ok: bool
    last_poll_s: float | None


class Health:
    """``stale_after_s`` and ``stuck_after_s`` as in WorkerConfig. ``last_poll_s`` None: no poll answered yet."""

    def __init__(
        self,
        topics: Sequence[str],
        metrics: Metrics,
        *,
        stale_after_s: float,
        stuck_after_s: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._topics = tuple(topics)
        self._metrics = metrics
        self._stale_after_s = stale_after_s
        self._stuck_after_s = stuck_after_s
        self._monotonic = monotonic
        self._lock = Lock()
        self._last_poll: float | None = None
        self._away_since: float | None = None
        self._full_since: float | None = None
        metrics.poll_age.set_function(lambda: self.last_poll_s() or 0.0)

    def polled(self) -> None:
        """The engine answered a fetch."""
        now = self._monotonic()
        with self._lock:
            away_since, self._away_since = self._away_since, None
            first, self._last_poll, self._full_since = self._last_poll is None, now, None
        self._metrics.polls.labels("answered").inc()
        self._metrics.engine_up.set(1)
        if away_since is not None:
            log.info("engine back after %.0f s", now - away_since)
        elif first:
            log.info("engine answers; polling %s", ", ".join(self._topics))

    def poll_failed(self, error: BaseException) -> None:
        """Logs once when the engine goes away, not at each try."""
        with self._lock:
            news = self._away_since is None
            self._away_since = self._away_since or self._monotonic()
        self._metrics.polls.labels("failed").inc()
        self._metrics.engine_up.set(0)
        if news:
            log.warning("engine away, trying on: %s: %s", type(error).__name__, error)

    def full(self) -> None:
        """No slot is free, so there is nothing to poll for."""
        with self._lock:
            self._full_since = self._full_since or self._monotonic()

    def last_poll_s(self) -> float | None:
        with self._lock:
            return None if self._last_poll is None else self._monotonic() - self._last_poll

    def is_ok(self) -> bool:
        age = self.last_poll_s()
        if age is None:
            return False
        with self._lock:
            full_since = self._full_since
        if full_since is not None:
            return self._monotonic() - full_since < self._stuck_after_s
        return age < self._stale_after_s

    def topics(self) -> list[TopicHealth]:
        """One row a topic; one poller fetches for all, so they share its fate."""
        ok, age = self.is_ok(), self.last_poll_s()
        rounded = None if age is None else round(age, 1)
        return [{"topic": topic, "ok": ok, "last_poll_s": rounded} for topic in self._topics]
