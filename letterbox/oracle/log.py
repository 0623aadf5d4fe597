"""The exported log: what the machine interface told of each letter, and what people and writers were shown.

One JSON object (docs/reference/simulation-log.md says it field by field). Unknown fields are ignored, so that a newer
product can still be judged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from letterbox.oracle.days import Almanac, Days

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    at: dt.datetime
    by: str
    by_role: str | None
    by_unit: str | None
    data: Json


@dataclass(frozen=True, slots=True)
class Limit:
    kind: str
    unit: str | None
    started_at: dt.datetime
    due_at: dt.datetime
    ended_at: dt.datetime | None
    voided_at: dt.datetime | None
    provisional: bool
    in_time: bool | None
    days: Sequence[Json]

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.voided_at is None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One delivery of a notice. ``groups``: what the person is (``role`` or ``role@unit``); none for the writer."""

    channel: str
    status: str
    is_writer: bool
    groups: frozenset[str]
    words: str


@dataclass(frozen=True, slots=True)
class Notice:
    text: str
    at: dt.datetime
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody was shown of the letter, by ``what`` door; ``shown`` None: refused as if it did not exist."""

    role: str
    unit: str | None
    what: str
    shown: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    number: str
    record: Json
    events: tuple[Event, ...]
    limits: tuple[Limit, ...]
    notices: tuple[Notice, ...]
    seen: tuple[Seen, ...]
    tracking: Json | None
    tasks: tuple[str, ...]
    writer: Json
    """Name, phone and e-mail as the writer himself gave them."""

    def all(self, *names: str) -> list[Event]:
        return [event for event in self.events if event.name in names]

    def last_of(self, *names: str) -> str | None:
        """Which of these events came last; None if none did."""
        return next((event.name for event in reversed(self.events) if event.name in names), None)

    def first(self, *names: str) -> Event | None:
        return next((event for event in self.events if event.name in names), None)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody wanted to do to a letter and was refused; ``refused`` says how."""

    letter: str
    what: str
    at: dt.datetime
    refused: str


@dataclass(frozen=True, slots=True)
class Log:
    """``sent``: the numbers that writers were given; ``figures``: the product's own counts by unit."""

    exported_at: dt.datetime
    almanac: Almanac
    letters: tuple[Letter, ...]
    sent: tuple[str, ...]
    figures: Json | None
    attempts: tuple[Attempt, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    """Code → kind."""


def read(document: Json) -> Log:
    """Raises KeyError or ValueError for what is no exported log."""
    return Log(
        exported_at=instant(document["exported_at"]),
        almanac=_almanac(document["calendar"]),
        letters=tuple(_letter(each) for each in document["letters"]),
        sent=tuple(document.get("sent") or ()),
        figures=document.get("figures"),
        attempts=tuple(
            Attempt(letter=each["letter"], what=each["what"], at=instant(each["at"]), refused=each["refused"])
            for each in document.get("attempts") or ()
        ),
        units={unit["code"]: unit["kind"] for unit in document.get("units") or ()},
    )


def instant(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"an instant needs an offset: {text}")
    return found


def _maybe(text: str | None) -> dt.datetime | None:
    return instant(text) if text else None


def _almanac(editions: Sequence[Json]) -> Almanac:
    return Almanac(tuple((instant(each["since"]), _days(each)) for each in editions))


def _days(edition: Json) -> Days:
    words = {dt.date.fromisoformat(day["date"]): day["kind"] == "work" for day in edition["days"]}
    return Days(words, frozenset(edition["years"]))


def _letter(row: Json) -> Letter:
    record = row["record"]
    return Letter(
        number=record["number"],
        record=record,
        events=tuple(_event(each) for each in record["events"]),
        limits=tuple(_limit(each) for each in row["limits"]),
        notices=tuple(_notice(each) for each in row.get("notices") or ()),
        seen=tuple(
            Seen(role=e["role"], unit=e.get("unit"), what=e["what"], shown=e["shown"]) for e in row.get("seen") or ()
        ),
        tracking=row.get("tracking"),
        tasks=tuple(row.get("tasks") or ()),
        writer=row.get("writer") or {},
    )


def _event(row: Json) -> Event:
    return Event(
        name=row["name"],
        at=instant(row["at"]),
        by=row.get("by") or "",
        by_role=row.get("by_role"),
        by_unit=row.get("by_unit"),
        data=row.get("data") or {},
    )


def _limit(row: Json) -> Limit:
    return Limit(
        kind=row["kind"],
        unit=row.get("unit"),
        started_at=instant(row["started_at"]),
        due_at=instant(row["due_at"]),
        ended_at=_maybe(row.get("ended_at")),
        voided_at=_maybe(row.get("voided_at")),
        provisional=bool(row.get("provisional")),
        in_time=row.get("in_time"),
        days=row.get("days") or (),
    )


def _notice(row: Json) -> Notice:
    recipients = tuple(
        Recipient(
            channel=e["channel"],
            status=e["status"],
            is_writer=bool(e["is_writer"]),
            groups=frozenset(e.get("groups") or ()),
            words=e.get("words") or "",
        )
        for e in row["told"]
    )
    return Notice(row["text"], instant(row["at"]), recipients)
