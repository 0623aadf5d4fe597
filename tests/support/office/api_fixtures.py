"""Fixtures of ``tests.support.office.api``: one application on real services a session, its clock set anew for each test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.seeds import values as seeds
from letterbox.services.deployment.design import repository_files
from letterbox.store.bundles import Bundle, BundleFile
from letterbox.store.database import Database
from letterbox.wiring import Services
from tests.support.office.api import Api, settings_for
from tests.support.stack.clocks import SetClock
from tests.support.stack.stack import EngineStack
from webapp import create_app

MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE_ZONE)
"""The first working day of an ordinary week: no holiday within two weeks."""
NO_ENGINE = EngineStack("http://127.0.0.1:1/engine-rest", "nobody", "nothing", "", "")


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


def seeded(services: Services) -> Services:
    services.seeding.units(seeds.load_units())
    services.seeding.people(seeds.load_people(seeds.load_units()), "demo-password")
    return services


def stage_bundle(database: Database) -> None:
    """The repository's bundle as the live one, as far as our own database is concerned."""
    with database.transaction() as session:
        if session.scalars(select(Bundle.id).where(Bundle.is_live)).first() is not None:
            return
        row = Bundle(
            deployment_id="staged",
            origin="repository",
            digest="staged",
            deployed_at=MONDAY,
            deployed_by="tests",
            is_live=True,
        )
        session.add(row)
        session.flush()
        files = repository_files()
        session.add_all(BundleFile(bundle_id=row.id, name=name, content=content) for name, content in files.items())
