"""The limits a letter should have had, kept like an office ledger: opened, moved, ended or struck out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from letterbox.oracle.days import DAY, Almanac, Days, Due, closing, office_date
from letterbox.oracle.tables import CALENDAR, CO, CONSULTATION_REPLY, EXTENSION_CAP, LENGTHS, SET

ENDED, VOIDED, EITHER = "ended", "voided", "either"


@dataclass(frozen=True, slots=True)
class Segment:
    """From ``since`` on, this due."""

    since: dt.datetime
    due: Due


@dataclass
class Entry:
    """One limit. ``set_on``: the date a person set, or an extension's; ``added``: working days of pauses (A2).

    ``sure`` False: the regime leaves open whether there is such a limit; it may be there, and is then checked.
    """

    kind: str
    unit: str | None
    started_at: dt.datetime
    category: str | None = None
    set_on: dt.date | None = None
    added: int = 0
    key: object = None
    sure: bool = True
    segments: list[Segment] = field(default_factory=list)
    closed_at: dt.datetime | None = None
    how: str | None = None
    fault_days: set[dt.date] = field(default_factory=set)
    """Worked days that technical faults touched, since ``fault_days_since`` (an extension's grant) or the start."""
    fault_days_since: dt.datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def ran_at(self, instant: dt.datetime) -> bool:
        return self.started_at <= instant and (self.closed_at is None or instant <= self.closed_at)

    @property
    def due(self) -> Due:
        return self.segments[-1].due

    def due_at(self, instant: dt.datetime) -> Due:
        """What the due was at ``instant``."""
        known = self.segments[0]
        for segment in self.segments:
            if segment.since <= instant:
                known = segment
        return known.due


class Book:
    """The ledger of one letter."""

    def __init__(self, almanac: Almanac) -> None:
        self.almanac = almanac
        self.entries: list[Entry] = []

    def open(
        self,
        kind: str,
        at: dt.datetime,
        *,
        unit: str | None = None,
        category: str | None = None,
        set_on: dt.date | None = None,
        key: object = None,
        sure: bool = True,
    ) -> Entry:
        entry = Entry(kind=kind, unit=unit, started_at=at, category=category, set_on=set_on, key=key, sure=sure)
        self.entries.append(entry)
        self.reckon(entry, at)
        return entry

    def running(self, *kinds: str, unit: str | None = None, key: object = None) -> list[Entry]:
        """Open entries of these kinds (all, if none), of this unit and key if given."""
        return [
            entry
            for entry in self.entries
            if entry.is_open
            and (not kinds or entry.kind in kinds)
            and (unit is None or entry.unit == unit)
            and (key is None or entry.key is None or entry.key == key)
        ]

    def close(self, entries: Iterable[Entry], at: dt.datetime, how: str) -> None:
        for entry in list(entries):
            entry.closed_at, entry.how = at, how

    def reckon(self, entry: Entry, at: dt.datetime) -> None:
        """Compute the due again as of ``at``, always from the start of the limit."""
        due = self._due(entry, self.almanac.at(at))
        if not entry.segments or entry.due != due:
            entry.segments.append(Segment(at, due))

    def reckon_all(self, at: dt.datetime) -> None:
        """The lead's reply first: a co-handler's due depends on it."""
        for entry in sorted(self.running(), key=lambda each: each.kind == "co_opinion"):
            self.reckon(entry, at)

    def add_fault_days(self, began: dt.datetime, until: dt.datetime, entry: Entry) -> None:
        """A technical fault touched the days from ``began`` to ``until``: they are nobody's. Late before it stays late."""
        if entry.due.at < began and not entry.fault_days:
            return
        days = self.almanac.at(until)
        day = max(office_date(began), office_date(entry.fault_days_since or entry.started_at) + DAY)
        while day <= office_date(until):
            if days.is_worked(day):
                entry.fault_days.add(day)
            day = day + DAY
        self.reckon(entry, until)

    def _due(self, entry: Entry, days: Days) -> Due:
        """A co-handler's follows the lead's, which is later already."""
        due = self._own_due(entry, days)
        if not entry.fault_days or entry.kind == "co_opinion":
            return due
        day, guessed = days.after(office_date(due.at), len(entry.fault_days))
        return Due(closing(day), due.provisional or guessed)

    def _own_due(self, entry: Entry, days: Days) -> Due:
        how, count = LENGTHS[entry.kind]
        if entry.kind == "reply":
            return self._reply_due(entry, days)
        if entry.set_on is not None:
            return Due(closing(entry.set_on))
        if how == CALENDAR:
            return days.due_calendar(entry.started_at, count)
        if how == CO:
            return self._opinion_due(entry, days)
        if how == SET:
            raise ValueError(f"{entry.kind} needs a date that somebody set")
        return days.due_after(entry.started_at, count + entry.added)

    def _reply_due(self, entry: Entry, days: Days) -> Due:
        """H5, H6; after an extension its date, never after the 30th working day from the start (H7)."""
        if entry.set_on is None:
            count = CONSULTATION_REPLY if entry.category == "consultation" else LENGTHS["reply"][1]
            return days.due_after(entry.started_at, count)
        cap, _guessed = days.after(office_date(entry.started_at), EXTENSION_CAP)
        return days.due_on(entry.started_at, min(entry.set_on, cap))

    def _opinion_due(self, entry: Entry, days: Days) -> Due:
        """H10: the lead's due (the redo's in a redo) less 1 working day, at least 1 from its own dispatch, never after it."""
        leads = self.running("reply", "redo") or [each for each in self.entries if each.kind == "reply"][-1:]
        if not leads:
            return days.due_after(entry.started_at, 1)
        lead_day = office_date(leads[-1].due.at)
        start = office_date(entry.started_at)
        day = min(lead_day, max(days.worked_days_from(lead_day, -1), days.worked_days_from(start, 1)))
        return Due(closing(day), days.any_guessed(start, lead_day))
