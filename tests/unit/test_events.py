"""Events have a name for everyone who reads them."""

from __future__ import annotations

from datetime import UTC, datetime

from letterbox.domain.events import STAFF_WORDS, WRITER_WORDS, Event
from letterbox.domain.vocabulary import EventName


def test_every_event_has_words_for_staff_and_the_writer_sees_a_part_of_them() -> None:
    assert set(STAFF_WORDS) == set(EventName)
    inside = {
        EventName.LETTER_SUBMITTED_TO_DEPUTY,
        EventName.HANDLER_INSTRUCTED,
        EventName.REVIEW_FAILED,
        EventName.LETTER_RETURNED,
    }
    assert not inside & set(WRITER_WORDS)


def test_the_record_gives_instants_with_an_offset() -> None:
    event = Event(EventName.LETTER_ASSIGNED, datetime(2026, 11, 23, 1, tzinfo=UTC), "张三", {"lead_unit": "transport"})
    assert event.as_record() == {
        "name": "LetterAssigned",
        "at": "2026-11-23T09:00:00+08:00",
        "by": "张三",
        "data": {"lead_unit": "transport"},
    }
