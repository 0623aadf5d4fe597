"""Due instants of every kind of limit (regime, table D), by the shipped table and calendar."""

from __future__ import annotations

import datetime as dt
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import ConfigError, FieldErrors
from letterbox.domain.limits.time_limits import (
    EXTENSION_CAP,
    Due,
    LengthUnit,
    Pause,
    co_opinion_due,
    due_after_calendar_days,
    due_after_working_days,
    due_by_rule,
    due_on_set_date,
    extended_due,
    extension_cap,
    limit_rule,
    paused_working_days,
)
from letterbox.domain.vocabulary import Category, LimitKind
from letterbox.services.rules.office_calendar import library_years, work_calendar
from tests.support.drawn.decision_tables import shipped_table
from tests.support.oracle.slow_calendar import slow_due_on

CALENDAR = work_calendar()
TABLE = shipped_table("time-limits")
INSTANTS = st.datetimes(datetime(2004, 1, 1), datetime(2027, 12, 1), timezones=st.just(OFFICE_ZONE))  # noqa: DTZ001


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


def end_of(due: Due) -> str:
    return due.due_at.astimezone(OFFICE_ZONE).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("start", "days", "due_on"),
    [
        ("2026-09-28", 5, date(2026, 10, 10)),
        ("2026-02-13", 2, date(2026, 2, 24)),
        ("2025-09-26", 5, date(2025, 10, 10)),
        ("2024-02-09", 2, date(2024, 2, 19)),
        ("2026-04-30", 1, date(2026, 5, 6)),
    ],
)
def test_the_worked_examples(start: str, days: int, due_on: date) -> None:
    due = due_after_working_days(at(start), days, CALENDAR)
    assert (due.due_on, due.provisional) == (due_on, False)
    assert due.due_at == at(f"{due_on.isoformat()}T17:30")
    assert due.due_at.tzinfo is dt.UTC


def test_thirty_days_from_late_november_reach_an_unannounced_year() -> None:
    due = due_after_working_days(at("2026-11-27"), 30, CALENDAR)
    assert (due.due_on, due.provisional) == (date(2027, 1, 8), True)
    assert "2027 年放假安排尚未公布" in due.days[-1].why


@given(INSTANTS, st.integers(1, 30))
def test_the_time_of_day_never_matters_only_the_office_date(start: datetime, days: int) -> None:
    due = due_after_working_days(start.astimezone(dt.UTC), days, CALENDAR)
    assert (due.due_on, due.provisional) == slow_due_on(start.date(), days, library_years())


@pytest.mark.parametrize("start", ["2026-11-21T10:00", "2026-11-20T17:31", "2026-11-20T00:00", "2026-11-22T23:59"])
def test_a_start_after_closing_or_on_a_day_off_runs_from_the_next_working_day(start: str) -> None:
    assert end_of(due_after_working_days(at(start), 1, CALENDAR)) == "2026-11-23T17:30"


def test_the_day_of_the_event_is_the_offices_day_not_the_instants() -> None:
    late_evening_utc = datetime(2026, 11, 22, 16, 30, tzinfo=dt.UTC)
    assert due_after_working_days(late_evening_utc, 1, CALENDAR).due_on == date(2026, 11, 24)


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        due_after_working_days(datetime(2026, 11, 22, 9), 1, CALENDAR)  # noqa: DTZ001


def test_the_explanation_begins_with_the_uncounted_start_day() -> None:
    due = due_after_working_days(at("2026-11-20T09:00"), 1, CALENDAR)
    assert [(day.date.day, day.counts, day.why) for day in due.days] == [
        (20, False, "起算当日，不计入"),
        (21, False, "周六"),
        (22, False, "周日"),
        (23, True, "工作日"),
    ]


def test_another_closing_time_of_the_lead_is_kept() -> None:
    rule = limit_rule(TABLE, LimitKind.CO_OPINION)
    assert end_of(co_opinion_due(at("2026-11-23"), at("2026-12-01T17:00"), rule, CALENDAR)) == "2026-11-30T17:00"


@pytest.mark.parametrize(
    ("delivered", "due", "moved"),
    [
        ("2026-11-09T10:00", "2026-11-24T17:30", 0),
        ("2026-11-06T18:00", "2026-11-23T17:30", 2),
        ("2026-09-17T09:00", "2026-10-08T17:30", 6),
    ],
)
def test_evaluation_is_calendar_days_moved_off_days_off(delivered: str, due: str, moved: int) -> None:
    found = due_after_calendar_days(at(delivered), 15, CALENDAR)
    assert end_of(found) == due
    assert [day.counts for day in found.days] == [False] + [True] * 15 + [False] * moved


def test_evaluation_is_provisional_only_if_its_last_day_may_move() -> None:
    assert due_after_calendar_days(at("2026-12-20"), 15, CALENDAR).provisional
    assert not due_after_calendar_days(at("2026-12-15"), 15, CALENDAR).provisional


@pytest.mark.parametrize(
    ("kind", "category", "rule_id", "length"),
    [
        (LimitKind.SCREENING, None, "limit-screening", 2),
        (LimitKind.SUPPLEMENT, None, "limit-supplement", 5),
        (LimitKind.SIGN_FOR, Category.OTHER, "limit-sign-for", 1),
        (LimitKind.RETURN, Category.OTHER, "limit-return", 1),
        (LimitKind.RETURN_RULING, Category.OTHER, "limit-return-ruling", 1),
        (LimitKind.REPLY, Category.CONSULTATION, "limit-reply-consultation", 2),
        *[(LimitKind.REPLY, other, "limit-reply-other", 5) for other in set(Category) - {Category.CONSULTATION}],
        (EXTENSION_CAP, Category.COMPLAINT, "limit-extension-cap", 30),
        (LimitKind.EXTENSION_DECISION, Category.COMPLAINT, "limit-extension-decision", 1),
        (LimitKind.CO_OPINION, Category.COMPLAINT, "limit-co-opinion", 1),
        (LimitKind.REVIEW, Category.CONSULTATION, "limit-review", 1),
        (LimitKind.REDO, Category.CONSULTATION, "limit-redo", 2),
        (LimitKind.SUPERVISION, Category.HELP, "limit-supervision", 3),
        (LimitKind.INSTRUCTION, Category.HELP, "limit-instruction", 5),
        (LimitKind.REHANDLING_DECISION, Category.HELP, "limit-rehandling-decision", 2),
    ],
)
def test_the_shipped_table_has_the_regimes_lengths(kind: str, category: str | None, rule_id: str, length: int) -> None:
    rule = limit_rule(TABLE, kind, category)
    assert (rule.rule_id, rule.length, rule.unit) == (rule_id, length, LengthUnit.WORKING_DAYS)


@pytest.mark.parametrize("category", [None, *Category])
@pytest.mark.parametrize("kind", list(LimitKind))
def test_every_kind_of_limit_has_one_row_with_its_clause(kind: LimitKind, category: Category | None) -> None:
    rule = limit_rule(TABLE, kind, category)
    assert TABLE.rule(rule.rule_id).annotation


def test_evaluation_counts_calendar_days_and_a_promise_has_its_own_date() -> None:
    evaluation = limit_rule(TABLE, LimitKind.EVALUATION)
    assert end_of(due_by_rule(evaluation, at("2026-11-06T18:00"), CALENDAR)) == "2026-11-23T17:30"
    promise = limit_rule(TABLE, LimitKind.PROMISE)
    assert promise.unit is LengthUnit.SET_DATE
    with pytest.raises(ValueError, match="limit-promise"):
        due_by_rule(promise, at("2026-11-06"), CALENDAR)


def test_a_kind_the_table_does_not_know_is_named() -> None:
    with pytest.raises(ConfigError, match="coffee_break"):
        limit_rule(TABLE, "coffee_break")


def test_a_set_date_is_taken_as_it_was_set_even_on_a_sunday() -> None:
    due = due_on_set_date(at("2026-11-23"), date(2026, 11, 29), CALENDAR)
    assert (end_of(due), due.provisional) == ("2026-11-29T17:30", False)


@pytest.mark.parametrize(
    ("requested", "supplied", "added", "due"),
    [
        ("2026-11-16T15:00", "2026-11-18T08:00", 2, "2026-11-20T17:30"),
        ("2026-11-16T15:00", "2026-11-16T16:00", 0, "2026-11-18T17:30"),
        ("2026-11-16T15:00", "2026-11-21T12:00", 4, "2026-11-24T17:30"),
        ("2026-11-18T17:00", "2026-11-25T17:30", 5, "2026-11-25T17:30"),
    ],
)
def test_screening_waits_for_the_writer(requested: str, supplied: str, added: int, due: str) -> None:
    pauses = [Pause(at(requested), at(supplied))]
    assert paused_working_days(pauses, CALENDAR) == added
    rule = limit_rule(TABLE, LimitKind.SCREENING)
    assert end_of(due_by_rule(rule, at("2026-11-16T09:00"), CALENDAR, added=added)) == due


def test_two_supplements_add_up() -> None:
    pauses = [Pause(at("2026-11-16"), at("2026-11-17")), Pause(at("2026-11-18"), at("2026-11-20"))]
    assert paused_working_days(pauses, CALENDAR) == 3


@pytest.mark.parametrize(
    ("dispatched", "lead_due", "due"),
    [
        ("2026-11-16T09:00", "2026-11-23T17:30", "2026-11-20T17:30"),
        ("2026-11-20T09:00", "2026-11-23T17:30", "2026-11-23T17:30"),
        ("2026-11-23T09:00", "2026-11-23T17:30", "2026-11-23T17:30"),
        ("2026-11-19T20:00", "2026-11-24T17:30", "2026-11-23T17:30"),
        ("2026-09-28T09:00", "2026-10-10T17:30", "2026-10-09T17:30"),
    ],
)
def test_a_co_handler_is_due_before_the_lead_but_has_a_day(dispatched: str, lead_due: str, due: str) -> None:
    rule = limit_rule(TABLE, LimitKind.CO_OPINION)
    assert end_of(co_opinion_due(at(dispatched), at(lead_due), rule, CALENDAR)) == due


@given(INSTANTS, st.integers(1, 30), st.integers(0, 45))
def test_a_co_handler_is_never_due_after_the_lead(start: datetime, lead_days: int, later: int) -> None:
    lead = due_after_working_days(start, lead_days, CALENDAR)
    rule = limit_rule(TABLE, LimitKind.CO_OPINION)
    due = co_opinion_due(start + dt.timedelta(days=later), lead.due_at, rule, CALENDAR)
    assert due.due_at <= lead.due_at


def test_an_extension_may_reach_the_thirtieth_working_day_and_no_further() -> None:
    started = at("2026-03-02T10:00")
    cap = extension_cap(started, limit_rule(TABLE, EXTENSION_CAP), CALENDAR)
    assert cap.due_on == date(2026, 4, 14)
    assert end_of(extended_due(started, cap.due_on, cap, CALENDAR)) == "2026-04-14T17:30"
    with pytest.raises(FieldErrors) as refused:
        extended_due(started, date(2026, 4, 15), cap, CALENDAR)
    assert "2026年4月14日" in refused.value.errors["due_on"]
    with pytest.raises(FieldErrors):
        extended_due(started, date(2026, 3, 2), cap, CALENDAR)


def test_an_extension_into_an_unannounced_year_is_provisional() -> None:
    started = at("2026-11-27T10:00")
    cap = extension_cap(started, limit_rule(TABLE, EXTENSION_CAP), CALENDAR)
    assert extended_due(started, date(2027, 1, 5), cap, CALENDAR).provisional
    assert not extended_due(started, date(2026, 12, 25), cap, CALENDAR).provisional
