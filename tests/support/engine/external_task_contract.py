"""What the runtime relies on in any engine. Run on the fake one (unit tests) and on the real one (process tests)."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from typing import Protocol

import pytest

from letterbox.engine.errors import EngineRefused
from letterbox.engine.records import ExternalTask as LockedTask
from letterbox.engine.values import Sendable
from workers.runtime import Engine, ExternalTask, Outcome, Subscription

LONG_MS = 60_000
TOPICS = (f"contract-{number}" for number in itertools.count(1))


def never(task: ExternalTask) -> Outcome:
    raise AssertionError(f"{task.id} is fetched by hand, not worked")


class Bench(Protocol):
    """An engine with external tasks to work on."""

    @property
    def engine(self) -> Engine: ...

    def add(self, topic: str, variables: Mapping[str, Sendable], *, priority: int = 0) -> str:
        """A new task of ``topic``, younger than those before; answers something unique to it (its business key)."""
        ...

    def get(self, task_id: str) -> LockedTask: ...

    def error_details(self, task_id: str) -> str: ...

    def set_retries(self, task_id: str, retries: int) -> None: ...

    def pass_time(self, ms: int) -> None:
        """Let so much of the engine's time go by."""
        ...


class ExternalTaskContract:
    """Subclasses give the fixture ``bench``."""

    @pytest.fixture
    def topic(self) -> str:
        return f"{next(TOPICS)}-{time.time_ns()}"

    def fetch(
        self, bench: Bench, topic: str, worker: str = "w1", most: int = 10, lock_ms: int = LONG_MS
    ) -> list[ExternalTask]:
        return list(bench.engine.fetch_and_lock(worker, [Subscription(topic, never, lock_ms)], most, 0))

    def test_a_locked_task_is_given_to_nobody_else(self, bench: Bench, topic: str) -> None:
        variables: dict[str, Sendable] = {"n": 1, "who": "甲", "yes": True, "nothing": None, "big": 2**40}
        bench.add(topic, variables)
        (task,) = self.fetch(bench, topic)
        assert task.topic == topic
        assert bench.get(task.id).worker_id == "w1"
        assert task.retries is None
        assert {name: task.variables[name] for name in variables} == variables
        assert self.fetch(bench, topic, "w2") == []

    def test_only_the_wanted_variables_come(self, bench: Bench, topic: str) -> None:
        bench.add(topic, {"a": 1, "b": 2})
        (task,) = bench.engine.fetch_and_lock("w1", [Subscription(topic, never, LONG_MS, ("b",))], 1, 0)
        assert dict(task.variables) == {"b": 2}

    def test_priority_goes_first_then_age(self, bench: Bench, topic: str) -> None:
        keys = [bench.add(topic, {}) for _ in range(3)]
        urgent = bench.add(topic, {}, priority=10)
        order = [self.fetch(bench, topic, most=1)[0].business_key for _ in range(4)]
        assert order == [urgent, *keys]

    def test_never_more_than_asked_for(self, bench: Bench, topic: str) -> None:
        for _ in range(4):
            bench.add(topic, {})
        assert len(self.fetch(bench, topic, most=3)) == 3

    def test_complete_ends_it_and_a_second_time_finds_nothing(self, bench: Bench, topic: str) -> None:
        bench.add(topic, {})
        (task,) = self.fetch(bench, topic)
        assert bench.engine.complete(task.id, "w1", {"done": True}) is True
        assert bench.engine.complete(task.id, "w1", {"done": True}) is False
        assert bench.engine.failure(task.id, "w1", message="m", details="", retries=1, retry_timeout_ms=0) is False
        assert bench.engine.bpmn_error(task.id, "w1", "e", "m", {}) is False
        assert bench.engine.extend_lock(task.id, "w1", LONG_MS) is False
        assert bench.engine.unlock(task.id) is False

    def test_another_workers_answer_is_refused_for_good(self, bench: Bench, topic: str) -> None:
        bench.add(topic, {})
        (task,) = self.fetch(bench, topic)
        with pytest.raises(EngineRefused) as refused:
            bench.engine.complete(task.id, "w2", {})
        assert (refused.value.status, refused.value.retryable) == (400, False)
        assert bench.engine.extend_lock(task.id, "w2", LONG_MS) is False

    def test_failure_keeps_what_it_is_told_and_delays(self, bench: Bench, topic: str) -> None:
        bench.add(topic, {})
        (task,) = self.fetch(bench, topic)
        assert bench.engine.failure(
            task.id, "w1", message="稍后再试", details="trace…", retries=2, retry_timeout_ms=LONG_MS
        )
        assert self.fetch(bench, topic) == []
        kept = bench.get(task.id)
        assert (kept.retries, kept.error_message, bench.error_details(task.id)) == (2, "稍后再试", "trace…")

    def test_no_retries_left_stops_deliveries_until_they_are_set(self, bench: Bench, topic: str) -> None:
        bench.add(topic, {})
        (task,) = self.fetch(bench, topic)
        bench.engine.failure(task.id, "w1", message="m", details="", retries=0, retry_timeout_ms=0)
        assert self.fetch(bench, topic) == []
        bench.set_retries(task.id, 3)
        assert [each.retries for each in self.fetch(bench, topic)] == [3]

    def test_an_expired_lock_means_redelivery_and_a_late_answer_loses(self, bench: Bench, topic: str) -> None:
        bench.add(topic, {})
        (task,) = self.fetch(bench, topic, lock_ms=300)
        bench.pass_time(400)
        assert bench.engine.extend_lock(task.id, "w1", LONG_MS) is False
        (again,) = self.fetch(bench, topic, "w2")
        assert (again.id, again.retries) == (task.id, None)
        with pytest.raises(EngineRefused):
            bench.engine.complete(task.id, "w1", {})

    def test_a_late_answer_still_counts_if_nobody_else_took_it(self, bench: Bench, topic: str) -> None:
        bench.add(topic, {})
        (task,) = self.fetch(bench, topic, lock_ms=300)
        bench.pass_time(400)
        assert bench.engine.complete(task.id, "w1", {}) is True

    def test_an_extended_lock_holds(self, bench: Bench, topic: str) -> None:
        bench.add(topic, {})
        (task,) = self.fetch(bench, topic, lock_ms=2000)
        assert bench.engine.extend_lock(task.id, "w1", LONG_MS) is True
        bench.pass_time(2200)
        assert self.fetch(bench, topic, "w2") == []

    def test_an_unlocked_task_is_free_at_once(self, bench: Bench, topic: str) -> None:
        bench.add(topic, {})
        (task,) = self.fetch(bench, topic)
        assert bench.engine.unlock(task.id) is True
        assert [each.id for each in self.fetch(bench, topic, "w2")] == [task.id]

    def test_bpmn_error_ends_the_task(self, bench: Bench, topic: str) -> None:
        bench.add(topic, {})
        (task,) = self.fetch(bench, topic)
        assert bench.engine.bpmn_error(task.id, "w1", "NotOurDuty", "不属本单位职责", {"why": "x"}) is True
        assert bench.engine.complete(task.id, "w1", {}) is False
