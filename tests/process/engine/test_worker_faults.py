"""The worker runtime when things break: a bad wire to the engine, killed and stopped processes."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from signal import SIGTERM
from urllib.parse import urlsplit

import pytest

from letterbox.engine.client import EngineClient
from letterbox.engine.errors import AnswerLost
from letterbox.settings import ROOT
from tests.support.engine.real_bench import CONFIG, KEY, RealBench, done
from tests.support.engine.wire import Fault, Wire
from tests.support.stack.stack import EngineStack
from tests.support.stack.waiting import until
from workers.runtime import Backoff, Complete, ExternalTask, Outcome, Subscription, Worker

pytestmark = pytest.mark.engine


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


@pytest.fixture
def program(engine_stack: EngineStack, bench: RealBench) -> Iterator[subprocess.Popen[str]]:
    user, password = engine_stack.auth
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.engine.worker_program", bench.client.url, user, bench.topic],
        env={**os.environ, "ENGINE_PASSWORD": password},
        cwd=ROOT,
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
