"""A small engine in memory: the worker's side of external tasks, kept in step with the real one by
``tests/support/engine/external_task_contract.py``, which runs on both.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import TypeAlias

from letterbox.engine.errors import AnswerLost, EngineRefused, EngineUnavailable
from letterbox.engine.external_tasks import TopicRequest
from letterbox.engine.records import ExternalTask
from letterbox.engine.values import Scalar, Sendable, decode_all, encode_all

Result: TypeAlias = Mapping[str, Scalar] | tuple[str, str, Mapping[str, Scalar]]
"""The variables of a completed task; code, message and variables of a BPMN error."""


class ManualClock:
    """Moves only when told."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, **by: float) -> None:
        self._now += timedelta(**by)


@dataclass
class FakeExternalTasks:
    """``ExternalTaskCalls`` without a server. ``outage`` set: every call raises it; ``lose_answers``: so many of the next
    answering calls are applied and then raise AnswerLost.
    """

    clock: ManualClock = field(default_factory=ManualClock)
    outage: EngineUnavailable | None = None
    lose_answers: int = 0
    can_cancel_fetch: bool = True
    tasks: dict[str, ExternalTask] = field(default_factory=dict)
    finished: dict[str, Result] = field(default_factory=dict)
    fetches: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._changed = Condition()
        self._numbers = itertools.count(1)
        self._cancelled: set[str] = set()

    def add(
        self,
        topic: str,
        variables: Mapping[str, Sendable] | None = None,
        *,
        business_key: str | None = None,
        priority: int = 0,
    ) -> str:
        """A new task, younger than all before it; answers its id."""
        number = next(self._numbers)
        task = ExternalTask(
            id=f"task-{number:04}",
            topic=topic,
            worker_id=None,
            business_key=business_key,
            process_key="FakeProcess",
            process_instance_id=f"instance-{number:04}",
            process_definition_id="FakeProcess:1:1",
            activity_id="Task_Fake",
            activity_instance_id=f"Task_Fake:{number}",
            retries=None,
            priority=priority,
            locked_until=None,
            variables=decode_all(encode_all(variables or {})),
        )
        with self._changed:
            self.tasks[task.id] = task
            self._changed.notify_all()
        return task.id

    def incidents(self) -> list[str]:
        """Ids of the tasks that have no retry left."""
        return [task.id for task in self.tasks.values() if task.retries == 0]

    def get(self, task_id: str) -> ExternalTask:
        return self.tasks[task_id]

    def error_details(self, task_id: str) -> str:
        return self.details.get(task_id, "")

    def set_retries(self, task_id: str, retries: int) -> None:
        with self._changed:
            self.tasks[task_id] = replace(self.tasks[task_id], retries=retries)
            self._changed.notify_all()

    def fetch_and_lock(
        self, worker_id: str, topics: Sequence[TopicRequest], max_tasks: int, async_response_timeout_ms: int
    ) -> list[ExternalTask]:
        deadline = time.monotonic() + async_response_timeout_ms / 1000
        with self._changed:
            self._answering()
            self.fetches.append((max_tasks, tuple(topic.name for topic in topics)))
            self._cancelled.discard(worker_id)
            while not (found := self._lock(worker_id, topics, max_tasks)):
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    return []
                self._answering()
                if worker_id in self._cancelled:
                    raise AnswerLost("answer 503 without the engine's own body")
            return found

    def cancel_fetch(self, worker_id: str) -> None:
        with self._changed:
            if self.can_cancel_fetch:
                self._cancelled.add(worker_id)
            self._changed.notify_all()

    def complete(self, task_id: str, worker_id: str, variables: Mapping[str, Sendable]) -> bool:
        encoded = decode_all(encode_all(variables))
        return self._end(task_id, worker_id, encoded)

    def bpmn_error(
        self, task_id: str, worker_id: str, code: str, message: str, variables: Mapping[str, Sendable]
    ) -> bool:
        return self._end(task_id, worker_id, (code, message, decode_all(encode_all(variables))))

    def failure(
        self, task_id: str, worker_id: str, *, message: str, details: str, retries: int, retry_timeout_ms: int
    ) -> bool:
        with self._changed:
            if (task := self._owned(task_id, worker_id)) is None:
                return False
            free_at = self.clock.now() + timedelta(milliseconds=retry_timeout_ms)
            self.tasks[task_id] = replace(task, retries=retries, error_message=message, locked_until=free_at)
            self.details[task_id] = details
            return self._applied()

    def extend_lock(self, task_id: str, worker_id: str, duration_ms: int) -> bool:
        with self._changed:
            self._answering()
            task = self.tasks.get(task_id)
            if task is None or task.worker_id != worker_id or not self._is_locked(task):
                return False
            until = self.clock.now() + timedelta(milliseconds=duration_ms)
            self.tasks[task_id] = replace(task, locked_until=until)
            return True

    def unlock(self, task_id: str) -> bool:
        with self._changed:
            self._answering()
            if task_id not in self.tasks:
                return False
            self.tasks[task_id] = replace(self.tasks[task_id], worker_id=None, locked_until=None)
            self._changed.notify_all()
            return True

    def _lock(self, worker_id: str, topics: Sequence[TopicRequest], max_tasks: int) -> list[ExternalTask]:
        wanted = {topic.name: topic for topic in topics}
        free = [
            task
            for task in self.tasks.values()
            if task.topic in wanted and task.retries != 0 and not self._is_locked(task)
        ]
        oldest_first = sorted(free, key=lambda task: (-task.priority, task.id))[:max_tasks]
        return [self._locked(task, worker_id, wanted[task.topic]) for task in oldest_first]

    def _locked(self, task: ExternalTask, worker_id: str, topic: TopicRequest) -> ExternalTask:
        until = self.clock.now() + timedelta(milliseconds=topic.lock_ms)
        locked = replace(task, worker_id=worker_id, locked_until=until)
        self.tasks[task.id] = locked
        if topic.variables is None:
            return locked
        return replace(locked, variables={n: v for n, v in task.variables.items() if n in topic.variables})

    def _is_locked(self, task: ExternalTask) -> bool:
        return task.locked_until is not None and task.locked_until > self.clock.now()

    def _owned(self, task_id: str, worker_id: str) -> ExternalTask | None:
        self._answering()
        task = self.tasks.get(task_id)
        if task is not None and task.worker_id != worker_id:
            raise EngineRefused(400, "RestException", f"{task_id} is locked by worker {task.worker_id}")
        return task

    def _end(self, task_id: str, worker_id: str, result: Result) -> bool:
        with self._changed:
            if self._owned(task_id, worker_id) is None:
                return False
            del self.tasks[task_id]
            self.finished[task_id] = result
            return self._applied()

    def _applied(self) -> bool:
        self._changed.notify_all()
        if self.lose_answers > 0:
            self.lose_answers -= 1
            raise AnswerLost("ReadTimeout")
        return True

    def _answering(self) -> None:
        if self.outage is not None:
            raise self.outage
