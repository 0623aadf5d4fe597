"""Fixtures of ``tests.support.api``: one application on real services a session, its clock set anew for each test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime

import pytest

from letterbox import seeds
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.services.design import repository_files
from letterbox.wiring import Services
from tests.support.api import Api, settings_for
from tests.support.clocks import SetClock
from tests.support.stack import EngineStack
from webapp import create_app

MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE_ZONE)
"""The first working day of an ordinary week: no holiday within two weeks."""


@pytest.fixture(scope="session")
def api_services(
    database_url: str, engine_stack: EngineStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    services = Services(settings_for(database_url, engine_stack, tmp_path_factory.mktemp("api")), SetClock(MONDAY))
    services.seeding.units(seeds.load_units())
    services.seeding.people(seeds.load_people(seeds.load_units()), "demo-password")
    services.design.deploy_repository(repository_files(), "tests")
    yield services
    services.close()


@pytest.fixture(scope="session")
def api_of_all(api_services: Services) -> Api:
    return Api(create_app(api_services), api_services)


@pytest.fixture
def api(api_of_all: Api) -> Api:
    clock = api_of_all.services.clock
    assert isinstance(clock, SetClock)
    clock.at = MONDAY
    api_of_all.address = f"10.{'.'.join(str(part) for part in secrets.token_bytes(3))}"  # wrong codes count per address
    return api_of_all
