"""The worker runtime on the real engine, and on a real engine behind a bad wire."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from dataclasses import replace

import pytest

from tests.support.engine.external_task_contract import ExternalTaskContract
from tests.support.engine.real_bench import CONFIG, RealBench, done
from tests.support.stack.waiting import until
from workers.runtime import Backoff, BpmnError, Complete, ExternalTask, Outcome, Subscription, Worker

pytestmark = pytest.mark.engine


class TestTheRealEngineKeepsTheContract(ExternalTaskContract):
    """The same tests as on the engine in memory."""


def test_a_waiting_worker_gets_a_new_task_without_delay(bench: RealBench) -> None:
    worker = Worker(bench.engine, [Subscription(bench.topic, done)], CONFIG)
    worker.start()
    until(lambda: worker.poller.is_fetching)
    number = bench.add(bench.topic, {})
    started = time.monotonic()
    until(lambda: bench.is_done(number))
    assert time.monotonic() - started < 1.5, "the long poll does not wake up"
    assert worker.stop()


def test_stop_is_quick_while_the_engine_holds_the_fetch(bench: RealBench) -> None:
    topic = Subscription(bench.topic, done, lock_ms=2000)
    worker = Worker(bench.engine, [topic], CONFIG)
    worker.start()
    until(lambda: worker.poller.is_fetching and worker.health.is_ok())
    before = time.monotonic()
    assert worker.stop()
    assert time.monotonic() - before < 5
    number = bench.add(bench.topic, {})
    # an engine that does not cancel the waiting fetch locks this task for nobody, until the lock expires
    got: list[str | None] = []

    def fetched() -> bool:
        got.extend(each.business_key for each in bench.engine.fetch_and_lock("w2", [topic], 1, 0))
        return bool(got)

    until(fetched, within_s=10)
    assert got == [number]


def test_a_business_error_takes_the_diagrams_way(bench: RealBench) -> None:
    worker = Worker(bench.engine, [Subscription(bench.topic, lambda _: BpmnError("NotOurDuty", "不属本单位"))], CONFIG)
    worker.start()
    number = bench.add(bench.topic, {})
    until(lambda: bench.is_done(number))
    assert worker.stop()
    (instance,) = bench.client.history.instances(number)
    assert "End_NotOurs" in {each["activityId"] for each in bench.client.history.activities(instance.id)}


def test_a_failing_handler_ends_in_an_incident_that_says_why(bench: RealBench) -> None:
    def handler(task: ExternalTask) -> Outcome:
        raise ConnectionError(f"mail server away for {task.business_key}")

    config = replace(CONFIG, max_retries=2, retry=Backoff(base_s=0.1, factor=1, cap_s=0.1), poll_ms=300)
    worker = Worker(bench.engine, [Subscription(bench.topic, handler)], config)
    worker.start()
    number = bench.add(bench.topic, {})
    (instance,) = bench.client.processes.of(number)
    until(lambda: bench.client.incidents.of_instance(instance.id), within_s=15)
    assert worker.stop()
    (incident,) = bench.client.incidents.of_instance(instance.id)
    assert (incident.kind, incident.message) == (
        "failedExternalTask",
        f"ConnectionError: mail server away for {number}",
    )
    assert "Traceback" in bench.error_details(str(incident.configuration))
    assert incident.configuration in {task.id for task in bench.engine.failed(limit=1000)}


def test_heartbeat_and_metrics_over_http(bench: RealBench) -> None:
    worker = Worker(bench.engine, [Subscription(bench.topic, done)], CONFIG, heartbeat=("127.0.0.1", 0))
    assert worker.heartbeat is not None
    address = f"http://127.0.0.1:{worker.heartbeat.port}"
    worker.start()
    number = bench.add(bench.topic, {})
    until(lambda: bench.is_done(number))
    with urllib.request.urlopen(f"{address}/healthz") as answer:  # noqa: S310  # our own loopback
        (row,) = json.load(answer)
    assert (row["topic"], row["ok"]) == (bench.topic, True)
    assert row["last_poll_s"] >= 0
    with urllib.request.urlopen(f"{address}/metrics") as answer:  # noqa: S310
        text = answer.read().decode()
    assert f'worker_tasks_total{{outcome="complete",topic="{bench.topic}"}} 1.0' in text
    with pytest.raises(urllib.error.HTTPError), urllib.request.urlopen(f"{address}/elsewhere"):  # noqa: S310
        pass
    assert worker.stop()


def test_a_long_handler_keeps_its_lock(bench: RealBench) -> None:
    """Three times the lock's time, with a rival that would take an expired one."""
    rival_got: list[str] = []
    mine: list[str] = []

    def slow(task: ExternalTask) -> Outcome:
        mine.append(task.id)
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            time.sleep(0.1)
        return Complete()

    def rival(task: ExternalTask) -> Outcome:
        rival_got.append(task.id)
        return Complete()

    config = replace(CONFIG, poll_ms=200)
    worker = Worker(bench.engine, [Subscription(bench.topic, slow, lock_ms=1000)], config)
    worker.start()
    number = bench.add(bench.topic, {})
    until(lambda: mine)
    second = Worker(bench.engine, [Subscription(bench.topic, rival, lock_ms=1000)], config)
    second.start()
    until(lambda: bench.is_done(number), within_s=15)
    assert second.stop()
    assert worker.stop()
    assert (len(mine), rival_got) == (1, [])
