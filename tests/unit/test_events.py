"""Events have a name for everyone who reads them."""

from __future__ import annotations

from letterbox.domain.events.words import STAFF_WORDS, WRITER_WORDS
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
