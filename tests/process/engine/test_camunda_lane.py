"""The second lane: Camunda 7.24, started the same way, takes the shipped bundle (decision 1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from letterbox.bundle.diagrams import read_bundle
from letterbox.engine.client import EngineClient
from tests.support.drawn import bundle
from tests.support.stack import stack

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def camunda(stack_folder: Path, postgres: stack.PostgresStack) -> Iterator[EngineClient]:
    with (
        stack.fresh_database(postgres.admin_url) as url,
        stack.engine_stack(stack_folder, url, lane="camunda-7.24") as engine,
        EngineClient(engine.engine_url, engine.engine_user, engine.engine_password) as client,
    ):
        yield client


def test_it_is_camunda(camunda: EngineClient) -> None:
    assert camunda.version() == "7.24.0"


def test_it_takes_the_shipped_bundle_and_starts_a_letter(camunda: EngineClient) -> None:
    deployed = camunda.deployments.deploy("as shipped", bundle.shipped(), "tests")
    keys = {process.key for diagram in read_bundle(bundle.shipped()) for process in diagram.processes}
    assert {one.key for one in camunda.deployments.definitions(deployed.id)} >= keys
