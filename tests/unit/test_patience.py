"""How long calls to the engine wait together."""

from __future__ import annotations

import time

import pytest

from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineUnavailable
from letterbox.engine.patience import LEAST_S, patience, time_left

USUAL_S = 30.0


def test_a_call_waits_as_usual_where_nobody_is_in_a_hurry() -> None:
    assert time_left(USUAL_S) == USUAL_S


def test_the_calls_of_a_block_share_its_time_and_an_inner_block_gets_no_more() -> None:
    with patience(5):
        assert 4 < time_left(USUAL_S) <= 5
        assert time_left(0.3) == 0.3
        with patience(1000):
            assert time_left(USUAL_S) <= 5
        with patience(1):
            assert time_left(USUAL_S) <= 1
        assert time_left(USUAL_S) > 4
    assert time_left(USUAL_S) == USUAL_S


def test_the_last_call_gets_a_moment_and_none_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    with patience(5):
        monkeypatch.setattr(time, "monotonic", lambda: now + 4.999)
        assert time_left(USUAL_S) == LEAST_S
        monkeypatch.setattr(time, "monotonic", lambda: now + 6)
        assert time_left(USUAL_S) == 0.0


def test_a_call_without_time_is_not_made_and_may_be_made_again() -> None:
    with (
        EngineClient("http://127.0.0.1:9/engine-rest", "u", "p") as nobody,
        patience(0),
        pytest.raises(EngineUnavailable, match="no time is left"),
    ):
        nobody.tasks.complete("t", {})
