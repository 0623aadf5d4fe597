"""The worker runtime on the real engine, and on a real engine behind a bad wire."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from signal import SIGTERM
from urllib.parse import urlsplit

import pytest

from letterbox.engine.client import EngineClient
from letterbox.engine.errors import AnswerLost
from letterbox.engine.external_tasks import ExternalTaskCalls
from letterbox.engine.records import ExternalTask as LockedTask
from letterbox.engine.records import InstanceState
from letterbox.engine.values import Sendable
from tests.support import small_diagrams
from tests.support.desk import client_of
from tests.support.external_task_contract import ExternalTaskContract
from tests.support.stack import EngineStack
from tests.support.waiting import until
from tests.support.wire import Fault, Wire
from workers.runtime import Backoff, BpmnError, Complete, ExternalTask, Outcome, Subscription, Worker, WorkerConfig

pytestmark = pytest.mark.engine

KEY = "RuntimeTestProcess"
QUICK = Backoff(base_s=0.05, factor=2, cap_s=0.3)
CONFIG = WorkerConfig(slots=3, poll_ms=20_000, engine_away=QUICK, answer=QUICK)


@dataclass
class RealBench:
    """``external_task_contract.Bench`` on the real engine; also starts work for the other tests here."""

    client: EngineClient
    topic: str = field(default_factory=lambda: f"topic-{uuid.uuid4().hex[:10]}")

    @property
    def engine(self) -> ExternalTaskCalls:
        return self.client.external_tasks

    def add(self, topic: str, variables: Mapping[str, Sendable], *, priority: int = 0) -> str:
        number = f"W{uuid.uuid4().hex[:12]}"
        self.client.processes.start(KEY, number, {**variables, "topic": topic, "priority": priority})
        return number

    def get(self, task_id: str) -> LockedTask:
        return self.engine.get(task_id)

    def error_details(self, task_id: str) -> str:
        return self.engine.error_details(task_id)

    def set_retries(self, task_id: str, retries: int) -> None:
        self.engine.set_retries(task_id, retries)

    def pass_time(self, ms: int) -> None:
        time.sleep(ms / 1000)

    def is_done(self, number: str) -> bool:
        return self.client.history.instances(number)[0].state is InstanceState.COMPLETED


@pytest.fixture(scope="module")
def client(engine_stack: EngineStack) -> Iterator[EngineClient]:
    with client_of(engine_stack) as client:
        yield client


@pytest.fixture(scope="module", autouse=True)
def deployment(client: EngineClient) -> Iterator[None]:
    deployed = client.deployments.deploy("runtime", {"runtime.bpmn": small_diagrams.one_external_task(KEY)}, "tests")
    yield
    client.deployments.delete(deployed.id, cascade=True)


@pytest.fixture
def bench(client: EngineClient) -> RealBench:
    return RealBench(client)


@pytest.fixture
def wire(client: EngineClient) -> Iterator[Wire]:
    address = urlsplit(client.url)
    with Wire((str(address.hostname), int(address.port or 80))) as wire:
        yield wire


@pytest.fixture
def wired(engine_stack: EngineStack, wire: Wire) -> Iterator[EngineClient]:
    """A client of the same engine through the wire that can be cut."""
    user, password = engine_stack.auth
    url = f"http://127.0.0.1:{wire.port}{urlsplit(engine_stack.engine_url).path}"
    with EngineClient(url, user, password, read_timeout_s=1) as wired:
        yield wired


class TestTheRealEngineKeepsTheContract(ExternalTaskContract):
    """The same tests as on the engine in memory."""


def done(_: ExternalTask) -> Outcome:
    return Complete({"worked": True})


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
    worker = Worker(bench.engine, [Subscription(bench.topic, done)], CONFIG)
    worker.start()
    until(lambda: worker.poller.is_fetching)
    before = time.monotonic()
    assert worker.stop()
    assert time.monotonic() - before < 5, "is fetch-and-lock-unique-worker-request set in the engine?"
    number = bench.add(bench.topic, {})
    (task,) = bench.engine.fetch_and_lock("another", [Subscription(bench.topic, done)], 1, 0)
    assert task.business_key == number, "the fetch of the stopped worker took the task with it"


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


def test_an_engine_away_for_a_while_is_survived_quietly(
    bench: RealBench, wire: Wire, wired: EngineClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "workers.runtime")
    worker = Worker(wired.external_tasks, [Subscription(bench.topic, done)], CONFIG)
    worker.start()
    until(lambda: worker.poller.is_fetching)
    wire.fault = Fault.CUT
    number = bench.add(bench.topic, {})
    failed = {"result": "failed"}
    until(lambda: (worker.metrics.registry.get_sample_value("worker_polls_total", failed) or 0) >= 4, within_s=10)
    wire.fault = Fault.NONE
    # the cut fetch may have taken the task with it: then it comes back when its lock has expired
    until(lambda: bench.is_done(number), within_s=45)
    assert worker.stop()
    assert caplog.text.count("engine away") == 1
    assert caplog.text.count("engine back") == 1


def test_a_half_open_connection_does_not_hang_the_poller(bench: RealBench, wire: Wire, wired: EngineClient) -> None:
    worker = Worker(wired.external_tasks, [Subscription(bench.topic, done)], replace(CONFIG, poll_ms=500))
    worker.start()
    until(worker.health.is_ok)
    wire.fault = Fault.SILENT
    failed = {"result": "failed"}
    until(lambda: worker.metrics.registry.get_sample_value("worker_polls_total", failed), within_s=10)
    wire.fault = Fault.CUT
    wire.fault = Fault.NONE
    number = bench.add(bench.topic, {})
    until(lambda: bench.is_done(number), within_s=45)
    assert worker.stop()


def test_a_completion_whose_answer_is_lost_counts_once(bench: RealBench, wire: Wire, wired: EngineClient) -> None:
    def handler(task: ExternalTask) -> Outcome:
        wire.fault = Fault.LOSE_ANSWERS
        return done(task)

    config = replace(CONFIG, answer_attempts=50, answer=Backoff(base_s=0.1, factor=1, cap_s=0.1))
    worker = Worker(wired.external_tasks, [Subscription(bench.topic, handler)], config)
    worker.start()
    number = bench.add(bench.topic, {})
    until(lambda: bench.is_done(number), within_s=10)
    wire.fault = Fault.NONE
    until(lambda: worker.slots.busy() == 0, within_s=10)
    gone = {"topic": bench.topic, "outcome": "gone"}
    assert worker.metrics.registry.get_sample_value("worker_tasks_total", gone) == 1
    assert worker.stop()


def test_a_command_whose_answer_is_lost_can_be_looked_up(bench: RealBench, wire: Wire, wired: EngineClient) -> None:
    wired.version()
    wire.fault = Fault.LOSE_ANSWERS
    command_id = uuid.uuid4().hex
    with pytest.raises(AnswerLost):
        wired.processes.start(KEY, "W-lost", {"topic": bench.topic, "priority": 0, "commandId": command_id})
    assert bench.client.history.was_applied(command_id)
    assert not bench.client.history.was_applied(uuid.uuid4().hex)


def test_heartbeat_and_metrics_over_http(bench: RealBench) -> None:
    worker = Worker(bench.engine, [Subscription(bench.topic, done)], CONFIG, heartbeat_port=0)
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


@pytest.fixture
def program(engine_stack: EngineStack, bench: RealBench) -> Iterator[subprocess.Popen[str]]:
    user, password = engine_stack.auth
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.worker_program", bench.client.url, user, bench.topic],
        env={**os.environ, "ENGINE_PASSWORD": password},
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


def test_sigterm_lets_the_running_task_finish(bench: RealBench, program: subprocess.Popen[str]) -> None:
    number = bench.add(bench.topic, {"workMs": 1000})
    assert program.stdout is not None
    assert program.stdout.readline() == f"started {number}\n"
    program.send_signal(SIGTERM)
    assert program.wait(15) == 0
    assert bench.is_done(number)


def test_a_killed_workers_task_comes_to_the_next_one(bench: RealBench, program: subprocess.Popen[str]) -> None:
    number = bench.add(bench.topic, {"kills": True})
    assert program.wait(15) == -9
    seen: list[int | None] = []

    def handler(task: ExternalTask) -> Outcome:
        seen.append(task.retries)
        return Complete()

    worker = Worker(bench.engine, [Subscription(bench.topic, handler)], replace(CONFIG, poll_ms=300))
    worker.start()
    until(lambda: bench.is_done(number), within_s=15)
    assert worker.stop()
    assert seen == [None], "an expired lock costs no retry"


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
