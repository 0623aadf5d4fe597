"""What the machinery does for one letter, one step at a time, in whatever order a test wants: workers that pause.

A step is the smallest thing that can happen between two acts of people: one command leaves, one continuation runs, a worker
takes a task, does its effect, tells the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from letterbox.engine.errors import EngineNotFound
from letterbox.engine.records import ExternalTask, TopicRequest
from letterbox.outbox import queue as outbox
from letterbox.services.case.casebook import RelayedLater as CasebookRelayedLater
from letterbox.services.case.effects import NotOnRecord
from tests.support.engine.own_tasks import lock_tasks_of
from tests.support.office.county import LOCK_MS, WORK, County
from workers.handlers import HANDLERS
from workers.runtime import Complete

WORKER = "paused-worker"
TOPICS = [TopicRequest(handler.topic, LOCK_MS, handler.variables) for handler in HANDLERS]


@dataclass
class Machinery:
    """``taken`` and ``done``: external tasks that a worker holds, before and after its effect."""

    county: County
    number: str
    taken: dict[str, ExternalTask] = field(default_factory=dict)
    done: dict[str, tuple[ExternalTask, dict[str, Any]]] = field(default_factory=dict)

    def send(self) -> int:
        """Everything in the letter's outbox that may leave now."""
        return self.county.services.relay.relay_letter(self.county.letter(self.number).id)

    def waits(self) -> bool:
        with self.county.services.database.reading() as session:
            return bool(outbox.lanes_of(session, self.county.letter(self.number).id))

    def jobs(self) -> list[str]:
        """Continuations that may run, never timers."""
        engine = self.county.services.engine
        instances = engine.processes.of(self.number)
        return [job.id for each in instances for job in engine.jobs.of_instance(each.id) if job.due_at is None]

    def run(self, job_id: str) -> None:
        """A continuation whose process was ended meanwhile is no longer there."""
        with suppress(EngineNotFound):
            self.county.services.engine.jobs.execute(job_id)

    def take(self, topic: str | None = None) -> list[ExternalTask]:
        """A worker locks the letter's waiting tasks (of one topic) and pauses before it does anything."""
        external = self.county.services.engine.external_tasks
        own = lock_tasks_of(external, WORKER, [each for each in TOPICS if topic in {None, each.name}], self.number)
        self.taken |= {task.id: task for task in own}
        return own

    def bring(self, topic: str) -> ExternalTask:
        """Let the engine come to the topic's task, and no further; a worker takes it."""
        while self.send() or self.jobs():
            for job_id in self.jobs():
                self.run(job_id)
        (task,) = self.take(topic)
        return task

    def effect(self, task: ExternalTask) -> dict[str, Any]:
        """The worker goes on: its effect on the record, the engine not told yet.

        Raises NotOnRecord where the process is further than the record.
        """
        self.taken.pop(task.id, None)
        outcome = WORK[task.topic](self.county.services, task)
        assert isinstance(outcome, Complete), outcome
        self.done[task.id] = task, dict(outcome.variables)
        return dict(outcome.variables)

    def _effect(self, task: ExternalTask) -> None:
        """A process further than the record can only be one that is no longer there: nobody meets an incident."""
        external, is_stopped = self.county.services.engine.external_tasks, False
        try:
            self.effect(task)
        except NotOnRecord:
            told: dict[str, Any] = {
                "message": "further than the record",
                "details": "",
                "retries": 0,
                "retry_timeout_ms": 0,
            }
            is_stopped = external.failure(task.id, WORKER, **told)
        assert not is_stopped, f"{self.number}: {task.topic} stopped as further than the record"

    def _send_lane(self, lane: str) -> None:
        self.county.services.relay.relay_lane(self.county.letter(self.number).id, lane)

    def answer(self, task: ExternalTask) -> bool:
        """The engine is told; False if the task is no longer there."""
        _task, variables = self.done.pop(task.id)
        return self.county.services.engine.external_tasks.complete(task.id, WORKER, variables)

    def go_on(self) -> None:
        """Everything that was held up happens, in the usual order."""
        for task in list(self.taken.values()):
            self._effect(task)
        for task, _ in list(self.done.values()):
            self.answer(task)
        self.county.run_until_idle(self.number)

    def steps(self) -> Iterator[tuple[str, Any]]:
        """Each single step that is possible now, with what it needs."""
        with self.county.services.database.reading() as session:
            lanes = outbox.lanes_of(session, self.county.letter(self.number).id)
        yield from (("send", each) for each in sorted(lanes))
        yield from (("run", each) for each in self.jobs())
        yield "take", None
        yield from (("effect", each) for each in self.taken.values())
        yield from (("answer", each) for each, _ in self.done.values())

    def step(self, name: str, about: Any) -> None:
        """Take one of ``steps``."""
        acts: dict[str, Callable[[Any], object]] = {
            "send": self._send_lane,
            "take": lambda _: self.take(),
            "run": self.run,
            "effect": self._effect,
            "answer": self.answer,
        }
        acts[name](about)


class SentLate:
    """While it lasts, commands wait in the outbox after their commit: the relay's process was stopped there."""

    def __init__(self, county: County) -> None:
        self._casebook, self._relay = county.services.casebook, county.services.relay

    def __enter__(self) -> None:
        self._casebook._relay = CasebookRelayedLater()  # nobody else may hold commands back

    def __exit__(self, *_: object) -> None:
        self._casebook._relay = self._relay  # as it was
