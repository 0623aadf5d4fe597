"""Fixtures of the web tests. What pages stand on is in ``tests.support``: services, database, sometimes the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp import build
from webapp.shared.http import assets


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the built one."""
    folder = tmp_path / "dist"
    folder.mkdir()
    monkeypatch.setattr(build, "DIST", folder)
    monkeypatch.setattr(assets, "DIST", folder)
    return folder
