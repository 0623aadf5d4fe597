"""A handler that still needs the application's services: what a registry of handlers lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from workers.runtime.outcome import Outcome
from workers.runtime.port import ExternalTask, Subscription

Services = TypeVar("Services")


@dataclass(frozen=True, slots=True)
class TopicHandler(Generic[Services]):
    """``work(services, task)`` for one topic; the other fields as in ``Subscription``."""

    topic: str
    work: Callable[[Services, ExternalTask], Outcome]
    lock_ms: int = 30_000
    variables: tuple[str, ...] | None = None
    max_running: int | None = None
    timeout_s: float = 600.0
    max_retries: int | None = None

    def bound_to(self, services: Services) -> Subscription:
        return Subscription(
            name=self.topic,
            handler=partial(self.work, services),
            lock_ms=self.lock_ms,
            variables=self.variables,
            max_running=self.max_running,
            timeout_s=self.timeout_s,
            max_retries=self.max_retries,
        )
