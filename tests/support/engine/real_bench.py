"""External tasks on the real engine, for the contract and for the runtime's tests."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from letterbox.engine.client import EngineClient
from letterbox.engine.external_tasks import ExternalTaskCalls
from letterbox.engine.records import ExternalTask as LockedTask
from letterbox.engine.records import InstanceState
from letterbox.engine.values import Sendable
from tests.support.drawn import small_diagrams
from workers.runtime import Backoff, Complete, ExternalTask, Outcome, WorkerConfig

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


@contextmanager
def deployed_bench(client: EngineClient) -> Iterator[None]:
    """The engine has the bench's process, removed with all its traces at the end."""
    files = {"runtime.bpmn": small_diagrams.one_external_task(KEY)}
    deployed = client.deployments.deploy("runtime", files, "tests")
    yield
    client.deployments.delete(deployed.id, cascade=True)


def done(_: ExternalTask) -> Outcome:
    return Complete({"worked": True})
