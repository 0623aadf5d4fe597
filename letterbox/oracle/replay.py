"""A letter's events, read again one by one: which limits they open, move and end (regime, table D)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from letterbox.oracle.book import ENDED, VOIDED, Entry
from letterbox.oracle.days import Almanac
from letterbox.oracle.log import Event, Letter, instant
from letterbox.oracle.own_way import OwnWay
from letterbox.oracle.tables import OWN_WAY


class Replay(OwnWay):
    """The whole ledger: the letter's own way and what runs beside it (H10, H11, S1, R2)."""

    def __init__(self, letter: Letter, almanac: Almanac) -> None:
        super().__init__(letter, almanac)
        self.faults: list[tuple[dt.datetime, dt.datetime, dt.datetime | None]] = []
        """Technical faults: since when, from which event on nobody was pressed, and until when (None: still)."""
        moments = sorted(almanac.changes())
        for event in letter.events:
            while moments and moments[0] <= event.at:
                self.published(moments.pop(0))
            act = ACTS.get(event.name)
            if act is not None:
                act(self, event)
        for moment in moments:
            self.published(moment)

    def co_added(self, event: Event) -> None:
        self.book.open("co_opinion", event.at, unit=event.data.get("unit"))

    def co_given(self, event: Event) -> None:
        self.book.close(self._co(event), event.at, ENDED)

    def co_gone(self, event: Event) -> None:
        self.book.close(self._co(event), event.at, VOIDED)

    def co_missing(self, event: Event) -> None:
        """Recorded against the co-handler: as late if it was due, else as no longer needed (H10)."""
        for entry in self._co(event):
            self.book.close([entry], event.at, ENDED if event.at > entry.due.at else VOIDED)

    def _co(self, event: Event) -> list[Entry]:
        return self.book.running("co_opinion", unit=event.data.get("unit") or event.by_unit)

    def supervision(self, event: Event) -> None:
        self._answerable("supervision", event)

    def supervision_answered(self, event: Event) -> None:
        self.book.close(self.book.running("supervision", key=_key(event)), event.at, ENDED)

    def supervision_closed(self, event: Event) -> None:
        self.book.close(self.book.running("supervision", key=_key(event)), event.at, VOIDED)

    def instruction(self, event: Event) -> None:
        self._answerable("instruction", event)

    def instruction_answered(self, event: Event) -> None:
        self.book.close(self.book.running("instruction", key=_key(event)), event.at, ENDED)

    def fault_began(self, event: Event) -> None:
        self.faults.append((instant(str(event.data["since"])), event.at, None))
        self._add_fault_days(event.at)

    def limit_moved(self, event: Event) -> None:
        """While a fault lasts each day that it touches is added as it comes."""
        if event.data.get("because") == "fault":
            self._add_fault_days(event.at)

    def fault_ended(self, event: Event) -> None:
        self._add_fault_days(event.at)
        if self.faults:
            self.faults[-1] = (*self.faults[-1][:2], event.at)

    def _add_fault_days(self, at: dt.datetime) -> None:
        if not self.faults or self.faults[-1][2] is not None:
            return
        for entry in self.book.running():
            if entry.kind in OWN_WAY and entry.kind != "co_opinion":
                self.book.add_fault_days(self.faults[-1][0], at, entry)
        self.book.reckon_all(at)

    def silent(self, kind: str, at: dt.datetime) -> bool:
        """Whether no step is taken of a limit of this kind at that instant, because a fault holds the letter."""
        return kind in OWN_WAY and any(began <= at and (until is None or at < until) for _, began, until in self.faults)

    def _answerable(self, kind: str, event: Event) -> None:
        due_on = event.data.get("due_on")
        day = dt.date.fromisoformat(str(due_on)) if due_on else None
        self.book.open(kind, event.at, unit=event.data.get("unit") or self.lead, set_on=day, key=_key(event))

    def promise_reported(self, event: Event) -> None:
        self.book.close(self.book.running("promise", key=event.data.get("round")), event.at, ENDED)

    def withdrawn(self, event: Event) -> None:
        """Nothing is left to supervise or to carry out."""
        self.book.close(self.book.running("supervision", "instruction", "co_opinion"), event.at, VOIDED)


def _key(event: Event) -> object:
    """Which supervision or instruction, where the event says so."""
    named = ("supervision_id", "instruction_id", "supervision", "instruction")
    return next((value for key in named if isinstance(value := event.data.get(key), int)), None)


ACTS: Mapping[str, Callable[[Replay, Event], None]] = {
    "LetterReceived": Replay.received,
    "LetterScreened": Replay.screened,
    "LetterMarkedUrgent": Replay.marked_urgent,
    "LetterDeclined": Replay.declined,
    "SupplementRequested": Replay.asked,
    "WriterSupplied": Replay.supplied,
    "SupplementLapsed": Replay.supply_lapsed,
    "LetterJoined": Replay.joined,
    "LetterReleased": Replay.released,
    "LetterAssigned": Replay.assigned,
    "LetterDispatched": Replay.dispatched,
    "LetterRegistered": Replay.registered,
    "ReplySubmitted": Replay.submitted,
    "ReviewPassed": Replay.passed,
    "ReviewFailed": Replay.failed,
    "ReplyDelivered": Replay.delivered,
    "LetterEvaluated": Replay.evaluated,
    "EvaluationLapsed": Replay.evaluation_lapsed,
    "RehandlingDecided": Replay.rehandling_decided,
    "LetterReturned": Replay.returned,
    "ReturnUpheld": Replay.upheld,
    "ReturnDismissed": Replay.dismissed,
    "LetterRecalled": Replay.recalled,
    "ExtensionRequested": Replay.extension_asked,
    "ExtensionGranted": Replay.extension_granted,
    "ExtensionRefused": Replay.extension_refused,
    "LetterRecategorised": Replay.recategorised,
    "CoHandlerAdded": Replay.co_added,
    "CoHandlerReleased": Replay.co_gone,
    "OpinionGiven": Replay.co_given,
    "OpinionMissing": Replay.co_missing,
    "SupervisionOpened": Replay.supervision,
    "SupervisionPressed": Replay.supervision,
    "SupervisionAnswered": Replay.supervision_answered,
    "SupervisionClosed": Replay.supervision_closed,
    "InstructionGiven": Replay.instruction,
    "InstructionAnswered": Replay.instruction_answered,
    "PromiseReported": Replay.promise_reported,
    "FaultBegan": Replay.fault_began,
    "LimitMoved": Replay.limit_moved,
    "FaultEnded": Replay.fault_ended,
    "LetterWithdrawn": Replay.withdrawn,
    "LetterClosed": Replay.closed,
}
