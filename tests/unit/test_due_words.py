"""How a due time looks: state by distance, words from the domain."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.limits.calendar import WorkCalendar
from webapp.shared.due import DueState, due, ended

PLAIN_WEEKS = WorkCalendar((), range(2000, 2100))
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=OFFICE_ZONE)


@pytest.mark.parametrize(
    ("days", "state"),
    [(0, DueState.TODAY), (1, DueState.NEAR), (2, DueState.OPEN), (-1, DueState.OVERDUE)],
)
def test_the_state_follows_the_distance(days: int, state: DueState) -> None:
    at = MONDAY.replace(hour=17, minute=30) + timedelta(days=days)
    assert due(at, MONDAY, PLAIN_WEEKS).state is state


def test_a_provisional_date_says_so() -> None:
    assert "暂定" in due(MONDAY + timedelta(days=3), MONDAY, PLAIN_WEEKS, is_provisional=True).words


def test_the_due_instant_itself_is_in_time() -> None:
    assert ended(MONDAY, MONDAY).state is DueState.DONE
    assert ended(MONDAY + timedelta(seconds=1), MONDAY).state is DueState.LATE
