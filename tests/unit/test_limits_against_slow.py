"""Every kind of limit against the plodding second implementation, by calendars nobody thought of."""

from __future__ import annotations

import datetime as dt
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors
from letterbox.domain.limits.calendar import DayKind, DayRule, WorkCalendar
from letterbox.domain.limits.time_limits import (
    EXTENSION_CAP,
    Due,
    Pause,
    co_opinion_due,
    due_by_rule,
    due_on_set_date,
    extended_due,
    extension_cap,
    limit_rule,
    paused_working_days,
)
from letterbox.domain.vocabulary import Category, LimitKind
from letterbox.services.rules.office_calendar import work_calendar
from tests.support.drawn.decision_tables import shipped_table
from tests.support.oracle import slow_limits as slow
from tests.support.oracle.slow_limits import SlowCalendar

TABLE = shipped_table("time-limits")
LIBRARY = slow.library_of()
SPECIAL = st.dictionaries(st.dates(date(2026, 10, 1), date(2027, 4, 30)), st.booleans(), max_size=25)
YEARS = st.sets(st.sampled_from([2026, 2027]))
STARTS = st.datetimes(datetime(2026, 10, 1), datetime(2027, 2, 28), timezones=st.just(OFFICE_ZONE))  # noqa: DTZ001
CLOSING = dt.time(17, 30)
steady = settings(deadline=None)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[WorkCalendar, SlowCalendar]:
    """The same calendar twice: ours, and the slow one."""
    office, years = draw(SPECIAL), draw(YEARS)
    rules = [DayRule(day, DayKind.WORK if works else DayKind.OFF, "安排") for day, works in office.items()]
    return work_calendar(rules, years), SlowCalendar(LIBRARY, office, frozenset(years))


def check(due: Due, start: date, last: date, calendar: SlowCalendar) -> None:
    assert due.due_on == last
    assert due.due_at == datetime.combine(last, CLOSING, OFFICE_ZONE)
    assert due.provisional == slow.is_guessed(start, last, calendar)


@pytest.mark.parametrize("kind", slow.LENGTHS)
@given(calendars(), STARTS)
@steady
def test_limits_of_fixed_length(kind: str, both: tuple[WorkCalendar, SlowCalendar], start: datetime) -> None:
    ours, theirs = both
    last = slow.after_working_days(start.date(), slow.LENGTHS[kind], theirs)
    check(due_by_rule(limit_rule(TABLE, kind), start, ours), start.date(), last, theirs)


@given(calendars(), STARTS, st.sampled_from(Category))
@steady
def test_the_reply_by_its_category(
    both: tuple[WorkCalendar, SlowCalendar], start: datetime, category: Category
) -> None:
    ours, theirs = both
    last = slow.after_working_days(start.date(), slow.REPLY[category], theirs)
    check(due_by_rule(limit_rule(TABLE, LimitKind.REPLY, category), start, ours), start.date(), last, theirs)


@given(calendars(), STARTS, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 8)), max_size=3))
@steady
def test_a_screening_with_its_pauses(
    both: tuple[WorkCalendar, SlowCalendar], start: datetime, waits: list[tuple[int, int]]
) -> None:
    ours, theirs = both
    pauses, at = [], start
    for before, length in waits:
        asked = at + dt.timedelta(days=before)
        at = asked + dt.timedelta(days=length)
        pauses.append(Pause(asked, at))
    days = [(pause.requested_at.date(), pause.until.date()) for pause in pauses]
    due = due_by_rule(limit_rule(TABLE, LimitKind.SCREENING), start, ours, added=paused_working_days(pauses, ours))
    check(due, start.date(), slow.screening(start.date(), days, theirs), theirs)


@given(calendars(), STARTS)
@steady
def test_the_evaluation_in_calendar_days(both: tuple[WorkCalendar, SlowCalendar], start: datetime) -> None:
    ours, theirs = both
    due = due_by_rule(limit_rule(TABLE, LimitKind.EVALUATION), start, ours)
    last = slow.evaluation(start.date(), theirs)
    assert (due.due_on, due.provisional) == (last, theirs.guesses(last))


@given(calendars(), STARTS, st.integers(1, 60))
@steady
def test_an_extension_reaches_the_thirtieth_working_day_and_no_further(
    both: tuple[WorkCalendar, SlowCalendar], start: datetime, days: int
) -> None:
    ours, theirs = both
    wanted = start.date() + dt.timedelta(days=days)
    cap = extension_cap(start, limit_rule(TABLE, EXTENSION_CAP), ours)
    if wanted > slow.after_working_days(start.date(), slow.CAP, theirs):
        with pytest.raises(FieldErrors, match="第 30 个工作日"):
            extended_due(start, wanted, cap, ours)
        wanted = cap.due_on
    check(extended_due(start, wanted, cap, ours), start.date(), slow.extended(start.date(), wanted, theirs), theirs)


@given(calendars(), STARTS, st.integers(0, 40), st.sampled_from(Category))
@steady
def test_a_co_handler_added_at_any_time(
    both: tuple[WorkCalendar, SlowCalendar], start: datetime, later: int, category: Category
) -> None:
    ours, theirs = both
    lead = due_by_rule(limit_rule(TABLE, LimitKind.REPLY, category), start, ours)
    dispatched = start + dt.timedelta(hours=6 * later)
    if dispatched > lead.due_at:
        return
    rule = limit_rule(TABLE, LimitKind.CO_OPINION, category)
    due = co_opinion_due(dispatched, lead.due_at, rule, ours)
    assert due.due_on == slow.opinion(dispatched.date(), lead.due_on, theirs)
    assert due.due_at <= lead.due_at
    assert due.provisional == slow.is_guessed(dispatched.date(), lead.due_on, theirs)


@given(calendars(), STARTS, st.integers(0, 60))
@steady
def test_a_date_that_a_person_set_is_taken_as_it_is(
    both: tuple[WorkCalendar, SlowCalendar], start: datetime, days: int
) -> None:
    wanted = start.date() + dt.timedelta(days=days)
    due = due_on_set_date(start, wanted, both[0])
    assert (due.due_on, due.provisional) == (wanted, False)


@given(calendars(), STARTS, st.integers(1, 30))
@steady
def test_publishing_what_the_guess_already_was_moves_nothing(
    both: tuple[WorkCalendar, SlowCalendar], start: datetime, count: int
) -> None:
    """A year announced exactly as it was guessed: only the mark goes."""
    _, theirs = both
    rules = [DayRule(day, DayKind.WORK if works else DayKind.OFF) for day, works in theirs.office.items()]
    guessed, announced = work_calendar(rules), work_calendar(rules, range(2026, 2029))
    before, after = (each.add_working_days(start.date(), count) for each in (guessed, announced))
    assert before.result == after.result
    assert not after.provisional
