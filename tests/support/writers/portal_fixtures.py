"""Fixtures of ``tests.support.writers.portal``: one application on one database a session, emptied for each test.

Test modules take them by ``pytest_plugins = ["tests.support.writers.portal_fixtures"]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from letterbox.seeds import values as seeds
from letterbox.store import rights
from letterbox.wiring import Services
from tests.support.office.api import settings_for
from tests.support.office.begun import MONDAY, NO_ENGINE, stage_bundle
from tests.support.stack import stack
from tests.support.stack.clocks import SetClock
from tests.support.writers.portal import Portal
from tests.support.writers.script_free_browser import Browser


@pytest.fixture(scope="session")
def shared_portal(
    postgres: stack.PostgresStack, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    with stack.fresh_database(postgres.admin_url, migrated) as url:
        rights.grant(url, "letterbox", "letterbox")
        folder = tmp_path_factory.mktemp("portal")
        settings = replace(
            settings_for(postgres.as_role(url, "letterbox"), NO_ENGINE, folder),
            number_prefix="SX",
            county_name="示例县",
            sms_url="http://sms.invalid",
        )
        services = Services(settings, SetClock(MONDAY))
        services.seeding.units(seeds.load_units())
        stage_bundle(services.database)
        portal = Portal(services, postgres)
        yield portal
        portal.close()
        services.close()


@pytest.fixture
def portal(shared_portal: Portal) -> Portal:
    return shared_portal.emptied()


@pytest.fixture
def client(portal: Portal) -> FlaskClient:
    return portal.app.test_client()


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    """Without scripts."""
    return Browser(client)
