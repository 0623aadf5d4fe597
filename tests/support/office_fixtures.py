"""Browser tests take ``office`` by ``pytest_plugins = ["tests.support.desk_fixtures", "tests.support.office_fixtures"]``."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from letterbox.wiring import Services
from tests.support.clocks import SetClock
from tests.support.county import County
from tests.support.desk_site import MONDAY, DeskSite
from tests.support.office_pages import Office


@pytest.fixture
def office(desk_app: Flask, desk_services: Services, chromium: Browser) -> Iterator[Office]:
    clock = desk_services.clock
    assert isinstance(clock, SetClock)
    clock.at = MONDAY
    server = make_server("127.0.0.1", 0, desk_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Office(f"http://127.0.0.1:{server.server_port}", DeskSite(desk_app, County(desk_services, clock)), chromium)
    for context in chromium.contexts:
        context.close()
    server.shutdown()
    thread.join(5)
    server.server_close()
