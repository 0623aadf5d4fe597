"""What is taken out of a letter's record for its reader: where another letter is named, and what was said while the
letter was an accusation.

An event that names another letter would lead from an accusation to who wrote it, or to the accusation (A5, A6). What
was said while a letter was an accusation is not for the unit that has it now that it is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.events.codec import keys_of
from letterbox.domain.events.event import Harmless
from letterbox.domain.permissions import SEES_ALL_LETTERS, Actor
from letterbox.domain.vocabulary import Category, EventName
from letterbox.services.case.findable import cleared_at
from letterbox.services.records.event_view import EventView
from letterbox.services.records.views import LetterRecord
from letterbox.services.visibility.rule import visible_to
from letterbox.store.letters import Letter

NAMES_ANOTHER = {
    EventName.LETTER_RECEIVED: "split_from",
    EventName.LETTER_SPLIT: "number",
    EventName.LETTER_JOINED: "joined_to",
    EventName.LETTER_RELEASED: "released_from",
    EventName.LETTER_DECLINED: "reference",
    EventName.REPLY_DELIVERED: "leading",
    EventName.PROMISE_REPORTED: "leading",
}
"""Event → the fact that holds another letter's number; title and reason go with it."""
WITH_IT = frozenset({"title", "reason"})
ASKED = frozenset({EventName.CATEGORY_CHANGE_ASKED, EventName.CATEGORY_CHANGE_REFUSED})
HARMLESS = frozenset(keys_of(Harmless))


def redacted(session: Session, record: LetterRecord, actor: Actor) -> LetterRecord:
    """The record without what this reader may not know."""
    events = _without_others(session, record, actor)
    if actor.has(*SEES_ALL_LETTERS):
        return replace(record, events=events)
    events = [event for event in events if event.name not in ASKED]
    cleared = cleared_at(record.category, record.events)
    if cleared is None:
        return replace(record, events=events)
    own = actor.units()
    return replace(
        record,
        events=list(_harmless(events, cleared)),
        replies=[each for each in record.replies if each.unit in own or each.drafted_at > cleared],
        contacts=[each for each in record.contacts if each.at > cleared],
        reviews=[each for each in record.reviews if each.reviewed_at > cleared],
        co_handlings=[each for each in record.co_handlings if each.unit in own],
    )


def _without_others(session: Session, record: LetterRecord, actor: Actor) -> list[EventView]:
    """The events; where another letter is named that the reader may not know of, its number, title and reason are taken
    out.

    An office may know of every letter that it may read. A unit may know of none if this or the other letter is an
    accusation.
    """
    named = {str(event.data.get(NAMES_ANOTHER[name])) for event in record.events if (name := _named(event)) is not None}
    if not named:
        return record.events
    query = select(Letter.number).where(Letter.number.in_(named))
    readable = query.where(visible_to(actor))
    if not actor.has(*SEES_ALL_LETTERS):
        readable = readable.where(Letter.category.is_distinct_from(Category.REPORT))
    reads_both = actor.has(*SEES_ALL_LETTERS) or record.category != Category.REPORT
    unreadable = set(session.scalars(query)) - (set(session.scalars(readable)) if reads_both else set())
    return [_alone(event) if _leads_to(event, unreadable) else event for event in record.events]


def _named(event: EventView) -> EventName | None:
    name = EventName(event.name) if event.name in set(EventName) else None
    return name if name in NAMES_ANOTHER and event.data.get(NAMES_ANOTHER[name]) else None


def _leads_to(event: EventView, letters: set[str]) -> bool:
    name = _named(event)
    return name is not None and str(event.data[NAMES_ANOTHER[name]]) in letters


def _alone(event: EventView) -> EventView:
    gone = WITH_IT | {NAMES_ANOTHER[EventName(event.name)]}
    if event.name == EventName.LETTER_DECLINED:
        gone -= WITH_IT
    return replace(event, data={key: value for key, value in event.data.items() if key not in gone})


def _harmless(events: Iterable[EventView], cleared: datetime) -> Iterable[EventView]:
    for event in events:
        if event.at > cleared:
            yield event
        elif event.name != EventName.LETTER_RECATEGORISED:
            yield replace(
                event, data={key: value for key, value in event.data.items() if key in HARMLESS}, is_harmless=True
            )
