"""What happened to a letter, as staff read it: the one home of the timeline's words.

What each event is called is the domain's (``STAFF_WORDS``); here its facts become a second line in plain Chinese.
An event that nobody here can read still has a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from letterbox.domain.events.event import Event
from letterbox.domain.events.words import STAFF_WORDS
from letterbox.domain.vocabulary import EventName, Role
from letterbox.domain.words import label
from webapp.shared.timeline.fact_words import Names
from webapp.shared.timeline.letter_words import parts


class Happened(Protocol):
    """An event of a letter's record; ``event`` is None where it cannot be read."""

    @property
    def name(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by_kind(self) -> str: ...
    @property
    def by_name(self) -> str: ...
    @property
    def by_role(self) -> str | None: ...
    @property
    def by_unit(self) -> str | None: ...
    @property
    def data(self) -> dict[str, Any]: ...
    @property
    def event(self) -> Event | None: ...


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of the timeline. ``is_machine``: nobody's doing, to be shown quietly."""

    name: str
    at: datetime
    words: str
    by: str
    note: str
    is_machine: bool


def line_of(event: Happened, names: Names) -> EventLine:
    """``names``: units' names by code."""
    return EventLine(
        name=event.name,
        at=event.at,
        words=words_of(event.name),
        by=_by(event, names),
        note=note_of(event, names),
        is_machine=event.by_kind == "worker",
    )


def words_of(name: str) -> str:
    return STAFF_WORDS[EventName(name)] if name in set(EventName) else name


def note_of(happened: Happened, names: Names) -> str:
    """The event's facts as a second line; empty if there is nothing to add."""
    event = happened.event
    said = [part for part in (_free_text(happened.data) if event is None else parts(event, names)) if part]
    return "；".join([*(part.rstrip("。；") for part in said[:-1]), *said[-1:]])


def _by(event: Happened, names: Names) -> str:
    if event.by_kind == "worker":
        return "系统"
    where = names.get(event.by_unit or "", "")
    role = label(event.by_role, "Role") if event.by_role in set(Role) else ""
    office = " ".join(part for part in (where, role) if part)
    return f"{event.by_name}（{office}）" if office else event.by_name


def _free_text(stored: Mapping[str, Any]) -> list[str]:
    """The words that people gave, of an event that cannot be read."""
    kinds = ("note", "instruction", "comment", "reason", "question", "body", "message", "request", "feedback")
    return [str(stored[kind]) for kind in kinds if stored.get(kind)]
