"""The desk on real services, a real database and the real engine; people sign in through the page.

Test modules take the fixtures by ``pytest_plugins = ["tests.support.office.desk_fixtures"]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from letterbox.seeds import values as seeds
from letterbox.services.deployment.design import repository_files
from letterbox.settings import Profile, Settings
from letterbox.wiring import Services
from tests.support.engine.wire import Wire
from tests.support.office.county import County
from tests.support.office.desk_site import MONDAY, PASSWORD, DeskSite
from tests.support.stack.clocks import LONG_SESSIONS, SetClock
from tests.support.stack.keys import SECRET
from tests.support.stack.prefixes import own_prefix
from tests.support.stack.stack import EngineStack
from webapp import create_app


@pytest.fixture(scope="session")
def desk_settings(database_url: str, engine_stack: EngineStack, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        profile=Profile.TEST,
        data_dir=Path(tmp_path_factory.mktemp("desk")),
        database_url=database_url,
        engine_url=engine_stack.engine_url,
        engine_user=engine_stack.engine_user,
        engine_password=engine_stack.engine_password,
        secret_key=SECRET,
        number_prefix=own_prefix("K"),
        **LONG_SESSIONS,
    )


@pytest.fixture(scope="session")
def desk_services(desk_settings: Settings) -> Iterator[Services]:
    services = Services(desk_settings, SetClock(MONDAY))
    services.seeding.units(seeds.load_units())
    services.seeding.people(seeds.load_people(seeds.load_units()), PASSWORD)
    services.design.deploy_repository(repository_files(), "tests")
    yield services
    services.close()


@pytest.fixture(scope="session")
def desk_app(desk_services: Services) -> Flask:
    return create_app(desk_services)


@pytest.fixture
def site(desk_app: Flask, desk_services: Services) -> DeskSite:
    clock = desk_services.clock
    assert isinstance(clock, SetClock)
    clock.at = MONDAY
    return DeskSite(desk_app, County(desk_services, clock))


@pytest.fixture
def wire(engine_stack: EngineStack) -> Iterator[Wire]:
    """What the remote site reaches the engine by; tests cut it."""
    parts = urlsplit(engine_stack.engine_url)
    with Wire((parts.hostname or "", parts.port or 0)) as wire:
        yield wire


@pytest.fixture
def remote(site: DeskSite, wire: Wire, desk_settings: Settings) -> Iterator[DeskSite]:
    """The same county with its engine behind the wire."""
    netloc = urlsplit(desk_settings.engine_url).netloc
    url = desk_settings.engine_url.replace(netloc, f"127.0.0.1:{wire.port}")
    services = Services(replace(desk_settings, engine_url=url), site.county.clock)
    yield DeskSite(create_app(services), County(services, site.county.clock))
    services.close()
