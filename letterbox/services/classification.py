"""The first proposal for a letter: category, matter, units with reasons, urgency (P1, P2). A person decides."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import select

from letterbox.domain.vocabulary import EventName
from letterbox.services.case import Case
from letterbox.services.notices import Notices
from letterbox.services.screening import alert_red_flag
from letterbox.store.people import Unit


class Suggests(Protocol):
    """A suggestion as plain values: category, matter, units [{unit, score, because}], urgent, red_flag, reasons."""

    def suggest(self, title: str, body: str) -> Any: ...


class Classification:
    def __init__(self, suggester: Suggests, notices: Notices) -> None:
        self._suggester = suggester
        self._notices = notices

    def classify(self, case: Case) -> dict[str, Any]:
        """Store the suggestion; a red flag alerts the duty people at once."""
        letter = case.letter
        suggestion = self._suggester.suggest(letter.title, f"{letter.place or ''}\n{letter.body}")
        found = suggestion.as_dict()
        active = set(case.session.scalars(select(Unit.code).where(Unit.is_active)))
        found["units"] = [each for each in found["units"] if each["unit"] in active]
        letter.suggestion = found
        letter.matter = found["matter"]
        letter.red_flag = bool(found["red_flag"])
        case.record(
            EventName.LETTER_CLASSIFIED, category=found["category"], matter=found["matter"], red_flag=letter.red_flag
        )
        if letter.red_flag:
            alert_red_flag(case, self._notices, list(suggestion.red_flag_words))
        return {}
