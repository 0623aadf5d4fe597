"""How pressing an open limit is, in four steps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from letterbox.domain.dates import midnight
from letterbox.domain.limits.calendar import ONE_DAY, WorkCalendar
from letterbox.domain.limits.time_limits import office_day
from letterbox.domain.vocabulary import WINDOW_KINDS

SOON_WORKING_DAYS = 2


class Lateness(StrEnum):
    """Each open limit is in exactly one; windows that only close (``WINDOW_KINDS``) are in none once they have passed."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Borders:
    """Overdue before ``now``, due today before ``tomorrow``, soon before ``after_soon``, later from there on."""

    now: dt.datetime
    tomorrow: dt.datetime
    after_soon: dt.datetime

    def of(self, kind: str, due_at: dt.datetime) -> Lateness | None:
        """In time means at or before the due instant."""
        if due_at < self.now:
            return None if kind in WINDOW_KINDS else Lateness.OVERDUE
        if due_at < self.tomorrow:
            return Lateness.TODAY
        return Lateness.SOON if due_at < self.after_soon else Lateness.LATER


def borders(now: dt.datetime, calendar: WorkCalendar) -> Borders:
    """``now`` aware; soon reaches to the end of the second working day after today."""
    today = office_day(now)
    return Borders(now, midnight_after(today), midnight_after(calendar.shift(today, SOON_WORKING_DAYS)))


def midnight_after(day: dt.date) -> dt.datetime:
    """When ``day`` is over at the office."""
    return midnight(day + ONE_DAY)
