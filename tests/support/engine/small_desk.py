"""A tiny desk process deployed on the real engine, and small steps through it, for the engine client's tests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from letterbox.engine.client import EngineClient
from letterbox.engine.records import Deployment, UserTask
from tests.support.drawn import small_diagrams
from tests.support.stack.stack import EngineStack

DUE = datetime(2031, 1, 6, 9, 30, tzinfo=UTC)
KEY = "ClientTestDesk"


@contextmanager
def client_of(stack: EngineStack) -> Iterator[EngineClient]:
    with EngineClient(stack.engine_url, stack.engine_user, stack.engine_password) as client:
        yield client


@contextmanager
def deployed(client: EngineClient) -> Iterator[Deployment]:
    """Diagram, form and table as one deployment, removed with all its traces at the end."""
    files = {
        "client-test-desk.bpmn": small_diagrams.desk(KEY),
        "first-form.form": small_diagrams.FIRST_FORM,
        "days.dmn": small_diagrams.TABLE,
    }
    deployment = client.deployments.deploy("client tests", files, "tests")
    yield deployment
    client.deployments.delete(deployment.id, cascade=True)


@contextmanager
def letter(client: EngineClient) -> Iterator[str]:
    """A letter number whose process stands at its first task."""
    number = f"T{uuid.uuid4().hex[:10]}"
    start(client, number)
    yield number
    for instance in client.processes.of(number):
        client.processes.delete(instance.id)


def start(client: EngineClient, number: str, **variables: str) -> str:
    return client.processes.start(KEY, number, {"dueAt": DUE, "leadUnit": f"unit-{number}", **variables})


def only_task(client: EngineClient, number: str) -> UserTask:
    (task,) = client.tasks.of(number)
    return task


def run_jobs(client: EngineClient, number: str) -> None:
    """The job executor is off: run what waits (asyncAfter), not the timers."""
    for instance in client.processes.of(number):
        for job in client.jobs.of_instance(instance.id):
            if job.due_at is None or job.due_at < DUE:
                client.jobs.execute(job.id)


def to_second_task(client: EngineClient, number: str) -> UserTask:
    client.tasks.complete(only_task(client, number).id, {})
    run_jobs(client, number)
    client.messages.correlate("GoOn", number, {})
    run_jobs(client, number)
    return only_task(client, number)
