"""The worker runtime on the engine in memory."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest

from letterbox.engine.errors import EngineUnavailable
from letterbox.engine.records import ExternalTask as LockedTask
from letterbox.engine.values import Sendable
from tests.support.engine.external_task_contract import ExternalTaskContract
from tests.support.engine.fake_engine import FakeExternalTasks
from tests.support.engine.small_worker import CONFIG, done, working
from tests.support.stack.waiting import until
from workers.runtime import (
    BpmnError,
    Complete,
    ExternalTask,
    Fail,
    Handler,
    Outcome,
    RetryLater,
)


class FakeBench:
    def __init__(self) -> None:
        self.engine = FakeExternalTasks()

    def add(self, topic: str, variables: Mapping[str, Sendable], *, priority: int = 0) -> str:
        key = f"key-{len(self.engine.tasks) + len(self.engine.finished)}"
        self.engine.add(topic, variables, business_key=key, priority=priority)
        return key

    def get(self, task_id: str) -> LockedTask:
        return self.engine.get(task_id)

    def error_details(self, task_id: str) -> str:
        return self.engine.error_details(task_id)

    def set_retries(self, task_id: str, retries: int) -> None:
        self.engine.set_retries(task_id, retries)

    def pass_time(self, ms: int) -> None:
        self.engine.clock.advance(milliseconds=ms)


class TestTheFakeKeepsTheContract(ExternalTaskContract):
    @pytest.fixture
    def bench(self) -> FakeBench:
        return FakeBench()


@pytest.fixture
def engine() -> FakeExternalTasks:
    return FakeExternalTasks()


def failing(error: BaseException) -> Handler:
    def handler(task: ExternalTask) -> Outcome:
        raise error

    return handler


def test_a_completed_task_hands_its_variables_to_the_process(engine: FakeExternalTasks) -> None:
    task_id = engine.add("t", {"n": 20})
    with working(engine, lambda task: Complete({"twice": 2 * int(str(task.variables["n"]))})):
        until(lambda: task_id in engine.finished)
    assert engine.finished[task_id] == {"twice": 40}


def test_a_business_answer_goes_as_bpmn_error(engine: FakeExternalTasks) -> None:
    task_id = engine.add("t")
    with working(engine, lambda _: BpmnError("NotOurDuty", "不属本单位职责", {"unit": "x"})):
        until(lambda: task_id in engine.finished)
    assert engine.finished[task_id] == ("NotOurDuty", "不属本单位职责", {"unit": "x"})


def test_slots_bound_both_running_and_fetched_tasks(engine: FakeExternalTasks) -> None:
    ids = [engine.add("t") for _ in range(40)]
    running: Counter[str] = Counter()
    most: list[int] = []
    lock = threading.Lock()

    def handler(task: ExternalTask) -> Outcome:
        with lock:
            running["now"] += 1
            most.append(running["now"])
            locked = sum(each.worker_id is not None for each in list(engine.tasks.values()))
        assert locked <= CONFIG.slots
        with lock:
            running["now"] -= 1
        return Complete()

    with working(engine, handler):
        until(lambda: len(engine.finished) == len(ids))
    assert max(most) <= CONFIG.slots
    assert all(1 <= asked <= CONFIG.slots for asked, _ in engine.fetches)


def test_an_unknown_exception_counts_down_and_says_why(engine: FakeExternalTasks) -> None:
    task_id = engine.add("t")
    with working(engine, failing(ValueError("数据" * 500))):
        until(lambda: engine.get(task_id).retries is not None)
    task = engine.get(task_id)
    assert task.retries == CONFIG.max_retries - 1
    assert str(task.error_message).startswith("ValueError: 数据")
    assert len(str(task.error_message)) == 666
    assert "Traceback" in engine.error_details(task_id)
    assert task.locked_until is not None
    delay_s = (task.locked_until - engine.clock.now()).total_seconds()
    assert 0.75 * 10 <= delay_s <= 1.25 * 10


def test_delays_grow_and_the_last_failure_is_an_incident(engine: FakeExternalTasks) -> None:
    task_id = engine.add("t")
    delays = []
    with working(engine, failing(OSError("no route"))):
        for left in (4, 3, 2, 1):
            until(lambda left=left: engine.get(task_id).retries == left)  # type: ignore[misc]
            delays.append((engine.get(task_id).locked_until or engine.clock.now()) - engine.clock.now())
            engine.clock.advance(hours=2)
            engine.add("other")  # a waiting fetch looks again
        until(lambda: engine.get(task_id).retries == 0)
    assert delays == sorted(delays)
    assert delays[-1] > 10 * delays[0]
    assert engine.incidents() == [task_id]


def test_a_given_delay_is_the_first_one(engine: FakeExternalTasks) -> None:
    task_id = engine.add("t")
    with working(engine, lambda _: RetryLater("450 try later", delay_s=300)):
        until(lambda: engine.get(task_id).retries == 4)
    delay_s = ((engine.get(task_id).locked_until or engine.clock.now()) - engine.clock.now()).total_seconds()
    assert 225 <= delay_s <= 375


class Refusal(Exception):
    retryable = False


@pytest.mark.parametrize(
    "handler",
    [failing(Refusal("no such notice")), lambda _: Fail("no such notice"), lambda _: None],
    ids=["not retryable", "fail", "no outcome"],
)
def test_what_cannot_get_better_is_an_incident_at_once(engine: FakeExternalTasks, handler: Handler) -> None:
    task_id = engine.add("t")
    with working(engine, handler):
        until(lambda: engine.incidents() == [task_id])


def test_a_handler_that_calls_exit_neither_ends_the_worker_nor_its_slot(engine: FakeExternalTasks) -> None:
    bad = [engine.add("t", {"bad": True}) for _ in range(5)]

    def handler(task: ExternalTask) -> Outcome:
        if task.variables.get("bad"):
            raise SystemExit(1)
        return Complete()

    with working(engine, handler):
        until(lambda: all(engine.get(each).retries == 4 for each in bad))
        good = engine.add("t")
        until(lambda: good in engine.finished)
    assert not set(bad) & set(engine.finished)


def test_a_lost_answer_is_sent_again_and_already_done_is_fine(
    engine: FakeExternalTasks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    engine.lose_answers = 1
    task_id = engine.add("t")
    with working(engine, lambda _: Complete({"a": 1})) as worker:
        until(lambda: worker.slots.busy() == 0 and task_id in engine.finished)
    assert engine.finished[task_id] == {"a": 1}
    assert "already done or cancelled" in caplog.text


def test_a_task_cancelled_while_it_ran_is_no_failure(engine: FakeExternalTasks) -> None:
    cancelled = threading.Event()
    engine.add("t")

    def handler(task: ExternalTask) -> Outcome:
        del engine.tasks[task.id]
        cancelled.set()
        return Complete()

    with working(engine, handler) as worker:
        assert cancelled.wait(5)
        until(lambda: worker.slots.busy() == 0)
    assert engine.tasks == {}


def test_an_answer_the_engine_refuses_becomes_an_incident(engine: FakeExternalTasks) -> None:
    task_id = engine.add("t")
    with working(engine, lambda _: Complete({"text": "字" * 5000})):
        until(lambda: engine.incidents() == [task_id])
    assert "4000" in str(engine.get(task_id).error_message)


def test_an_absent_engine_is_one_line_of_log_and_then_work_goes_on(
    engine: FakeExternalTasks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    engine.outage = EngineUnavailable("connection refused")
    with working(engine, done) as worker:
        until(lambda: worker.metrics.registry.get_sample_value("worker_polls_total", {"result": "failed"}) > 5)  # type: ignore[operator]
        assert not worker.health.is_ok()
        engine.outage = None
        task_id = engine.add("t")
        until(lambda: task_id in engine.finished)
        assert worker.health.is_ok()
    assert caplog.text.count("engine away") == 1
    assert caplog.text.count("engine back") == 1


def test_a_worker_is_healthy_without_waiting_for_its_first_task(engine: FakeExternalTasks) -> None:
    with working(engine, done, replace(CONFIG, poll_ms=60_000)) as worker:
        until(worker.health.is_ok, within_s=2)
    assert engine.finished == {}
