"""Working days, counted one by one (regime, "D Deadlines"): slow, plain and independent of the product's calendar.

An office day is a date at +08:00; the county has had no other offset since 1991.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

OFFICE = dt.timezone(dt.timedelta(hours=8))
CLOSES = dt.time(17, 30)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """An end and whether some day on the way to it was only guessed."""

    at: dt.datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """The calendar as it stood at one moment: ``words`` are announced days (True: worked), ``announced`` the years."""

    words: Mapping[dt.date, bool]
    announced: frozenset[int]

    def is_worked(self, day: dt.date) -> bool:
        if day in self.words:
            return self.words[day]
        return day.isoweekday() not in (6, 7)

    def is_guessed(self, day: dt.date) -> bool:
        return day.year not in self.announced

    def after(self, day: dt.date, count: int) -> tuple[dt.date, bool]:
        """The ``count``-th worked day after ``day``, and whether a day on the way was guessed."""
        guessed = False
        while count > 0:
            day = day + DAY
            guessed = guessed or self.is_guessed(day)
            if self.is_worked(day):
                count = count - 1
        return day, guessed

    def before(self, day: dt.date, count: int) -> dt.date:
        while count > 0:
            day = day - DAY
            if self.is_worked(day):
                count = count - 1
        return day

    def worked_days_from(self, day: dt.date, offset: int) -> dt.date:
        """``offset`` worked days from ``day``, before it if negative, ``day`` itself if nought."""
        return self.after(day, offset)[0] if offset > 0 else self.before(day, -offset)

    def worked_between(self, start: dt.date, end: dt.date) -> int:
        """Worked days after ``start``, up to and including ``end``."""
        count, day = 0, start
        while day < end:
            day = day + DAY
            if self.is_worked(day):
                count = count + 1
        return count

    def any_guessed(self, start: dt.date, end: dt.date) -> bool:
        day, guessed = start, False
        while day < end:
            day = day + DAY
            guessed = guessed or self.is_guessed(day)
        return guessed

    def due_after(self, start: dt.datetime, count: int) -> Due:
        day, guessed = self.after(office_date(start), count)
        return Due(closing(day), guessed)

    def due_calendar(self, start: dt.datetime, count: int) -> Due:
        """Calendar days; an end on a day off moves to the next worked day."""
        day = office_date(start) + count * DAY
        while not self.is_worked(day):
            day = day + DAY
        return Due(closing(day), self.is_guessed(day))

    def due_on(self, start: dt.datetime, day: dt.date) -> Due:
        return Due(closing(day), self.any_guessed(office_date(start), day))


@dataclass(frozen=True, slots=True)
class Almanac:
    """The calendar through time: what was announced from which instant on, earliest first."""

    editions: tuple[tuple[dt.datetime, Days], ...]

    def at(self, instant: dt.datetime) -> Days:
        """What was known at ``instant``; before the first edition, the first."""
        known = self.editions[0][1]
        for since, days in self.editions:
            if since <= instant:
                known = days
        return known

    def changes(self) -> Iterable[dt.datetime]:
        """When a later edition came out."""
        return (since for since, _ in self.editions[1:])


def office_date(instant: dt.datetime) -> dt.date:
    return instant.astimezone(OFFICE).date()


def closing(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, CLOSES, OFFICE)


def at_time(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, OFFICE)
