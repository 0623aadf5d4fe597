"""Keeping locks while handlers run: renewed at a third of their time, as long as the handler is within its own."""

from __future__ import annotations

import logging
import time
from threading import Event, Thread

from workers.runtime.answers import Answers
from workers.runtime.outcome import Fail
from workers.runtime.slots import LockedTask, Slots

log = logging.getLogger("workers.runtime")


class LockKeeper:
    """One thread for all locks. ``tick`` does the work and can be called without the thread."""

    def __init__(self, slots: Slots, answers: Answers, shortest_lock_ms: int) -> None:
        self._slots = slots
        self._answers = answers
        self._period_s = min(max(shortest_lock_ms / 12_000, 0.02), 5.0)
        self._stopped = Event()
        self._thread = Thread(target=self._keep, name="locks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def tick(self, now: float) -> None:
        """Renew what is due at ``now`` (monotonic) and report handlers that have run over their time."""
        for locked in self._slots.locked():
            if locked.is_overdue or locked.is_lost:
                continue
            if locked.started_at is not None and now - locked.started_at > locked.subscription.timeout_s:
                self._overdue(locked)
            elif now >= locked.renew_at and not locked.is_answering:
                self._renew(locked, now)

    def _keep(self) -> None:
        while not self._stopped.wait(self._period_s):
            try:
                self.tick(time.monotonic())
            except Exception:
                log.exception("lock renewal met an error of the runtime itself")

    def _renew(self, locked: LockedTask, now: float) -> None:
        lock_ms = locked.subscription.lock_ms
        try:
            kept = self._answers.engine.extend_lock(locked.task.id, self._answers.worker_id, lock_ms)
        except Exception as error:  # noqa: BLE001  # the engine is away: try again at the next tick
            log.debug("lock of %s not renewed: %s", locked.task.id, error)
            return
        if kept:
            locked.locked_anew(now)
        elif not locked.is_answering:
            locked.is_lost = True
            self._answers.metrics.locks_lost.labels(locked.subscription.name).inc()
            log.warning("%s %s: lock lost while running", locked.subscription.name, locked.task.id)

    def _overdue(self, locked: LockedTask) -> None:
        locked.is_overdue = True
        self._answers.metrics.overdue.labels(locked.subscription.name).inc()
        self._answers.send(locked, Fail(f"the handler has run for more than {locked.subscription.timeout_s:.0f} s"))
