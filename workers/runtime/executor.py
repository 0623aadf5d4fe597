"""N threads that run handlers, one task each."""

from __future__ import annotations

import logging
import time
from queue import Empty, SimpleQueue
from threading import Thread

from workers.runtime.answers import Answers, outcome_of
from workers.runtime.outcome import BpmnError, Complete, Fail, Outcome, RetryLater
from workers.runtime.slots import LockedTask, Slots

log = logging.getLogger("workers.runtime")


class Executor:
    """Threads are daemons: a handler that hangs cannot keep the process from ending after its grace time."""

    def __init__(self, slots: Slots, answers: Answers) -> None:
        self._slots = slots
        self._answers = answers
        self._waiting: SimpleQueue[LockedTask | None] = SimpleQueue()
        self._threads = [
            Thread(target=self._work, name=f"slot-{number}", daemon=True) for number in range(1, slots.count + 1)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def take(self, locked: LockedTask) -> None:
        self._waiting.put(locked)

    def give_back_waiting(self) -> None:
        """Unlock what no thread has started."""
        while True:
            try:
                locked = self._waiting.get_nowait()
            except Empty:
                return
            if locked is not None:
                self._answers.give_back(locked)
                self._slots.release(locked)

    def stop(self) -> None:
        """Threads end after what they are doing."""
        for _ in self._threads:
            self._waiting.put(None)

    def _work(self) -> None:
        while (locked := self._waiting.get()) is not None:
            try:
                self._run(locked)
            except Exception:
                log.exception("a slot met an error of the runtime itself")
            finally:
                self._slots.release(locked)

    def _run(self, locked: LockedTask) -> None:
        locked.started_at = time.monotonic()
        with self._answers.metrics.seconds.labels(locked.subscription.name).time():
            outcome = self._outcome(locked)
        self._answers.send(locked, outcome)

    def _outcome(self, locked: LockedTask) -> Outcome:
        try:
            if (refused := self._delivered_too_often(locked)) is not None:
                return refused
            outcome = locked.subscription.handler(locked.task)
        except (Exception, SystemExit) as error:  # any failure of a handler is the engine's to know
            log.debug("handler failed", exc_info=True)
            return outcome_of(error)
        if not isinstance(outcome, Complete | BpmnError | RetryLater | Fail):
            return Fail(f"the handler answered {type(outcome).__name__}, not an outcome")
        return outcome

    def _delivered_too_often(self, locked: LockedTask) -> Outcome | None:
        deliveries, limit = self._answers.deliveries, self._answers.config.max_deliveries
        if deliveries is None or (count := deliveries.delivered(locked.task.id)) <= limit:
            return None
        # Before the incident can be seen: whoever retries at once finds a fresh count.
        deliveries.answered(locked.task.id)
        return Fail(f"delivered {count - 1} times without an answer: its worker died or lost its lock each time")
