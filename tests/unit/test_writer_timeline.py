"""The timeline that a letter's writer sees."""

from __future__ import annotations

from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.events.codec import encode
from letterbox.domain.events.event import Event
from letterbox.domain.events.limits import LetterClosed
from letterbox.domain.events.receipt import LetterEvaluated, LetterReceived, LetterWithdrawn
from letterbox.domain.events.reply import ReplyDelivered
from letterbox.domain.events.screening import (
    CategoryChangeAsked,
    CategoryChangeRefused,
    LetterDeclined,
    LetterRecategorised,
)
from letterbox.domain.vocabulary import Category, Channel, Ground
from letterbox.services.writers.own_letter import timeline
from letterbox.store.letters import LetterEvent
from letterbox.store.unit_names import UnitNames

NAMES = UnitNames({"housing": "县住建局"}, [])
AT = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE_ZONE)


def row(event: Event) -> LetterEvent:
    return LetterEvent(name=event.stored_name(), at=AT, data=encode(event))


RECEIVED = row(LetterReceived(channel=Channel.PORTAL, channel_reference=None))


@pytest.mark.parametrize(
    ("happened", "outcome", "last"),
    [
        (LetterWithdrawn(reason=None), "withdrawn", "您撤回了来信"),
        (
            LetterDeclined(outcome="decline", ground=Ground.SALES_OR_PRIVATE, reason="广告", reference=None),
            "declined",
            "来信不予受理",
        ),
        (LetterEvaluated(satisfied=True, solved=True, comment=None), "evaluated", "来信已办结"),
        (ReplyDelivered(round=1, unit="housing"), "not_evaluated", "来信已办结"),
    ],
)
def test_only_a_settled_letter_is_called_settled(happened: Event, outcome: str, last: str) -> None:
    events = [RECEIVED, row(happened), row(LetterClosed(outcome=outcome))]
    assert timeline(events, NAMES)[-1].words == last


def asked() -> LetterEvent:
    """A row of its own each time."""
    return row(
        CategoryChangeAsked(category=Category.COMPLAINT, accused_unit=None, accused_stated=False, reason="不是检举")
    )


def changed(category: Category, agreed_by: str | None = None) -> LetterEvent:
    return row(
        LetterRecategorised(
            category=category, before=None, accused_unit=None, accused_stated=False, reason="r", agreed_by=agreed_by
        )
    )


@pytest.mark.parametrize(
    ("events", "times"),
    [
        ([asked(), asked()], 1),
        ([asked(), row(CategoryChangeRefused(by="writer", reason=None)), asked()], 2),
        ([asked(), changed(Category.COMPLAINT, "office"), asked()], 2),
        ([asked(), changed(Category.REPORT), asked()], 1),
    ],
)
def test_a_question_that_was_put_otherwise_before_its_answer_stands_once(events: list[LetterEvent], times: int) -> None:
    """The screener's wish and another one soon after: two entries with the same words, one of them void."""
    words = [each.words for each in timeline([RECEIVED, *events], NAMES)]
    assert words.count("我们征求您对来信类别的意见") == times
