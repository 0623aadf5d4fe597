"""A county with the shipped bundle deployed: one a session, letters are each test's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.seeds import values as seeds
from letterbox.services.deployment.design import repository_files
from letterbox.settings import Profile, Settings
from letterbox.wiring import Services
from tests.support.office.county import County
from tests.support.stack.clocks import SetClock
from tests.support.stack.keys import SECRET
from tests.support.stack.mail_server import Box, mail_server
from tests.support.stack.prefixes import own_prefix
from tests.support.stack.stack import EngineStack

MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE_ZONE)
"""The first working day of an ordinary week: no holiday within two weeks."""


@pytest.fixture(scope="session")
def county_services(
    database_url: str, engine_stack: EngineStack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    settings = Settings(
        profile=Profile.TEST,
        data_dir=Path(tmp_path_factory.mktemp("data")),
        database_url=database_url,
        engine_url=engine_stack.engine_url,
        engine_user=engine_stack.engine_user,
        engine_password=engine_stack.engine_password,
        secret_key=SECRET,
        number_prefix=own_prefix("T"),
    )
    services = Services(settings, SetClock(MONDAY))
    services.seeding.units(seeds.load_units())
    services.seeding.people(seeds.load_people(seeds.load_units()), "demo-password")
    services.design.deploy_repository(repository_files(), "tests")
    yield services
    services.close()


@pytest.fixture
def county(county_services: Services) -> County:
    clock = county_services.clock
    assert isinstance(clock, SetClock)
    clock.at = MONDAY
    return County(county_services, clock)


@pytest.fixture
def box() -> Iterator[Box]:
    """A mail server and what has come to it."""
    with mail_server() as box:
        yield box


@pytest.fixture
def posting(county: County, box: Box) -> Iterator[County]:
    """The same county, with a mail server."""
    services = Services(replace(county.services.settings, smtp_url=box.url), county.clock)
    yield County(services, county.clock)
    services.close()
