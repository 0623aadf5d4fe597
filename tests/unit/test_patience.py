"""How long calls to the engine wait together."""

from __future__ import annotations

import time

import pytest

from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineUnavailable
from letterbox.engine.patience import LEAST_S, READING_S, is_hung, page, patience, time_left, went_unanswered

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


def test_each_reading_of_a_page_waits_a_moment_and_commands_as_usual() -> None:
    with page():
        assert time_left(USUAL_S, is_command=False) == READING_S
        assert time_left(0.3, is_command=False) == 0.3
        assert time_left(USUAL_S) == USUAL_S
    assert time_left(USUAL_S, is_command=False) == USUAL_S


def test_after_one_without_an_answer_a_page_asks_no_more() -> None:
    with page():
        went_unanswered()
        assert is_hung()
        assert time_left(USUAL_S) == time_left(USUAL_S, is_command=False) == 0.0
    with page():
        assert not is_hung()
        assert time_left(USUAL_S) == USUAL_S
    went_unanswered()
    assert not is_hung()
