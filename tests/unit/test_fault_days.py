"""Days that a technical fault takes are added whole, once, and never a limit's own first day."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.limits.calendar import WorkCalendar
from letterbox.domain.limits.fault_days import Span, later, touched

CALENDAR = WorkCalendar([], [2026])


def at(day: int, hour: int = 10, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=OFFICE_ZONE)


@pytest.mark.parametrize(
    ("spans", "started", "days"),
    [
        ([(at(8), at(8, 11))], at(7), [8]),
        ([(at(8), at(8, 11)), (at(8, 15), at(8, 16))], at(7), [8]),
        ([(at(11, 16), at(14, 9))], at(7), [11, 14]),
        ([(at(12), at(13))], at(7), []),
        ([(at(7), at(8))], at(7, 9), [8]),
        ([(at(7), at(9))], at(8, 12), [9]),
        ([(at(8), at(9)), (at(9, 15), at(10))], at(7), [8, 9, 10]),
    ],
)
def test_each_working_day_touched_counts_once(
    spans: list[tuple[datetime, datetime]], started: datetime, days: list[int]
) -> None:
    found = touched([Span(*each) for each in spans], started, CALENDAR)
    assert sorted(found) == [date(2026, 9, day) for day in days]


def test_the_due_moves_by_working_days_and_keeps_its_time() -> None:
    due = datetime(2026, 9, 11, 17, 30, tzinfo=OFFICE_ZONE)
    assert later(due, 1, CALENDAR) == (datetime(2026, 9, 14, 17, 30, tzinfo=OFFICE_ZONE), False)
    assert later(due, 0, CALENDAR) == (due, False)
    assert later(datetime(2026, 12, 31, 17, 30, tzinfo=OFFICE_ZONE), 1, CALENDAR)[1], "into a year nobody announced"
