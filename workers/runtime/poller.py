"""The one thread that fetches, for all topics, never more than there are free slots."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from threading import Event, Thread

from workers.runtime.answers import Answers
from workers.runtime.executor import Executor
from workers.runtime.health import Health
from workers.runtime.port import ExternalTask, Subscription
from workers.runtime.slots import LockedTask, Slots

log = logging.getLogger("workers.runtime")

SHORT_POLL_MS = 300
"""While a topic is at its limit it is not asked for; come back soon to ask for it again."""
PARKED_S = 1.0


class Poller:
    """Survives everything but its own end: whatever a fetch raises is the engine being away, to be tried again."""

    def __init__(
        self,
        subscriptions: Sequence[Subscription],
        *,
        slots: Slots,
        executor: Executor,
        answers: Answers,
        health: Health,
        stopping: Event,
    ) -> None:
        self._subscriptions = {each.name: each for each in subscriptions}
        self._slots = slots
        self._executor = executor
        self._answers = answers
        self._health = health
        self._stopping = stopping
        self._thread = Thread(target=self._poll, name="poller", daemon=True)
        self.is_fetching = False

    def start(self) -> None:
        self._thread.start()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def join(self, timeout_s: float) -> None:
        self._thread.join(max(timeout_s, 0.0))

    def _poll(self) -> None:
        failures, is_known = 0, False
        while not self._stopping.is_set():
            if not self._slots.wait_for_room(PARKED_S):
                self._health.full()
                continue
            self._slots.gather_free(self._answers.config.gather_s)
            try:
                tasks = self._fetch(is_known)
            except Exception as error:  # noqa: BLE001  # a poller that dies silently is the worst failure
                if not self._stopping.is_set():
                    self._health.poll_failed(error)
                    self._stopping.wait(self._answers.config.engine_away.delay_s(failures, self._answers.random))
                failures, is_known = failures + 1, False
                continue
            failures, is_known = 0, True
            self._health.polled()
            self._hand_out(tasks)

    def _fetch(self, is_known: bool) -> Sequence[ExternalTask]:
        """The first fetch, and the first after an outage, does not wait: whether the engine answers is news."""
        room, topics = self._slots.room(list(self._subscriptions.values()))
        poll_ms = self._answers.config.poll_ms if is_known else 0
        if len(topics) < len(self._subscriptions):
            poll_ms = min(poll_ms, SHORT_POLL_MS)
        self.is_fetching = True  # before looking at stopping: either we see it, or the stopper sees us fetch
        try:
            if self._stopping.is_set():
                return ()
            return self._answers.engine.fetch_and_lock(self._answers.worker_id, topics, room, poll_ms)
        finally:
            self.is_fetching = False

    def _hand_out(self, tasks: Sequence[ExternalTask]) -> None:
        now = time.monotonic()
        for task in tasks:
            subscription = self._subscriptions[task.topic]
            locked = self._slots.admit(task, subscription, now)
            if locked is None:
                self._answers.metrics.redelivered.labels(task.topic).inc()
            elif self._stopping.is_set():
                self._give_back(locked)
            else:
                self._executor.take(locked)

    def _give_back(self, locked: LockedTask) -> None:
        self._answers.give_back(locked)
        self._slots.release(locked)
