"""Working days: the announced calendar, corrections over it, and years nobody has announced (regime, D)."""

from __future__ import annotations

import datetime as dt
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterbox.domain.limits.calendar import DayKind, DayRule, WorkCalendar
from letterbox.services.rules.office_calendar import library_years, work_calendar
from tests.support.oracle.slow_calendar import slow_between, slow_due_on, slow_is_working

SHIPPED = work_calendar()
YEARS = library_years()
DAYS = st.dates(date(2004, 1, 1), date(2027, 12, 31))


@given(DAYS)
def test_a_day_works_as_the_library_says(day: date) -> None:
    assert SHIPPED.is_working(day) == slow_is_working(day, YEARS)


@given(DAYS, st.integers(1, 40))
def test_counting_agrees_with_the_slow_way(day: date, count: int) -> None:
    found = SHIPPED.add_working_days(day, count)
    assert (found.result, found.provisional) == slow_due_on(day, count, YEARS)


@given(DAYS, st.integers(0, 60))
def test_days_between_agree_with_the_slow_way(start: date, length: int) -> None:
    end = start + dt.timedelta(days=length)
    assert SHIPPED.working_days_between(start, end) == slow_between(start, end, YEARS)


@given(DAYS, st.integers(1, 40))
def test_the_trace_shows_every_day_and_counts_to_the_result(day: date, count: int) -> None:
    found = SHIPPED.add_working_days(day, count)
    assert [line.date for line in found.days] == [
        day + dt.timedelta(n) for n in range(1, (found.result - day).days + 1)
    ]
    assert sum(line.counts for line in found.days) == count
    assert found.days[-1].counts
    assert all(line.why for line in found.days)


@given(DAYS, st.integers(1, 20))
def test_going_back_undoes_going_forward_from_a_working_day(day: date, count: int) -> None:
    start = SHIPPED.next_working_day(day)
    assert SHIPPED.shift(SHIPPED.shift(start, count), -count) == start


@pytest.mark.parametrize(
    ("day", "working", "why"),
    [
        (date(2026, 9, 28), True, "工作日"),
        (date(2026, 9, 19), False, "周六"),
        (date(2026, 10, 11), False, "周日"),
        (date(2026, 10, 1), False, "国庆节放假"),
        (date(2026, 10, 10), True, "调休上班（国庆节）"),
        (date(2026, 2, 17), False, "春节放假"),
        (date(2027, 3, 1), True, "工作日（2027 年放假安排尚未公布，暂按平常周计）"),
        (date(2027, 3, 6), False, "周六（2027 年放假安排尚未公布，暂按平常周计）"),
    ],
)
def test_every_day_says_why(day: date, working: bool, why: str) -> None:
    assert (SHIPPED.is_working(day), SHIPPED.why(day)) == (working, why)


def test_the_neighbouring_working_days_skip_a_holiday_and_include_a_makeup_saturday() -> None:
    assert SHIPPED.shift(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert SHIPPED.next_working_day(date(2026, 10, 9)) == date(2026, 10, 10)
    assert SHIPPED.shift(date(2026, 10, 4), 0) == date(2026, 10, 4)


def test_only_days_after_the_start_make_a_result_provisional() -> None:
    assert not SHIPPED.add_working_days(date(2026, 12, 30), 1).provisional
    assert SHIPPED.add_working_days(date(2026, 12, 31), 1).provisional


def test_an_announced_year_of_the_office_is_no_longer_provisional() -> None:
    new_year = DayRule(date(2027, 1, 1), DayKind.OFF, "元旦")
    before = SHIPPED.add_working_days(date(2026, 12, 31), 1)
    after = work_calendar([new_year], [2027]).add_working_days(date(2026, 12, 31), 1)
    assert (before.result, before.provisional) == (date(2027, 1, 1), True)
    assert (after.result, after.provisional) == (date(2027, 1, 4), False)
    assert after.days[0].why == "元旦放假"


def test_a_correction_replaces_the_librarys_word_on_its_day_only() -> None:
    corrected = work_calendar(
        [DayRule(date(2026, 10, 8), DayKind.OFF, "停电放假"), DayRule(date(2026, 10, 7), DayKind.WORK)]
    )
    assert corrected.why(date(2026, 10, 8)) == "停电放假"
    assert corrected.why(date(2026, 10, 7)) == "照常上班"
    assert not corrected.is_working(date(2026, 10, 6))


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        SHIPPED.add_working_days(date(2026, 9, 28), -1)


def test_an_empty_calendar_is_plain_weeks_and_says_so() -> None:
    found = WorkCalendar([], []).add_working_days(date(2026, 9, 30), 1)
    assert (found.result, found.provisional) == (date(2026, 10, 1), True)
