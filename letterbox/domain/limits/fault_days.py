"""Working days in which a technical fault held a letter: nobody's, so they are added to its limits [ours].

As with a supplement's pause whole days count: every working day that the fault touched, from its first to its last, as far
as the limit ran by then. Two faults on one day are one day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.limits.calendar import ONE_DAY, WorkCalendar
from letterbox.domain.limits.time_limits import closing_instant, office_day


@dataclass(frozen=True, slots=True)
class Span:
    """Both instants aware; ``until``: now, while the fault lasts."""

    began_at: dt.datetime
    until: dt.datetime


def touched(spans: Iterable[Span], started_at: dt.datetime, calendar: WorkCalendar) -> frozenset[dt.date]:
    """The working days to add to a limit that started then; its own first day never counts."""
    found: set[dt.date] = set()
    for span in spans:
        day = max(office_day(span.began_at), office_day(started_at) + ONE_DAY)
        while day <= office_day(span.until):
            if calendar.is_working(day):
                found.add(day)
            day += ONE_DAY
    return frozenset(found)


def later(due_at: dt.datetime, days: int, calendar: WorkCalendar) -> tuple[dt.datetime, bool]:
    """The due so many working days later, at the same time of day, and whether a day on the way is only guessed."""
    before = office_day(due_at)
    day = calendar.shift(before, days)
    return closing_instant(day, due_at.astimezone(OFFICE_ZONE).time()), calendar.trace(before, day).provisional
