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
from workers.runtime.slots import Held

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

    def send(self, held: Held, outcome: Outcome) -> None:
        """Answer for a task; never raises for the engine's sake."""
        try:
            became = self._send(held, outcome)
        except Exception as error:  # noqa: BLE001  # whatever the adapter raises, the slot must go on
            if getattr(error, "retryable", None) is not False:
                became = "unanswered"
                log.warning("%s: no answer got through, left to redelivery: %s", _label(held), error)
            else:
                became = self._refused(held, error)
        self.metrics.tasks.labels(held.subscription.name, became).inc()

    def give_back(self, held: Held) -> None:
        """Unlock a task that nobody started; on failure its lock simply expires."""
        try:
            self.engine.unlock(held.task.id)
        except Exception as error:  # noqa: BLE001  # best effort at shutdown
            log.warning("%s: could not be unlocked: %s", _label(held), error)
        self.metrics.tasks.labels(held.subscription.name, "unlocked").inc()

    def _send(self, held: Held, outcome: Outcome) -> str:
        if isinstance(outcome, RetryLater | Fail):
            return self._fail(held, outcome)
        task_id, variables = held.task.id, outcome.variables
        if isinstance(outcome, Complete):
            taken = self._persist(held, lambda: self.engine.complete(task_id, self.worker_id, variables))
        else:
            taken = self._persist(held, lambda: self._bpmn_error(task_id, outcome))
        if not taken:
            return self._gone(held)
        return "complete" if isinstance(outcome, Complete) else "bpmn_error"

    def _bpmn_error(self, task_id: str, outcome: BpmnError) -> bool:
        return self.engine.bpmn_error(
            task_id, self.worker_id, outcome.code, outcome.message[:MAX_MESSAGE], outcome.variables
        )

    def _refused(self, held: Held, error: Exception) -> str:
        """The engine would not take the answer: its next step fails, or the lock is another worker's by now."""
        log.warning("%s: answer refused: %s", _label(held), error)
        try:
            return self._fail(held, Fail(f"answer refused: {error}"))
        except Exception as second:  # noqa: BLE001  # nothing else can be done from here
            log.warning("%s: lost to another worker or unreachable: %s", _label(held), second)
            return "unanswered"

    def _fail(self, held: Held, outcome: RetryLater | Fail) -> str:
        retries, delay_s = self._retries_and_delay(held, outcome)
        mask = self.config.mask
        taken = self._persist(
            held,
            lambda: self.engine.failure(
                held.task.id,
                self.worker_id,
                message=mask(outcome.reason)[:MAX_MESSAGE],
                details=mask(outcome.details)[-MAX_DETAILS:],
                retries=retries,
                retry_timeout_ms=int(delay_s * 1000),
            ),
        )
        if not taken:
            return self._gone(held)
        self._count_anew(held)
        log.log(
            logging.WARNING if retries == 0 else logging.INFO,
            "%s: %s, %s",
            _label(held),
            mask(outcome.reason)[:200],
            "incident" if retries == 0 else f"{retries} tries left, next in {delay_s:.0f} s",
        )
        return "incident" if retries == 0 else "retry"

    def _count_anew(self, held: Held) -> None:
        if self.deliveries is None:
            return
        try:
            self.deliveries.answered(held.task.id)
        except Exception as error:  # noqa: BLE001  # the engine has its answer; the count is only a safeguard
            log.warning("%s: delivery count not reset: %s", _label(held), error)

    def _retries_and_delay(self, held: Held, outcome: RetryLater | Fail) -> tuple[int, float]:
        """The engine never counts down: the worker does, from ``max_retries`` at the first delivery."""
        if isinstance(outcome, Fail):
            return 0, 0.0
        limit = held.subscription.max_retries or self.config.max_retries
        left = max((limit if held.task.retries is None else held.task.retries) - 1, 0)
        delay_s = self.config.retry.delay_s(max(limit - 1 - left, 0), self.random, outcome.delay_s)
        return left, delay_s if left else 0.0

    def _persist(self, held: Held, call: Callable[[], bool]) -> bool:
        """Try a call again as long as its error does not say that this is of no use."""
        for attempt in range(self.config.answer_attempts - 1):
            try:
                return _answering(held, call)
            except Exception as error:
                if getattr(error, "retryable", None) is False:
                    raise
                log.debug("%s: answer not through: %s", _label(held), error)
            time.sleep(self.config.answer.delay_s(attempt, self.random))
        return _answering(held, call)

    def _gone(self, held: Held) -> str:
        log.info("%s: already done or cancelled", _label(held))
        return "gone"


def _answering(held: Held, call: Callable[[], bool]) -> bool:
    """No lock renewal while an answer is under way: the two would collide in the engine."""
    held.is_answering = True
    try:
        return call()
    finally:
        held.is_answering = False


def _label(held: Held) -> str:
    return f"{held.subscription.name} {held.task.id} ({held.task.business_key})"
