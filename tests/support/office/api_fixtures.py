"""Fixtures of ``tests.support.office.api``: one application on real services a session, its clock set anew for each test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from letterbox.services.deployment.design import repository_files
from letterbox.wiring import Services
from tests.support.office.api import Api, settings_for
from tests.support.office.begun import MONDAY, NO_ENGINE, seeded, stage_bundle
from tests.support.stack.clocks import SetClock
from tests.support.stack.stack import EngineStack
from webapp import create_app


@pytest.fixture(scope="session")
def door_services(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Services whose engine is away: what they owe it stays in the outbox."""
    settings = settings_for(database_url, NO_ENGINE, tmp_path_factory.mktemp("door"))
    services = seeded(Services(settings, SetClock(MONDAY)))
    stage_bundle(services.database)
    yield services
    services.close()


@pytest.fixture(scope="session")
def engine_services(
    database_url: str, engine_stack: EngineStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    services = seeded(
        Services(settings_for(database_url, engine_stack, tmp_path_factory.mktemp("api")), SetClock(MONDAY))
    )
    services.design.deploy_repository(repository_files(), "tests")
    yield services
    services.close()


@pytest.fixture(scope="session")
def door_app(door_services: Services) -> Api:
    return Api(create_app(door_services), door_services)


@pytest.fixture(scope="session")
def engine_app(engine_services: Services) -> Api:
    return Api(create_app(engine_services), engine_services)


@pytest.fixture
def api(door_app: Api) -> Api:
    """The interface while the engine is away."""
    return afresh(door_app)


@pytest.fixture
def api_on_engine(engine_app: Api) -> Api:
    return afresh(engine_app)


def afresh(api: Api) -> Api:
    clock = api.services.clock
    assert isinstance(clock, SetClock)
    clock.at = MONDAY
    api.address = f"10.{'.'.join(str(part) for part in secrets.token_bytes(3))}"  # wrong codes count per address
    return api
