"""May the events have happened in this order, and is the shown status theirs? (A, H, S: the letter's way.)"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from letterbox.oracle.days import OFFICE
from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.log import Event, Letter

BEGUN = ""
OVER = frozenset({"declined", "closed", "withdrawn"})
AT_WORK = frozenset({"handling", "in_redo"})
WITH_UNIT = AT_WORK | {"returned"}
WAITING = frozenset({"received", "awaiting_supplement", "screened", "assigned", "joined"}) | WITH_UNIT
UNANSWERED = WAITING | {"in_review", "rehandling"}

WAY: Mapping[str, tuple[frozenset[str], str | None]] = {
    "LetterReceived": (frozenset({BEGUN}), "received"),
    "LetterScreened": (frozenset({"received"}), "screened"),
    "LetterDeclined": (frozenset({"received"}), "declined"),
    "SupplementRequested": (frozenset({"received"}), "awaiting_supplement"),
    "WriterSupplied": (frozenset({"awaiting_supplement"}), "received"),
    "SupplementLapsed": (frozenset({"awaiting_supplement"}), "received"),
    "LetterJoined": (frozenset({"received", "screened", "assigned", "joined"}) | WITH_UNIT, "joined"),
    "LetterReleased": (frozenset({"joined"}), "received"),
    "LetterAssigned": (frozenset({"screened"}), "assigned"),
    "LetterDispatched": (frozenset({"assigned", "screened", "rehandling"}), "handling"),
    "LetterRegistered": (frozenset({"handling"}), None),
    "LetterSubmittedToDeputy": (AT_WORK, None),
    "HandlerInstructed": (AT_WORK, None),
    "ReplyDrafted": (AT_WORK, None),
    "ReplySentBack": (AT_WORK, None),
    "ReplySubmitted": (frozenset({"handling", "in_redo"}), "in_review"),
    "LetterReturned": (frozenset({"handling"}), "returned"),
    "ReturnUpheld": (frozenset({"returned"}), "screened"),
    "ReturnDismissed": (frozenset({"returned"}), "handling"),
    "LetterRecalled": (WITH_UNIT | {"assigned", "in_review"}, "screened"),
    "ExtensionRequested": (frozenset({"handling"}), None),
    "ExtensionGranted": (WITH_UNIT | {"in_review"}, None),
    "ExtensionRefused": (WITH_UNIT | {"in_review"}, None),
    "ReviewPassed": (frozenset({"in_review"}), None),
    "ReviewFailed": (frozenset({"in_review"}), "in_redo"),
    "ReplyDelivered": (frozenset({"in_review", "joined"}), "answered"),
    "LetterPublished": (frozenset({"answered"}), None),
    "LetterEvaluated": (frozenset({"answered"}), None),
    "EvaluationLapsed": (frozenset({"answered"}), None),
    "LetterWithdrawn": (UNANSWERED, "withdrawn"),
    "LetterClosed": (OVER - {"closed"} | {"answered", "rehandling"}, "closed"),
}
"""Event → the statuses in which it may happen, and the one it leads to (None: it moves nothing)."""

NEEDS: Mapping[str, tuple[str, ...]] = {
    "ReplyDelivered": ("ReviewPassed",),
    "ReplySubmitted": ("ReplyDrafted",),
    "LetterEvaluated": ("ReplyDelivered",),
    "EvaluationLapsed": ("ReplyDelivered",),
    "ExtensionGranted": ("ExtensionRequested",),
    "ExtensionRefused": ("ExtensionRequested",),
    "RehandlingDecided": ("LetterEvaluated",),
    "SupervisionPressed": ("SupervisionAnswered",),
    "SupervisionClosed": ("SupervisionOpened",),
    "SupervisionAnswered": ("SupervisionOpened", "SupervisionPressed"),
    "SupervisionReported": ("SupervisionClosed",),
    "InstructionAnswered": ("InstructionGiven",),
    "PromiseReported": ("ReplyDelivered",),
    "OpinionGiven": ("CoHandlerAdded",),
    "OpinionMissing": ("CoHandlerAdded",),
}
"""Each of these is preceded by one of those that no other of its own name has used up."""


def check_order(letter: Letter) -> Iterator[Discrepancy]:
    status = BEGUN
    joined = letter.first("LetterJoined") is not None
    counts: dict[str, int] = {}
    for before, event in zip([None, *letter.events], letter.events, strict=False):
        if before is not None and event.at < before.at:
            yield _found(letter, "event_order", f"{event.name} 早于它前面的 {before.name}")
        allowed, leads_to = WAY.get(event.name, (None, None))
        if allowed is not None and status not in allowed:
            yield _found(
                letter,
                "event_order",
                f"{event.name}（{event.at.astimezone(OFFICE):%m-%d %H:%M}）发生在 {status or '来信之前'}",
            )
        counts[event.name] = counts.get(event.name, 0) + 1
        causes = () if joined and event.name == "ReplyDelivered" else NEEDS.get(event.name, ())
        if causes and counts[event.name] > sum(counts.get(cause, 0) for cause in causes):
            yield _found(letter, "event_order", f"{event.name} 之前没有 {'、'.join(causes)}")
        status = _next(status, event, leads_to)
    if letter.record.get("status") != status:
        yield _found(letter, "status", f"状态为 {letter.record.get('status')}，按事件应为 {status}")


def _next(status: str, event: Event, leads_to: str | None) -> str:
    if event.name == "RehandlingDecided" and event.data.get("outcome") == "rehandle":
        return "rehandling"
    if event.name == "LetterClosed" and status in OVER:
        return status
    return leads_to or status


def final_status(letter: Letter) -> str:
    return _after(letter.events)


def status_at(letter: Letter, instant: dt.datetime) -> str:
    return _after(event for event in letter.events if event.at <= instant)


def _after(events: Iterable[Event]) -> str:
    status = BEGUN
    for event in events:
        status = _next(status, event, WAY.get(event.name, (None, None))[1])
    return status


def _found(letter: Letter, kind: str, detail: str) -> Discrepancy:
    return Discrepancy(letter=letter.number, clause="H2", kind=kind, detail=detail)
