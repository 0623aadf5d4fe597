"""Browser tests take ``office`` by ``pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.office_fixtures"]``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from letterbox.wiring import Services
from tests.support.office.county import County
from tests.support.office.desk_site import MONDAY, DeskSite
from tests.support.office.office_pages import Office
from tests.support.stack.clocks import SetClock
from tests.support.stack.serving import served


@pytest.fixture
def office(desk_app: Flask, desk_services: Services, chromium: Browser) -> Iterator[Office]:
    clock = desk_services.clock
    assert isinstance(clock, SetClock)
    clock.at = MONDAY
    with served(desk_app) as url:
        office = Office(url, DeskSite(desk_app, County(desk_services, clock)), chromium)
        yield office
        for context in chromium.contexts:
            context.close()
    assert office.complaints == []
