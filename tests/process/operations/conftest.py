"""Nothing moves here but what a test moves: whoever looks twice looks again at once."""

from __future__ import annotations

import pytest

from letterbox.services.operations.processes import list as processes
from letterbox.services.operations.reconcile import run


@pytest.fixture(autouse=True)
def looked_at_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As often as ever, without the pause between."""
    monkeypatch.setattr(run, "SECOND_LOOK_S", 0.0)
    monkeypatch.setattr(processes, "LOOK_EVERY_S", 0.0)
