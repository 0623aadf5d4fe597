"""Working days counted the plodding way, from the library's own answers: what the fast calendar is held to.

Shares no code with letterbox.domain.limits.calendar.
"""

from __future__ import annotations

import datetime as dt

import chinese_calendar


def slow_is_working(day: dt.date, announced: range) -> bool:
    """The library's word for its years, plain weeks beyond."""
    if day.year in announced:
        return bool(chinese_calendar.is_workday(day))
    return day.isoweekday() not in (6, 7)


def slow_due_on(start: dt.date, count: int, announced: range) -> tuple[dt.date, bool]:
    """The ``count``-th working day after ``start``, and whether any day on the way lies beyond ``announced``."""
    day, found, guessed = start, 0, False
    while found < count:
        day = day + dt.timedelta(days=1)
        guessed = guessed or day.year not in announced
        if slow_is_working(day, announced):
            found = found + 1
    return day, guessed


def slow_between(start: dt.date, end: dt.date, announced: range) -> int:
    """Working days after ``start``, up to and including ``end``, looked at one by one from behind."""
    found, day = 0, end
    while day > start:
        if slow_is_working(day, announced):
            found = found + 1
        day = day - dt.timedelta(days=1)
    return found
