"""Due instants from events' instants (regime, table D). Nothing here reads a clock.

The day of the event does not count; day 1 is the next working day; a limit ends when the office closes on its last
day. Whatever the time of day of the event, before opening or after closing or on a day off, the rule is the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from letterbox.domain import dates
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import ConfigError, FieldErrors
from letterbox.domain.limits.calendar import ONE_DAY, Count, CountedDay, WorkCalendar
from letterbox.domain.tables.decision_table import DecisionTable
from letterbox.domain.vocabulary import Category, EventName, LimitKind

CLOSING = dt.time(17, 30)
"""Close of office hours; another one is passed in from the settings."""
EXTENSION_CAP = "extension_cap"
"""The row of the time-limits table with H7's 30 working days; not a limit of its own."""
START_DAY = "起算当日，不计入"
RESUMES = frozenset({EventName.WRITER_SUPPLIED, EventName.SUPPLEMENT_LAPSED})
"""What ends the wait for a supplement (A2)."""


class LengthUnit(StrEnum):
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    SET_DATE = "set_date"


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A row of the time-limits table. ``length`` counts ``unit``; 0 for SET_DATE, where a person sets the date."""

    rule_id: str
    length: int
    unit: LengthUnit


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends and why. ``due_at`` is aware, UTC; ``days`` begin with the start's own day, which never counts."""

    due_on: dt.date
    due_at: dt.datetime
    provisional: bool
    days: tuple[CountedDay, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """Screening waits for the writer. ``until``: the supplement's instant; while it is awaited, the supplement limit's due."""

    requested_at: dt.datetime
    until: dt.datetime


def limit_rule(table: DecisionTable, kind: LimitKind | str, category: Category | str | None = None) -> LimitRule:
    """The row that says how long a limit of ``kind`` is for a letter of ``category`` (None: not yet known).

    Raises ConfigError if the table has no such row or an unusable one.
    """
    hits = table.evaluate({"kind": str(kind), "category": None if category is None else str(category)})
    if not hits:
        raise ConfigError(f"决策表“{table.name}”没有规定时限 {kind}（来信类别 {category or '未定'}）：请补上这一行")
    length, unit = hits[0].outputs.get("length"), hits[0].outputs.get("length_unit")
    if isinstance(length, bool) or not isinstance(length, int) or length < 0 or unit not in set(LengthUnit):
        raise ConfigError(f"决策表“{table.name}”的规则 {hits[0].rule_id} 应给出天数和单位，现为 {length!r} {unit!r}")
    return LimitRule(hits[0].rule_id, length, LengthUnit(unit))


def due_by_rule(rule: LimitRule, started_at: dt.datetime, calendar: WorkCalendar, *, added: int = 0) -> Due:
    """The end of a limit by its row. ``added``: further working days (a screening's pauses).

    Raises ValueError for a row whose date a person sets: use ``due_on_set_date``.
    """
    if rule.unit is LengthUnit.SET_DATE:
        raise ValueError(f"rule {rule.rule_id} has no length: its date is set by a person")
    if rule.unit is LengthUnit.CALENDAR_DAYS:
        return due_after_calendar_days(started_at, rule.length, calendar)
    return due_after_working_days(started_at, rule.length + added, calendar)


def due_after_working_days(started_at: dt.datetime, count: int, calendar: WorkCalendar) -> Due:
    """Closing time of the ``count``-th working day after the event's day.

    Raises ValueError for a naive instant or a negative count, OverflowError beyond the year 9999.
    """
    start = office_day(started_at)
    return _due(start, calendar.add_working_days(start, count))


def due_after_calendar_days(started_at: dt.datetime, count: int, calendar: WorkCalendar) -> Due:
    """Closing time of the ``count``-th day after the event's day, or of the next working day if that one is off."""
    start = office_day(started_at)
    last = start + count * ONE_DAY
    if not calendar.is_working(last):
        last = calendar.next_working_day(last)
    days = tuple(
        CountedDay(day.date, index <= count, "自然日" if index <= count else f"顺延：{day.why}")
        for index, day in enumerate(calendar.trace(start, last).days, start=1)
    )
    return _due(start, Count(last, days, calendar.is_provisional(last)))


def due_on_set_date(started_at: dt.datetime, due_on: dt.date, calendar: WorkCalendar) -> Due:
    """Closing time of a date that a person set (S1, R2, H11), taken as it was set, also on a day off; never provisional."""
    start = office_day(started_at)
    return _due(start, Count(due_on, calendar.trace(start, due_on).days, provisional=False))


def paired_pauses(events: Iterable[tuple[str, dt.datetime]], awaited_until: dt.datetime | None) -> list[Pause]:
    """Every request paired with the event that ended its wait, the open one with ``awaited_until``: the due of the open
    supplement limit, None if none is open. ``events``: (name, instant), oldest first."""
    pauses: list[Pause] = []
    asked: dt.datetime | None = None
    for name, at in events:
        if name == EventName.SUPPLEMENT_REQUESTED:
            asked = at
        elif name in RESUMES and asked is not None:
            pauses.append(Pause(asked, at))
            asked = None
    if asked is not None and awaited_until is not None:
        pauses.append(Pause(asked, awaited_until))
    return pauses


def paused_working_days(pauses: Iterable[Pause], calendar: WorkCalendar) -> int:
    """Working days to add to a screening (A2): after each request's day, up to and including the supplement's day."""
    return sum(
        calendar.working_days_between(office_day(pause.requested_at), office_day(pause.until)) for pause in pauses
    )


def co_opinion_due(
    dispatched_at: dt.datetime, lead_due_at: dt.datetime, rule: LimitRule, calendar: WorkCalendar
) -> Due:
    """A co-handler's opinion (H10): one working day before the lead's due, at least ``rule.length`` working days after
    its own dispatch, never after the lead's due. Provisional as far as the lead's due is, since it follows that."""
    start, lead_day = office_day(dispatched_at), office_day(lead_due_at)
    before = calendar.shift(lead_day, -1)
    least = calendar.shift(start, rule.length)
    due_on = min(lead_day, max(before, least))
    closing = lead_due_at.astimezone(OFFICE_ZONE).time()
    is_provisional = calendar.trace(start, lead_day).provisional
    return _due(start, replace(calendar.trace(start, due_on), provisional=is_provisional), closing)


def extension_cap(reply_started_at: dt.datetime, rule: LimitRule, calendar: WorkCalendar) -> Due:
    """The last instant an extension may reach (H7): ``rule`` is the table's EXTENSION_CAP row."""
    return due_after_working_days(reply_started_at, rule.length, calendar)


def extended_due(reply_started_at: dt.datetime, due_on: dt.date, cap: Due, calendar: WorkCalendar) -> Due:
    """The reply's new due after an extension to ``due_on`` (H7); provisional if it reaches an unannounced year, whose
    publication may bring the cap before it.

    Raises FieldErrors on ``due_on`` if it is after the cap or not after the start's day.
    """
    if due_on > cap.due_on:
        note = "（该年放假安排尚未公布，此日期为暂定）" if cap.provisional else ""
        raise FieldErrors({"due_on": f"延期最晚到{dates.day(cap.due_on)}，即交办后第 30 个工作日{note}"})
    if due_on <= office_day(reply_started_at):
        raise FieldErrors({"due_on": "延期日期应晚于交办之日"})
    start = office_day(reply_started_at)
    return _due(start, calendar.trace(start, due_on), cap.due_at.astimezone(OFFICE_ZONE).time())


def closing_instant(day: dt.date, closing: dt.time = CLOSING) -> dt.datetime:
    """When the office closes on ``day``; aware, UTC."""
    return dt.datetime.combine(day, closing, OFFICE_ZONE).astimezone(dt.UTC)


def office_day(instant: dt.datetime) -> dt.date:
    """The office's date at an instant. Raises ValueError for a naive one, which could mean any day."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs an offset: {instant.isoformat()}")
    return instant.astimezone(OFFICE_ZONE).date()


def _due(start: dt.date, count: Count, closing: dt.time = CLOSING) -> Due:
    days = (CountedDay(start, counts=False, why=START_DAY), *count.days)
    return Due(
        due_on=count.result, due_at=closing_instant(count.result, closing), provisional=count.provisional, days=days
    )
