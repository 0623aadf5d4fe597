"""A task handed out again and again without an answer: an incident, and a fresh count for whoever retries it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.support.engine.fake_engine import FakeExternalTasks
from tests.support.engine.small_worker import CONFIG, done
from tests.support.stack.waiting import until
from workers.runtime import Complete, ExternalTask, Outcome, Subscription, Worker


class CountedDeliveries:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def delivered(self, task_id: str) -> int:
        self.counts[task_id] += 1
        return self.counts[task_id]

    def answered(self, task_id: str) -> None:
        self.counts[task_id] = 0


def test_who_sees_the_incident_of_a_task_delivered_too_often_finds_a_fresh_count() -> None:
    deliveries = CountedDeliveries()
    counted: list[int] = []

    class Noticed(FakeExternalTasks):
        def failure(self, task_id: str, worker_id: str, **report: Any) -> bool:
            counted.append(deliveries.counts[task_id])
            return super().failure(task_id, worker_id, **report)

    engine = Noticed()
    task_id = engine.add("t")
    deliveries.counts[task_id] = CONFIG.max_deliveries
    worker = Worker(engine, [Subscription("t", done)], CONFIG, deliveries=deliveries)
    worker.start()
    until(lambda: engine.incidents() == [task_id])
    assert counted == [0]
    assert worker.stop()


def test_a_task_that_was_delivered_too_often_without_an_answer_is_an_incident() -> None:
    engine = FakeExternalTasks()
    task_id = engine.add("t")
    deliveries = CountedDeliveries()
    deliveries.counts[task_id] = CONFIG.max_deliveries
    ran: list[str] = []

    def handler(task: ExternalTask) -> Outcome:
        ran.append(task.id)
        return Complete()

    worker = Worker(engine, [Subscription("t", handler)], CONFIG, deliveries=deliveries)
    worker.start()
    until(lambda: engine.incidents() == [task_id])
    assert ran == []
    engine.set_retries(task_id, 1)
    until(lambda: task_id in engine.finished, what="a fresh count after the operator's retry")
    assert worker.stop()
