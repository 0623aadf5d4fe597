"""Table D written a second time, the plodding way: every limit's last day by looking at one day after the other.

Shares no code with letterbox.domain: days are (year, month, day) dates in a plain set, lengths are typed in again from
the regime, not read from the decision table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import chinese_calendar

from tests.support.oracle.slow_calendar import slow_is_working

LENGTHS = {
    "screening": 2, "supplement": 5, "sign_for": 1, "return": 1, "return_ruling": 1, "extension_decision": 1,
    "review": 1, "redo": 2, "supervision": 3, "instruction": 5, "rehandling_decision": 2,
}  # fmt: skip
"""Working days of the kinds whose length does not depend on the letter."""
REPLY = {"consultation": 2, "complaint": 5, "opinion": 5, "suggestion": 5, "help": 5, "report": 5, "other": 5}
CAP, EVALUATION_DAYS, OPINION_DAYS = 30, 15, 1
ONE = dt.timedelta(days=1)


@dataclass
class SlowCalendar:
    """The library's years, plain weeks beyond, and the office's word on single days over both."""

    library: range
    office: Mapping[dt.date, bool] = field(default_factory=dict)
    """Day → whether it is worked."""
    office_years: frozenset[int] = frozenset()

    def works(self, day: dt.date) -> bool:
        return self.office[day] if day in self.office else slow_is_working(day, self.library)

    def guesses(self, day: dt.date) -> bool:
        return day.year not in self.library and day.year not in self.office_years


def after_working_days(start: dt.date, count: int, calendar: SlowCalendar) -> dt.date:
    day = start
    while count > 0:
        day = day + ONE
        if calendar.works(day):
            count = count - 1
    return day


def screening(start: dt.date, waits: Sequence[tuple[dt.date, dt.date]], calendar: SlowCalendar) -> dt.date:
    """Two working days, and one more for each working day of each wait: after the request's day, to the supplement's."""
    more = 0
    for asked, answered in waits:
        day = asked
        while day < answered:
            day = day + ONE
            more = more + (1 if calendar.works(day) else 0)
    return after_working_days(start, LENGTHS["screening"] + more, calendar)


def evaluation(start: dt.date, calendar: SlowCalendar) -> dt.date:
    day = start + EVALUATION_DAYS * ONE
    while not calendar.works(day):
        day = day + ONE
    return day


def extended(start: dt.date, granted: dt.date, calendar: SlowCalendar) -> dt.date:
    """The granted date, never after the thirtieth working day."""
    cap = after_working_days(start, CAP, calendar)
    return granted if granted <= cap else cap


def opinion(start: dt.date, lead: dt.date, calendar: SlowCalendar) -> dt.date:
    """One working day before the lead's, at least one after the dispatch, never after the lead's."""
    before = lead - ONE
    while not calendar.works(before):
        before = before - ONE
    least = after_working_days(start, OPINION_DAYS, calendar)
    wanted = least if least > before else before
    return lead if wanted > lead else wanted


def is_guessed(start: dt.date, last: dt.date, calendar: SlowCalendar) -> bool:
    """Whether any day after the start, up to the last, lies in a year that nobody has announced."""
    day = start
    while day < last:
        day = day + ONE
        if calendar.guesses(day):
            return True
    return False


def library_of() -> range:
    years = {day.year for day in chinese_calendar.constants.holidays}
    return range(min(years), max(years) + 1)
