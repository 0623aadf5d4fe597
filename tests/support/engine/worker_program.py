"""A worker process to be stopped and killed by tests: ``python -m tests.support.engine.worker_program URL USER TOPIC``.

The password comes as ENGINE_PASSWORD. Its handler prints ``started <business key>``, works for the variable ``workMs``
and completes; with ``kills`` it kills its own process instead.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from threading import Event

from letterbox.engine.client import EngineClient
from workers.runtime import Complete, ExternalTask, Outcome, Subscription, Worker, WorkerConfig
from workers.runtime.shutdown import stop_on_signals

CONFIG = WorkerConfig(slots=2, poll_ms=20_000, grace_s=10)


def work(task: ExternalTask) -> Outcome:
    sys.stdout.write(f"started {task.business_key}\n")
    sys.stdout.flush()
    time.sleep(int(str(task.variables.get("workMs", 0))) / 1000)
    if task.variables.get("kills"):
        os.kill(os.getpid(), signal.SIGKILL)
    return Complete({"worked": True})


def main() -> int:
    url, user, topic = sys.argv[1:4]
    logging.basicConfig(level=logging.INFO)
    stop_requested = Event()
    stop_on_signals(stop_requested)
    with EngineClient(url, user, os.environ["ENGINE_PASSWORD"]) as client:
        worker = Worker(
            client.external_tasks, [Subscription(topic, work, lock_ms=2000)], CONFIG, heartbeat=("127.0.0.1", 0)
        )
        return 0 if worker.run(stop_requested) else 1


if __name__ == "__main__":
    sys.exit(main())
