"""When people of the simulation act: a handful of times a day, so that the clock need not stop at every minute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.limits.calendar import WorkCalendar

OFFICE = (
    dt.time(8, 35), dt.time(9, 25), dt.time(10, 40), dt.time(11, 45),
    dt.time(14, 35), dt.time(15, 40), dt.time(16, 45), dt.time(17, 29),
)  # fmt: skip
"""The last one is the last minute before the office closes."""
HOME = (dt.time(7, 40), dt.time(12, 40), dt.time(19, 35), dt.time(21, 10), dt.time(22, 40))
"""When writers write and read besides."""
LAST_MINUTE = OFFICE[-1]


class Hours:
    """Reckons by the product's own calendar, re-read at each question, since a year may be published meanwhile."""

    def __init__(self, calendar: Callable[[], WorkCalendar]) -> None:
        self._calendar = calendar

    def works(self, day: dt.date) -> bool:
        return self._calendar().is_working(day)

    def later(self, now: dt.datetime, slots: int) -> dt.datetime:
        """The ``slots``-th office slot after ``now``."""
        local = now.astimezone(OFFICE_ZONE)
        day = local.date()
        while True:
            if self.works(day):
                for time in OFFICE:
                    at = dt.datetime.combine(day, time, OFFICE_ZONE)
                    slots -= at > local
                    if slots <= 0 and at > local:
                        return at
            day += dt.timedelta(days=1)

    def last_minute(self, due_at: dt.datetime) -> dt.datetime:
        """Just before the office closes on the due day."""
        return dt.datetime.combine(due_at.astimezone(OFFICE_ZONE).date(), LAST_MINUTE, OFFICE_ZONE)

    def at_home(self, now: dt.datetime, days: float) -> dt.datetime:
        """The first time a writer sits down after ``days``."""
        return self.slot(now + dt.timedelta(days=days))

    def slot(self, instant: dt.datetime) -> dt.datetime:
        """The first slot of any kind at or after ``instant``."""
        local = instant.astimezone(OFFICE_ZONE)
        for day in (local.date(), local.date() + dt.timedelta(days=1)):
            times = sorted((*HOME, *OFFICE))
            for time in times:
                at = dt.datetime.combine(day, time, OFFICE_ZONE)
                if at >= local:
                    return at
        raise AssertionError("a day has slots")

    def working_day(self, start: dt.datetime, count: int) -> dt.date:
        """The ``count``-th working day after ``start``."""
        return self._calendar().shift(start.astimezone(OFFICE_ZONE).date(), count)
