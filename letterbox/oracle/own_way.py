"""The limits of a letter's own way, from receipt to evaluation: which events open, move and end them (table D)."""

from __future__ import annotations

import datetime as dt

from letterbox.oracle.book import EITHER, ENDED, VOIDED, Book
from letterbox.oracle.days import Almanac, office_date
from letterbox.oracle.log import Event, Letter
from letterbox.oracle.tables import OWN_WAY

UNIT_WORK = ("sign_for", "return", "reply", "redo", "extension_decision")


class OwnWay:
    """The ledger that follows from the events. ``urgent_from``: (instant, urgent), in order."""

    def __init__(self, letter: Letter, almanac: Almanac) -> None:
        self.book = Book(almanac)
        self.lead: str | None = None
        self.category: str | None = letter.record.get("category")
        self.urgent_from: list[tuple[dt.datetime, bool]] = []
        self._pauses: list[tuple[dt.datetime, dt.datetime | None]] = []
        self._asked_for: object = None
        self._is_rehandled = False
        replies = letter.record.get("replies") or ()
        self._promised = {each["round"]: str(each["promise_on"]) for each in replies if each.get("promise_on")}
        self.category = _first_category(letter)

    def published(self, at: dt.datetime) -> None:
        """A new edition of the calendar: every running limit from its own start, pauses counted anew."""
        self.book.reckon_all(at)
        self._screening_again(at)

    def urgent_at(self, instant: dt.datetime) -> bool:
        return next((urgent for since, urgent in reversed(self.urgent_from) if since <= instant), False)

    def received(self, event: Event) -> None:
        self.urgent_from.append((event.at, False))
        self.book.open("screening", event.at)

    def screened(self, event: Event) -> None:
        self.category = event.data.get("category") or self.category
        self.urgent_from.append((event.at, bool(event.data.get("urgent"))))

    def marked_urgent(self, event: Event) -> None:
        self.urgent_from.append((event.at, bool(event.data.get("urgent"))))

    def declined(self, event: Event) -> None:
        self.book.close(self.book.running("screening"), event.at, ENDED)

    def asked(self, event: Event) -> None:
        self.book.open("supplement", event.at)
        self._pauses.append((event.at, None))
        self._screening_again(event.at)

    def supplied(self, event: Event) -> None:
        self.book.close(self.book.running("supplement"), event.at, ENDED)
        self._resume(event.at)

    def supply_lapsed(self, event: Event) -> None:
        self.book.close(self.book.running("supplement"), event.at, VOIDED)
        self._resume(event.at)

    def _resume(self, at: dt.datetime) -> None:
        if self._pauses:
            self._pauses[-1] = (self._pauses[-1][0], at)
        self._screening_again(at)

    def _screening_again(self, at: dt.datetime) -> None:
        """A2: the worked days after the request's day, up to and including the supplement's, are added."""
        awaited = self.book.running("supplement")
        days = self.book.almanac.at(at)
        for entry in self.book.running("screening"):
            ends = [until or (awaited[0].due.at if awaited else at) for _, until in self._pauses]
            spans = [
                days.worked_between(office_date(asked), office_date(end))
                for (asked, _), end in zip(self._pauses, ends, strict=True)
                if asked >= entry.started_at
            ]
            entry.added = sum(spans)
            self.book.reckon(entry, at)

    def joined(self, event: Event) -> None:
        own = [entry for entry in self.book.running() if entry.kind in OWN_WAY]
        self.book.close(own, event.at, EITHER)

    def released(self, event: Event) -> None:
        self._pauses = []
        self.book.open("screening", event.at)

    def assigned(self, event: Event) -> None:
        self.lead = event.data.get("lead_unit") or self.lead
        self.book.close(self.book.running("screening"), event.at, ENDED)

    def dispatched(self, event: Event) -> None:
        self.lead = event.data.get("lead_unit") or self.lead
        self.book.close(self.book.running(*UNIT_WORK), event.at, VOIDED)
        for kind in ("sign_for", "return", "reply"):
            self.book.open(kind, event.at, unit=self.lead, category=self.category)
        self.book.reckon_all(event.at)

    def registered(self, event: Event) -> None:
        self.book.close(self.book.running("sign_for"), event.at, ENDED)

    def submitted(self, event: Event) -> None:
        book = self.book
        book.close(book.running("sign_for", "reply", "redo"), event.at, ENDED)
        book.close(book.running("return"), event.at, VOIDED)
        book.close(book.running("extension_decision"), event.at, EITHER)
        book.open("review", event.at)

    def passed(self, event: Event) -> None:
        self.book.close(self.book.running("review"), event.at, ENDED)

    def failed(self, event: Event) -> None:
        self.book.close(self.book.running("review"), event.at, ENDED)
        self.book.open("redo", event.at, unit=self.lead)

    def delivered(self, event: Event) -> None:
        self.book.open("evaluation", event.at)
        promised = self._promised.get(event.data.get("round"))
        if promised:
            day = dt.date.fromisoformat(promised)
            self.book.open(
                "promise", event.at, unit=event.data.get("unit") or self.lead, set_on=day, key=event.data["round"]
            )

    def evaluated(self, event: Event) -> None:
        """An unsatisfied one asks for a decision, once in a letter's life."""
        self.book.close(self.book.running("evaluation"), event.at, ENDED)
        if event.data.get("satisfied") is False and not self._is_rehandled:
            self.book.open("rehandling_decision", event.at)

    def evaluation_lapsed(self, event: Event) -> None:
        self.book.close(self.book.running("evaluation"), event.at, VOIDED)

    def rehandling_decided(self, event: Event) -> None:
        self._is_rehandled = self._is_rehandled or event.data.get("outcome") == "rehandle"
        self.book.close(self.book.running("rehandling_decision"), event.at, ENDED)

    def returned(self, event: Event) -> None:
        """An application for a later date rests with the return."""
        self.book.close(self.book.running("return"), event.at, ENDED)
        self.book.close(self.book.running("extension_decision"), event.at, EITHER)
        self.book.open("return_ruling", event.at)

    def upheld(self, event: Event) -> None:
        self.book.close(self.book.running("return_ruling"), event.at, ENDED)
        self.book.close(self.book.running(*UNIT_WORK), event.at, VOIDED)
        if not event.data.get("lead_unit"):
            self._assign_anew(event.at)

    def dismissed(self, event: Event) -> None:
        self.book.close(self.book.running("return_ruling"), event.at, ENDED)

    def recalled(self, event: Event) -> None:
        self.book.close(self.book.running(*UNIT_WORK, "return_ruling", "review", "co_opinion"), event.at, VOIDED)
        self._assign_anew(event.at)

    def _assign_anew(self, at: dt.datetime) -> None:
        """The regime sets no limit for a second assignment; where there is one, it is as long as the first."""
        self._pauses = []
        self.book.open("screening", at, sure=False)

    def extension_asked(self, event: Event) -> None:
        self._asked_for = event.data.get("due_on")
        self.book.open("extension_decision", event.at)

    def extension_granted(self, event: Event) -> None:
        self.book.close(self.book.running("extension_decision"), event.at, ENDED)
        day = event.data.get("due_on") or self._asked_for
        for entry in self.book.running("reply"):
            entry.set_on = dt.date.fromisoformat(str(day)) if day else None
            entry.fault_days, entry.fault_days_since = set(), event.at  # whoever set the date knew of the faults before
        self.book.reckon_all(event.at)

    def extension_refused(self, event: Event) -> None:
        self.book.close(self.book.running("extension_decision"), event.at, ENDED)

    def recategorised(self, event: Event) -> None:
        self.category = event.data.get("category") or self.category
        for entry in self.book.running("reply"):
            entry.category = self.category
            if self.category == "consultation":
                entry.set_on = None  # H5 knows no extension
        self.book.reckon_all(event.at)

    def closed(self, event: Event) -> None:
        self.book.close([e for e in self.book.running() if e.kind in OWN_WAY], event.at, VOIDED)


def _first_category(letter: Letter) -> str | None:
    """The category before screening decides; limits that depend on it start only after that."""
    first = letter.first("LetterScreened")
    return str(first.data["category"]) if first and first.data.get("category") else letter.record.get("category")
