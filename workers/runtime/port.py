"""All that the runtime knows of an engine. Any adapter of this shape will do.

Errors: an adapter's exceptions may carry ``retryable`` (bool). True: the same call may succeed later; False: never;
absent: taken for transient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from workers.runtime.outcome import Outcome, Scalar


class ExternalTask(Protocol):
    """A locked task as a handler sees it. ``retries`` is None until a failure was reported."""

    @property
    def id(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def business_key(self) -> str | None: ...
    @property
    def process_key(self) -> str: ...
    @property
    def process_instance_id(self) -> str: ...
    @property
    def activity_id(self) -> str: ...
    @property
    def retries(self) -> int | None: ...
    @property
    def variables(self) -> Mapping[str, Scalar]: ...


Handler: TypeAlias = Callable[[ExternalTask], Outcome]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One topic and how to work it.

    ``variables``: which to fetch (None all, empty none). ``max_running``: at most so many slots for this topic, so that
    a slow one cannot take them all. ``timeout_s``: a handler that runs longer is reported as an incident and its lock
    is renewed no more. ``max_retries`` None: the worker's.
    """

    name: str
    handler: Handler
    lock_ms: int = 30_000
    variables: tuple[str, ...] | None = None
    max_running: int | None = None
    timeout_s: float = 600.0
    max_retries: int | None = None


class Engine(Protocol):
    """The answering calls return True if the engine took them, False if the task is no longer there."""

    def fetch_and_lock(
        self, worker_id: str, topics: Sequence[Subscription], max_tasks: int, async_response_timeout_ms: int
    ) -> Sequence[ExternalTask]:
        """Lock tasks, oldest first; waits up to the timeout for some to come. Must return or raise soon after it."""
        ...

    def cancel_fetch(self, worker_id: str) -> None:
        """Make the engine end this worker's waiting fetch, as far as it can."""
        ...

    def complete(self, task_id: str, worker_id: str, variables: Mapping[str, Scalar]) -> bool: ...

    def failure(
        self, task_id: str, worker_id: str, *, message: str, details: str, retries: int, retry_timeout_ms: int
    ) -> bool: ...

    def bpmn_error(
        self, task_id: str, worker_id: str, code: str, message: str, variables: Mapping[str, Scalar]
    ) -> bool: ...

    def extend_lock(self, task_id: str, worker_id: str, duration_ms: int) -> bool:
        """False also if the lock has expired or is another worker's."""
        ...

    def unlock(self, task_id: str) -> bool: ...


class DeliveryLog(Protocol):
    """Counts deliveries across worker processes: an expired lock costs no retry, so nobody else would notice a task
    that kills its worker each time.
    """

    def delivered(self, task_id: str) -> int:
        """Note that a delivery begins; answers how many have begun since the last answer, this one included."""
        ...

    def answered(self, task_id: str) -> None:
        """A failure was reported for it, or is about to be since it was delivered too often: count from 0 again. (A
        completed task never comes back.)
        """
        ...
