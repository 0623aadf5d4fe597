"""A client of the real engine, a small process with one letter at its first task, and a bench for external tasks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from letterbox.engine.client import EngineClient
from letterbox.engine.records import Deployment
from tests.support.engine import small_desk as desk
from tests.support.engine.real_bench import RealBench, deployed_bench
from tests.support.stack.stack import EngineStack


@pytest.fixture(scope="module")
def client(engine_stack: EngineStack) -> Iterator[EngineClient]:
    with desk.client_of(engine_stack) as client:
        yield client


@pytest.fixture(scope="module")
def deployment(client: EngineClient) -> Iterator[Deployment]:
    with desk.deployed(client) as deployment:
        yield deployment


@pytest.fixture
def number(client: EngineClient, deployment: Deployment) -> Iterator[str]:
    with desk.letter(client) as number:
        yield number


@pytest.fixture(scope="module")
def bench_process(client: EngineClient) -> Iterator[None]:
    with deployed_bench(client):
        yield


@pytest.fixture
def bench(client: EngineClient, bench_process: None) -> RealBench:
    return RealBench(client)
