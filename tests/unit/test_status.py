"""A letter's status follows from its events."""

from __future__ import annotations

from itertools import product

import pytest

from letterbox.domain.events.reply import RehandlingDecided
from letterbox.domain.status import project
from letterbox.domain.vocabulary import FINAL_STATUSES, EventName, LetterStatus

HANDLED = [
    "LetterReceived",
    "LetterScreened",
    "LetterAssigned",
    "LetterDispatched",
    "LetterRegistered",
    "ReplySubmitted",
]


def after(*events: str) -> list[str]:
    """The status after each event."""
    seen: list[LetterStatus] = []
    for event in events:
        seen.append(project(seen[-1] if seen else None, event))
    return [str(status) for status in seen]


@pytest.mark.parametrize(
    ("events", "statuses"),
    [
        (HANDLED, ["received", "screened", "assigned", "handling", "handling", "in_review"]),
        ([*HANDLED, "ReviewPassed", "ReplyDelivered", "LetterPublished", "LetterEvaluated", "LetterClosed"],
         ["in_review", "answered", "answered", "answered", "closed"]),
        ([*HANDLED, "ReviewFailed", "ReplyDrafted", "ReplySubmitted"], ["in_redo", "in_redo", "in_review"]),
        (["LetterReceived", "LetterDeclined", "LetterClosed"], ["received", "declined", "declined"]),
        (["LetterReceived", "LetterJoined", "LetterReleased", "LetterScreened"], ["received", "joined", "received", "screened"]),
        (["LetterReceived", "LetterJoined", "ReplyDelivered", "LetterClosed"], ["received", "joined", "answered", "closed"]),
        (["LetterReceived", "SupplementRequested", "WriterSupplied"], ["received", "awaiting_supplement", "received"]),
        (["LetterReceived", "SupplementRequested", "SupplementLapsed"], ["received", "awaiting_supplement", "received"]),
        ([*HANDLED[:4], "LetterReturned", "ReturnDismissed"], ["returned", "handling"]),
        ([*HANDLED[:4], "LetterReturned", "ReturnUpheld", "LetterAssigned", "LetterDispatched"],
         ["returned", "screened", "assigned", "handling"]),
        ([*HANDLED[:4], "LetterReturned", "LetterRegistered"], ["returned", "returned"]),
        ([*HANDLED, "LetterRecalled"], ["screened"]),
        ([*HANDLED[:4], "LetterWithdrawn", "LetterClosed"], ["withdrawn", "withdrawn"]),
        ([*HANDLED, "LetterDispatched"], ["in_review"]),
        ([*HANDLED[:5], "WriterSupplied", "ExtensionRequested", "LetterRecategorised"], ["handling"] * 3),
    ],
)  # fmt: skip
def test_the_usual_ways_of_a_letter(events: list[str], statuses: list[str]) -> None:
    assert after(*events)[-len(statuses) :] == statuses


def decided(outcome: str) -> RehandlingDecided:
    return RehandlingDecided(outcome=outcome, reason="再核实一次")


def test_a_rehandling_goes_round_once_more_only_if_it_was_so_decided() -> None:
    assert project("answered", "RehandlingDecided", decided("rehandle")) is LetterStatus.REHANDLING
    assert project("answered", "RehandlingDecided", decided("close")) is LetterStatus.ANSWERED
    assert project("answered", "RehandlingDecided") is LetterStatus.ANSWERED
    assert project("rehandling", "LetterDispatched") is LetterStatus.HANDLING


def test_an_event_nobody_here_knows_changes_nothing() -> None:
    assert [project(status, "SomethingNew") for status in LetterStatus] == list(LetterStatus)


def test_every_event_has_an_answer_in_every_status_and_an_ended_letter_stays_ended() -> None:
    for status, event in product(LetterStatus, EventName):
        found = project(status, event, decided("rehandle"))
        assert isinstance(found, LetterStatus)
        assert status not in FINAL_STATUSES or found is status
