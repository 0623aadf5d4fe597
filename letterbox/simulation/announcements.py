"""Years nobody has announced yet: in the course of the period their calendars come out and are published.

The days are invented, in the usual pattern of a State Council notice: seven holidays, some Sundays worked for them.
"""

from __future__ import annotations

import datetime as dt

from letterbox.domain.limits.calendar import DayKind, DayRule, WorkCalendar

REACH = dt.timedelta(days=50)
"""How far beyond the period its limits reach: thirty working days."""
HOLIDAYS = (
    ("元旦", 1, 1, 3),
    ("春节", 2, 6, 8),
    ("清明节", 4, 3, 3),
    ("劳动节", 5, 1, 5),
    ("端午节", 6, 9, 3),
    ("国庆节", 10, 1, 8),
)
"""Name, month, first day, length."""


def unannounced(first: dt.date, last: dt.date, calendar: WorkCalendar) -> list[int]:
    """Years that the period or its limits reach into and that are not announced."""
    return [year for year in range(first.year, (last + REACH).year + 1) if not calendar.is_announced(year)]


def published_on(first: dt.date, last: dt.date) -> dt.date:
    """Two fifths into the period, when many limits run."""
    return first + (last - first) * 2 // 5


def days_of(year: int) -> list[DayRule]:
    rules: list[DayRule] = []
    for name, month, day, length in HOLIDAYS:
        start = dt.date(year, month, day)
        span = [start + dt.timedelta(days=index) for index in range(length)]
        rules += [DayRule(each, DayKind.OFF, name) for each in span]
        if length > 3:
            rules.append(DayRule(_sunday_before(start), DayKind.WORK, name))
    return rules


def _sunday_before(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.isoweekday() % 7 or 7)
