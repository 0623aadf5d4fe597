"""Nothing moves here but what a test moves: whoever looks twice looks again at once."""

from __future__ import annotations

import pytest

from letterbox.engine import session
from letterbox.services.operations.processes import list as processes
from letterbox.services.operations.reconcile import run


@pytest.fixture(autouse=True)
def looked_at_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As often as ever, without the pause between."""
    monkeypatch.setattr(session, "PAUSES_BEFORE_REREADING_S", tuple(0.0 for _ in session.PAUSES_BEFORE_REREADING_S))
    monkeypatch.setattr(run, "SECOND_LOOK_S", 0.0)
    monkeypatch.setattr(processes, "LOOK_EVERY_S", 0.0)
