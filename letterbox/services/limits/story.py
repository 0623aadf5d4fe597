"""Explains why a limit ends when it does: its rule, its start, what was added, what moved it, and every day between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from letterbox.domain.errors import NotFound
from letterbox.domain.events.codec import AnEvent
from letterbox.domain.events.handling import ExtensionGranted
from letterbox.domain.events.limits import LimitMoved
from letterbox.domain.limits.calendar import CountedDay
from letterbox.domain.limits.starts import STARTS
from letterbox.domain.limits.time_limits import (
    EXTENSION_CAP,
    LengthUnit,
    Pause,
    extension_cap,
    limit_rule,
    office_day,
    paired_pauses,
)
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import LEADS, EventName, LimitKind
from letterbox.services.records.records import Records
from letterbox.services.records.views import LetterRecord, LimitView
from letterbox.services.rules.rulebook import TIME_LIMITS, Rulebook


@dataclass(frozen=True, slots=True)
class Extension:
    """H7: the granted date, when it was granted, and the last day it could have been."""

    granted_on: date
    granted_at: datetime
    cap_on: date


@dataclass(frozen=True, slots=True)
class Moved:
    """One move of this limit's due. ``because`` is a MoveCause."""

    at: datetime
    old: datetime
    new: datetime
    because: str


@dataclass(frozen=True, slots=True)
class StoryDay:
    """A day of a limit. ``number``: which counted day it is, None if it does not count. ``is_paused``: the writer was
    asked on that day, so it was added to the limit's length."""

    day: CountedDay
    number: int | None
    is_paused: bool


@dataclass(frozen=True, slots=True)
class LimitStory:
    """``rule_text``: the table's own words, empty if the row is no longer there; ``lead_due_at``: the lead's reply due,
    for a co-handler; ``guessed_years``: years on the way whose calendar nobody has announced."""

    letter: LetterRecord
    limit: LimitView
    start: EventName
    rule_text: str
    pauses: tuple[Pause, ...]
    extension: Extension | None
    lead_due_at: datetime | None
    moved: tuple[Moved, ...]
    guessed_years: tuple[int, ...]
    days: tuple[StoryDay, ...]

    @property
    def is_set_by_a_person(self) -> bool:
        return self.limit.length_unit == LengthUnit.SET_DATE

    @property
    def is_recounted(self) -> bool:
        """Whether the days of an ended limit no longer add up, because the calendar was corrected after it ended; its
        date stayed."""
        if self.limit.length_unit != LengthUnit.WORKING_DAYS or self.lead_due_at is not None:
            return False
        return (
            sum(each.day.counts for each in self.days)
            != self.limit.length + self.limit.paused_days + self.limit.fault_days
        )


class LimitStories:
    """Explains limits of letters that the reader may see."""

    def __init__(self, records: Records, rulebook: Rulebook) -> None:
        self._records = records
        self._rulebook = rulebook

    def of(self, number: str, limit_id: int, actor: Actor) -> LimitStory:
        """The explanation of one limit. Raises NotFound if the reader may not see the letter, or the limit is another
        letter's."""
        letter = self._records.open(number, actor)
        limit = next((each for each in letter.limits if each.id == limit_id), None)
        if limit is None:
            raise NotFound("这封来信没有这个时限")
        kind, calendar = LimitKind(limit.kind), self._rulebook.calendar()
        pauses = _pauses(letter, limit) if kind is LimitKind.SCREENING else ()
        years = {each.date.year for each in limit.days} if limit.provisional else set()
        return LimitStory(
            letter=letter,
            limit=limit,
            start=_start(letter, limit),
            rule_text=self._rule_text(limit.rule_id),
            pauses=pauses,
            extension=self._extension(letter, limit) if kind is LimitKind.REPLY else None,
            lead_due_at=_lead_due(letter, limit) if kind is LimitKind.CO_OPINION else None,
            moved=tuple(_moves(letter, limit)),
            days=_days(limit, pauses),
            guessed_years=tuple(sorted(year for year in years if not calendar.is_announced(year))),
        )

    def _rule_text(self, rule_id: str) -> str:
        found = (rule for rule in self._rulebook.table(TIME_LIMITS).rules if rule.id == rule_id)
        return next((rule.annotation for rule in found), "")

    def _extension(self, letter: LetterRecord, limit: LimitView) -> Extension | None:
        granted = _since(letter, limit, ExtensionGranted)
        if not granted:
            return None
        cap = limit_rule(self._rulebook.table(TIME_LIMITS), EXTENSION_CAP)
        last = extension_cap(limit.started_at, cap, self._rulebook.calendar()).due_on
        return Extension(granted[-1][1].due_on, granted[-1][0], last)


def _since(letter: LetterRecord, limit: LimitView, kind: type[AnEvent]) -> list[tuple[datetime, AnEvent]]:
    """Events of this kind while the limit ran, each with its instant."""
    until = limit.ended_at or limit.voided_at
    return [
        (each.at, event)
        for each in letter.events
        if each.at >= limit.started_at and (until is None or each.at <= until)
        if isinstance(event := each.event, kind)
    ]


def _start(letter: LetterRecord, limit: LimitView) -> EventName:
    """What happened at the limit's start."""
    usual = STARTS[LimitKind(limit.kind)]
    there = {event.name for event in letter.events if event.at == limit.started_at}
    return next((name for name in usual if name in there), usual[0])


def _pauses(letter: LetterRecord, screening: LimitView) -> tuple[Pause, ...]:
    """The spans since this screening began in which the writer was asked."""
    supplements = [each for each in letter.limits if each.kind == LimitKind.SUPPLEMENT]
    waiting = [each.due_at for each in supplements if each.is_open]
    events = ((event.name, event.at) for event in letter.events if event.at >= screening.started_at)
    return tuple(paired_pauses(events, waiting[-1] if waiting else None))


def _lead_due(letter: LetterRecord, limit: LimitView) -> datetime | None:
    """The lead's due instant when the opinion was asked: the earliest of the lead's limits that ran then."""
    leads = [
        each.due_at
        for each in letter.limits
        if each.kind in LEADS and each.started_at <= limit.started_at <= (each.ended_at or limit.started_at)
    ]
    return min(leads, default=None)


def _moves(letter: LetterRecord, limit: LimitView) -> list[Moved]:
    return [
        Moved(at=at, old=moved.old, new=moved.new, because=moved.because)
        for at, moved in _since(letter, limit, LimitMoved)
        if (moved.limit, moved.unit) == (limit.kind, limit.unit)
    ]


def _days(limit: LimitView, pauses: tuple[Pause, ...]) -> tuple[StoryDay, ...]:
    spans = [(office_day(pause.requested_at), office_day(pause.until)) for pause in pauses]
    lines, number = [], 0
    for day in limit.days:
        number += day.counts
        is_paused = day.counts and any(first < day.date <= last for first, last in spans)
        lines.append(StoryDay(day, number if day.counts else None, is_paused))
    return tuple(lines)
