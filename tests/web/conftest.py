"""The web application on services in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.writers.fake_services import FakeServices, Memory
from tests.support.writers.script_free_browser import Browser
from webapp import build, create_app
from webapp.shared.http import assets


@pytest.fixture
def services(tmp_path: Path) -> FakeServices:
    return FakeServices(tmp_path)


@pytest.fixture
def memory(services: FakeServices) -> Memory:
    return services.memory


@pytest.fixture
def app(services: FakeServices) -> Flask:
    return create_app(services, ["portal"])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client)


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the built one."""
    folder = tmp_path / "dist"
    folder.mkdir()
    monkeypatch.setattr(build, "DIST", folder)
    monkeypatch.setattr(assets, "DIST", folder)
    return folder
