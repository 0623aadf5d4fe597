"""Telling the engine what became of a task, and not giving up at the first broken connection."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from workers.runtime.config import WorkerConfig
from workers.runtime.metrics import Metrics
from workers.runtime.outcome import BpmnError, Complete, Fail, Outcome, RetryLater
from workers.runtime.port import DeliveryLog, Engine
from workers.runtime.slots import LockedTask

log = logging.getLogger("workers.runtime")

MAX_MESSAGE = 666
"""Characters the engine keeps of a failure's message."""
MAX_DETAILS = 20_000


def outcome_of(error: BaseException) -> Outcome:
    """An exception as an outcome: final if it says ``retryable = False``, otherwise to be tried again."""
    reason = f"{type(error).__name__}: {error}"
    details = "".join(traceback.format_exception(error))
    if getattr(error, "retryable", None) is False:
        return Fail(reason, details)
    return RetryLater(reason, details=details)


@dataclass(frozen=True, slots=True)
class Answers:
    """Sends outcomes. Each answer is tried ``answer_attempts`` times, then left to redelivery after the lock expires."""

    engine: Engine
    worker_id: str
    config: WorkerConfig
    metrics: Metrics
    random: Random
    deliveries: DeliveryLog | None = None

    def send(self, locked: LockedTask, outcome: Outcome) -> None:
        """Answer for a task; never raises for the engine's sake."""
        try:
            became = self._send(locked, outcome)
        except Exception as error:  # noqa: BLE001  # whatever the adapter raises, the slot must go on
            if getattr(error, "retryable", None) is not False:
                became = "unanswered"
                log.warning("%s: no answer got through, left to redelivery: %s", _label(locked), error)
            else:
                became = self._refused(locked, error)
        self.metrics.tasks.labels(locked.subscription.name, became).inc()

    def give_back(self, locked: LockedTask) -> None:
        """Unlock a task that nobody started; on failure its lock simply expires."""
        try:
            self.engine.unlock(locked.task.id)
        except Exception as error:  # noqa: BLE001  # best effort at shutdown
            log.warning("%s: could not be unlocked: %s", _label(locked), error)
        self.metrics.tasks.labels(locked.subscription.name, "unlocked").inc()

    def _send(self, locked: LockedTask, outcome: Outcome) -> str:
        if isinstance(outcome, RetryLater | Fail):
            return self._fail(locked, outcome)
        task_id, variables = locked.task.id, outcome.variables
        if isinstance(outcome, Complete):
            taken = self._persist(locked, lambda: self.engine.complete(task_id, self.worker_id, variables))
        else:
            taken = self._persist(locked, lambda: self._bpmn_error(task_id, outcome))
        if not taken:
            return self._gone(locked)
        return "complete" if isinstance(outcome, Complete) else "bpmn_error"

    def _bpmn_error(self, task_id: str, outcome: BpmnError) -> bool:
        return self.engine.bpmn_error(
            task_id, self.worker_id, outcome.code, outcome.message[:MAX_MESSAGE], outcome.variables
        )

    def _refused(self, locked: LockedTask, error: Exception) -> str:
        """The engine would not take the answer: its next step fails, or the lock is another worker's by now."""
        log.warning("%s: answer refused: %s", _label(locked), error)
        try:
            return self._fail(locked, Fail(f"answer refused: {error}"))
        except Exception as second:  # noqa: BLE001  # nothing else can be done from here
            log.warning("%s: lost to another worker or unreachable: %s", _label(locked), second)
            return "unanswered"

    def _fail(self, locked: LockedTask, outcome: RetryLater | Fail) -> str:
        retries, delay_s = self._retries_and_delay(locked, outcome)
        mask = self.config.mask
        taken = self._persist(
            locked,
            lambda: self.engine.failure(
                locked.task.id,
                self.worker_id,
                message=mask(outcome.reason)[:MAX_MESSAGE],
                details=mask(outcome.details)[-MAX_DETAILS:],
                retries=retries,
                retry_timeout_ms=int(delay_s * 1000),
            ),
        )
        if not taken:
            return self._gone(locked)
        self._count_anew(locked)
        log.log(
            logging.WARNING if retries == 0 else logging.INFO,
            "%s: %s, %s",
            _label(locked),
            mask(outcome.reason)[:200],
            "incident" if retries == 0 else f"{retries} tries left, next in {delay_s:.0f} s",
        )
        return "incident" if retries == 0 else "retry"

    def _count_anew(self, locked: LockedTask) -> None:
        if self.deliveries is None:
            return
        try:
            self.deliveries.answered(locked.task.id)
        except Exception as error:  # noqa: BLE001  # the engine has its answer; the count is only a safeguard
            log.warning("%s: delivery count not reset: %s", _label(locked), error)

    def _retries_and_delay(self, locked: LockedTask, outcome: RetryLater | Fail) -> tuple[int, float]:
        """The engine never counts down: the worker does, from ``max_retries`` at the first delivery."""
        if isinstance(outcome, Fail):
            return 0, 0.0
        limit = locked.subscription.max_retries or self.config.max_retries
        left = max((limit if locked.task.retries is None else locked.task.retries) - 1, 0)
        delay_s = self.config.retry.delay_s(max(limit - 1 - left, 0), self.random, outcome.delay_s)
        return left, delay_s if left else 0.0

    def _persist(self, locked: LockedTask, call: Callable[[], bool]) -> bool:
        """Try a call again as long as its error does not say that this is of no use."""
        for attempt in range(self.config.answer_attempts - 1):
            try:
                return _answering(locked, call)
            except Exception as error:
                if getattr(error, "retryable", None) is False:
                    raise
                log.debug("%s: answer not through: %s", _label(locked), error)
            time.sleep(self.config.answer.delay_s(attempt, self.random))
        return _answering(locked, call)

    def _gone(self, locked: LockedTask) -> str:
        log.info("%s: already done or cancelled", _label(locked))
        return "gone"


def _answering(locked: LockedTask, call: Callable[[], bool]) -> bool:
    """No lock renewal while an answer is under way: the two would collide in the engine."""
    locked.is_answering = True
    try:
        return call()
    finally:
        locked.is_answering = False


def _label(locked: LockedTask) -> str:
    return f"{locked.subscription.name} {locked.task.id} ({locked.task.business_key})"
