"""Fixtures of the web tests. What pages stand on is in ``tests.support``: services, database, sometimes the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterbox.engine import session
from webapp import build
from webapp.shared.http import assets


@pytest.fixture(autouse=True)
def asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine of these tests is there or will not come while a page waits: it is asked again as often, without a pause."""
    monkeypatch.setattr(session, "PAUSES_BEFORE_REREADING_S", tuple(0.0 for _ in session.PAUSES_BEFORE_REREADING_S))


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the built one."""
    folder = tmp_path / "dist"
    folder.mkdir()
    monkeypatch.setattr(build, "DIST", folder)
    monkeypatch.setattr(assets, "DIST", folder)
    return folder
