"""Which tasks are in this process, and how many more may be fetched."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Condition

from workers.runtime.port import ExternalTask, Subscription


@dataclass(slots=True)
class LockedTask:
    """A task locked for this process. Times are monotonic seconds; ``started_at`` None while no thread has it."""

    task: ExternalTask
    subscription: Subscription
    renew_at: float
    started_at: float | None = None
    is_answering: bool = False
    is_lost: bool = False
    is_overdue: bool = False

    def locked_anew(self, now: float) -> None:
        """The lock counts from ``now``: renew it after a third of its time."""
        self.renew_at = now + self.subscription.lock_ms / 3000
        self.is_lost = False


class Slots:
    """Thread-safe. A task holds a slot from the moment it is fetched until it is answered or given back."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._locked: dict[str, LockedTask] = {}
        self._changed = Condition()

    def admit(self, task: ExternalTask, subscription: Subscription, now: float) -> LockedTask | None:
        """None if the task is already here: its lock had expired and our own poller got it again."""
        with self._changed:
            known = self._locked.get(task.id)
            if known is not None:
                known.locked_anew(now)
                return None
            locked = LockedTask(task, subscription, renew_at=0.0)
            locked.locked_anew(now)
            self._locked[task.id] = locked
            return locked

    def release(self, locked: LockedTask) -> None:
        with self._changed:
            self._locked.pop(locked.task.id, None)
            self._changed.notify_all()

    def wake(self) -> None:
        """Make waiting threads look again (shutdown)."""
        with self._changed:
            self._changed.notify_all()

    def locked(self) -> list[LockedTask]:
        with self._changed:
            return list(self._locked.values())

    def busy(self) -> int:
        return len(self._locked)

    def wait_for_room(self, timeout_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self._locked) < self.count, timeout_s)

    def gather_free(self, timeout_s: float) -> None:
        """Give other slots a moment to become free too, until half of them are."""
        wanted = self.count // 2
        with self._changed:
            self._changed.wait_for(lambda: len(self._locked) <= wanted, timeout_s)

    def wait_until_idle(self, deadline: float) -> bool:
        """Until nothing is held any more or ``deadline`` (monotonic) has come."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._locked, max(0.0, deadline - time.monotonic()))

    def room(self, subscriptions: Sequence[Subscription]) -> tuple[int, list[Subscription]]:
        """How many tasks may be fetched of which topics, so that neither the slots nor a topic's share overflow."""
        with self._changed:
            running = Counter(locked.subscription.name for locked in self._locked.values())
            free = self.count - len(self._locked)
        shares = {each.name: (each.max_running or self.count) - running[each.name] for each in subscriptions}
        open_topics = [each for each in subscriptions if shares[each.name] > 0]
        return min([free, *(shares[each.name] for each in open_topics)]), open_topics
