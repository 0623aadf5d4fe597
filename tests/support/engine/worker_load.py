"""External tasks a second: the runtime against a bare loop, on the same engine, one after the other.

``LETTERBOX_TEST_STACK=… python -m tests.support.engine.worker_load [tasks] [slots]`` prints one JSON document.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests

from letterbox.engine.client import EngineClient
from letterbox.engine.values import Sendable
from tests.support.drawn import small_diagrams
from tests.support.stack import stack
from tests.support.stack.waiting import until
from workers.runtime import Complete, ExternalTask, Outcome, Subscription, Worker, WorkerConfig

KEY = "LoadTestProcess"


def measure(client: EngineClient, auth: tuple[str, str], tasks: int, slots: int) -> dict[str, float | int]:
    """Tasks a second of: starting instances, a bare fetch-and-complete loop, the runtime; each on fresh tasks."""
    deployment = client.deployments.deploy("load", {"load.bpmn": small_diagrams.one_external_task(KEY)}, "tests")
    try:
        bare = _timed(client, tasks, lambda topic: _bare_loop(client.url, auth, topic, tasks))
        runtime = _timed(client, tasks, lambda topic: _runtime(client, topic, tasks, slots))
        return {"tasks": tasks, "slots": slots, "bare_loop_per_s": bare, "runtime_per_s": runtime}
    finally:
        client.deployments.delete(deployment.id, cascade=True)


def _timed(client: EngineClient, tasks: int, work: Callable[[str], None]) -> float:
    topic = f"load-{uuid.uuid4().hex[:8]}"
    variables: dict[str, Sendable] = {"topic": topic, "priority": 0, "letterId": 1}
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda number: client.processes.start(KEY, f"L{number}", variables), range(tasks)):
            pass
    before = time.perf_counter()
    work(topic)
    return round(tasks / (time.perf_counter() - before), 1)


def _bare_loop(url: str, auth: tuple[str, str], topic: str, tasks: int) -> None:
    """What one writes first: fetch ten, complete one after the other."""
    session = requests.Session()
    session.auth = auth
    wanted = {"workerId": "bare", "maxTasks": 10, "topics": [{"topicName": topic, "lockDuration": 30_000}]}
    left = tasks
    while left > 0:
        for task in session.post(f"{url}/external-task/fetchAndLock", json=wanted, timeout=30).json():
            body = {"workerId": "bare", "variables": {"worked": {"value": True, "type": "Boolean"}}}
            session.post(f"{url}/external-task/{task['id']}/complete", json=body, timeout=30).raise_for_status()
            left -= 1


def _runtime(client: EngineClient, topic: str, tasks: int, slots: int) -> None:
    worked: list[str] = []

    def handler(task: ExternalTask) -> Outcome:
        worked.append(task.id)
        return Complete({"worked": True})

    config = WorkerConfig(slots=slots, poll_ms=5000)
    worker = Worker(client.external_tasks, [Subscription(topic, handler, variables=("letterId",))], config)
    worker.start()
    until(lambda: len(worked) >= tasks and worker.slots.busy() == 0, within_s=600)
    worker.stopping.set()  # not stop(): its time is not part of the measurement


def main(arguments: list[str]) -> int:
    tasks, slots = (*map(int, arguments), *(400, 4)[len(arguments) :])
    running = stack.reused()
    if running is None:
        sys.stderr.write(f"set {stack.REUSE} (python -m tests.support.stack.devstack FILE)\n")
        return 2
    engine = running[1]
    with EngineClient(engine.engine_url, *engine.auth) as client:
        sys.stdout.write(json.dumps(measure(client, engine.auth, tasks, slots)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
