"""A worker with short waits on one topic of the engine in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.support.engine.fake_engine import FakeExternalTasks
from workers.runtime import Backoff, Complete, ExternalTask, Handler, Outcome, Subscription, Worker, WorkerConfig

QUICK = Backoff(base_s=0.002, factor=2, cap_s=0.01)
CONFIG = WorkerConfig(slots=3, poll_ms=2000, gather_s=0, engine_away=QUICK, answer=QUICK, grace_s=3)


@contextmanager
def working(
    engine: FakeExternalTasks, handler: Handler, config: WorkerConfig = CONFIG, **options: object
) -> Iterator[Worker]:
    subscription = Subscription("t", handler, **options)  # type: ignore[arg-type]
    worker = Worker(engine, [subscription], config, worker_id="w", random=Random(1))
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def done(_: ExternalTask) -> Outcome:
    return Complete()
