"""A year's calendar as twelve months to look at."""

from __future__ import annotations

import calendar as months_of
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from letterbox.domain.dates import WEEKDAYS
from letterbox.domain.limits.calendar import DayRule, WorkCalendar
from letterbox.domain.words import label
from letterbox.services.limits.calendar_moves import MovedLimit
from letterbox.services.limits.calendar_office import YearView

MARKS = {True: "班", False: "休"}
NEAR = 3
"""Months that a phone shows before one is chosen: this one and the next, or a year's first."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A day. ``mark``: 班 or 休 where it is not what the week says; ``is_changed``: the draft differs from what counts."""

    day: dt.date
    is_working: bool
    mark: str
    why: str
    is_own: bool
    is_changed: bool

    @property
    def look(self) -> str:
        """Its classes: what the day is, and whether the draft changes it."""
        kind = "work" if self.is_working else "off"
        return " ".join(
            [f"lb-day-{kind}", *(["lb-day-marked"] if self.mark else []), *(["lb-day-new"] if self.is_changed else [])]
        )


@dataclass(frozen=True, slots=True)
class Month:
    """``weeks``: rows of seven, Monday first; None outside the month. ``is_near``: shown at first on a phone."""

    number: int
    weeks: tuple[tuple[Cell | None, ...], ...]
    working_days: int
    is_near: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Days one after the other that are alike, and not what the week says. ``why`` as in a limit's explanation."""

    first: dt.date
    last: dt.date
    is_working: bool
    why: str
    is_own: bool
    has_changes: bool

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def months(view: YearView, today: dt.date) -> list[Month]:
    first = min(today.month, 13 - NEAR) if today.year == view.year else 1
    return [_month(view, number, first <= number < first + NEAR) for number in range(1, 13)]


def working_days(months: Iterable[Month]) -> int:
    return sum(month.working_days for month in months)


def special_days(view: YearView) -> list[Run]:
    """Announced days and whatever the draft changes, run by run."""
    shown = [cell for cell in _cells(view) if cell.mark or cell.is_changed]
    runs = groupby(
        enumerate(shown), key=lambda each: (_run(each[0], each[1]), each[1].is_working, each[1].why, each[1].is_own)
    )
    return [_as_run([cell for _, cell in found]) for _, found in runs]


def changed_days(days: Iterable[dt.date], calendar: WorkCalendar) -> tuple[list[dt.date], list[dt.date]]:
    """Those that become days off, and those that become working days."""
    listed = list(days)
    return [day for day in listed if not calendar.is_working(day)], [day for day in listed if calendar.is_working(day)]


def _cells(view: YearView) -> list[Cell]:
    own = {rule.date for rule in _own(view)}
    first = dt.date(view.year, 1, 1)
    days = (first + dt.timedelta(days=count) for count in range(365 + months_of.isleap(view.year)))
    return [_cell(view, day, own) for day in days]


def _run(position: int, cell: Cell) -> int:
    """Equal for days that follow each other."""
    return cell.day.toordinal() - position


def _as_run(cells: list[Cell]) -> Run:
    first = cells[0]
    return Run(
        first=first.day,
        last=cells[-1].day,
        is_working=first.is_working,
        why=first.why,
        is_own=first.is_own,
        has_changes=any(cell.is_changed for cell in cells),
    )


def answering(moved: MovedLimit) -> str:
    """Who answers for a limit: its unit, else the office's roles, else the writer himself."""
    return moved.unit_name or "、".join(label(role) for role in moved.answering) or "来信人"


def weekday(day: dt.date) -> str:
    return WEEKDAYS[day.weekday()]


def _month(view: YearView, number: int, is_near: bool) -> Month:
    own = {rule.date for rule in _own(view)}
    weeks = tuple(
        tuple(_cell(view, day, own) if day.month == number else None for day in week)
        for week in months_of.Calendar(firstweekday=0).monthdatescalendar(view.year, number)
    )
    return Month(
        number=number,
        weeks=weeks,
        working_days=sum(cell.is_working for week in weeks for cell in week if cell),
        is_near=is_near,
    )


def _cell(view: YearView, day: dt.date, own: set[dt.date]) -> Cell:
    shown: WorkCalendar = view.staged_calendar
    is_working = shown.is_working(day)
    mark = MARKS[is_working] if shown.rule(day) else ""
    return Cell(
        day=day,
        is_working=is_working,
        mark=mark,
        why=shown.why(day),
        is_own=day in own,
        is_changed=is_working != view.calendar.is_working(day),
    )


def _own(view: YearView) -> tuple[DayRule, ...]:
    return view.draft.rules if view.draft else view.own


def as_csv(view: YearView) -> str:
    """The year as the file that ``calendar import`` reads: every announced day."""
    shown = view.staged_calendar
    rules = filter(None, (shown.rule(cell.day) for cell in _cells(view)))
    lines = [f"{rule.date.isoformat()},{rule.kind},{rule.name}" for rule in rules]
    return "\r\n".join(["date,kind,name", *lines]) + "\r\n"
