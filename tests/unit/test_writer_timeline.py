"""The timeline that a letter's writer sees."""

from __future__ import annotations

from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.vocabulary import EventName
from letterbox.services.writers.own_letter import timeline
from letterbox.store.letters import LetterEvent
from letterbox.store.unit_names import UnitNames

NAMES = UnitNames({"housing": "县住建局"}, [])
AT = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE_ZONE)


def event(name: EventName, **data: str) -> LetterEvent:
    return LetterEvent(name=name, at=AT, data=data)


@pytest.mark.parametrize(
    ("happened", "outcome", "last"),
    [
        (EventName.LETTER_WITHDRAWN, "withdrawn", "您撤回了来信"),
        (EventName.LETTER_DECLINED, "declined", "来信不予受理"),
        (EventName.LETTER_EVALUATED, "evaluated", "来信已办结"),
        (EventName.REPLY_DELIVERED, "not_evaluated", "来信已办结"),
    ],
)
def test_only_a_settled_letter_is_called_settled(happened: EventName, outcome: str, last: str) -> None:
    events = [event(EventName.LETTER_RECEIVED), event(happened), event(EventName.LETTER_CLOSED, outcome=outcome)]
    assert timeline(events, NAMES)[-1].words == last


ASKED, REFUSED, CHANGED = (
    EventName.CATEGORY_CHANGE_ASKED,
    EventName.CATEGORY_CHANGE_REFUSED,
    EventName.LETTER_RECATEGORISED,
)


@pytest.mark.parametrize(
    ("events", "times"),
    [
        ([event(ASKED), event(ASKED)], 1),
        ([event(ASKED), event(REFUSED, by="writer"), event(ASKED)], 2),
        ([event(ASKED), event(CHANGED, agreed_by="office"), event(ASKED)], 2),
        ([event(ASKED), event(CHANGED, category="report"), event(ASKED)], 1),
    ],
)
def test_a_question_that_was_put_otherwise_before_its_answer_stands_once(events: list[LetterEvent], times: int) -> None:
    """The screener's wish and another one soon after: two entries with the same words, one of them void."""
    words = [each.words for each in timeline([event(EventName.LETTER_RECEIVED), *events], NAMES)]
    assert words.count("我们征求您对来信类别的意见") == times
