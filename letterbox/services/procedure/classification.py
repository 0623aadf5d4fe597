"""The first proposal for a letter: category, matter, units with reasons, urgency (P1, P2). A person decides."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import select

from letterbox.domain.events.receipt import LetterClassified
from letterbox.domain.vocabulary import Category, UnitKind
from letterbox.seeds.values import UnitSeed
from letterbox.services.case.case import Case
from letterbox.services.notices.notices import Notices
from letterbox.services.procedure.screening import alert_red_flag
from letterbox.store.database import Database
from letterbox.store.people import Unit

FRESH_S = 15.0
"""How long a worker may go on with the units it has read."""


class Suggests(Protocol):
    """A suggestion as plain values: category, matter, units [{unit, score, because}], urgent, red_flag, reasons."""

    def suggest(self, title: str, body: str) -> Any: ...


class LiveSuggester:
    """Suggests by the units as they are in the database (design 8c); built anew when they change."""

    def __init__(self, database: Database, build: Callable[[tuple[UnitSeed, ...]], Suggests]) -> None:
        self._database = database
        self._build = build
        self._units: tuple[UnitSeed, ...] = ()
        self._suggester: Suggests | None = None
        self._read_at = float("-inf")

    def suggest(self, title: str, body: str) -> Any:
        if self._suggester is None or time.monotonic() - self._read_at > FRESH_S:
            units = self._read()
            self._read_at = time.monotonic()
            if self._suggester is None or units != self._units:
                self._units, self._suggester = units, self._build(units)
        return self._suggester.suggest(title, body)

    def _read(self) -> tuple[UnitSeed, ...]:
        with self._database.reading() as session:
            rows = session.scalars(select(Unit).where(Unit.is_active).order_by(Unit.position, Unit.code))
            return tuple(
                UnitSeed(
                    code=r.code,
                    name=r.name,
                    short_name=r.short_name,
                    kind=UnitKind(r.kind),
                    territory=tuple(r.territory),
                    matters=tuple(r.matters),
                )
                for r in rows
            )


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
            LetterClassified(
                category=Category(found["category"]) if found["category"] else None,
                matter=found["matter"],
                red_flag=letter.red_flag,
            )
        )
        if letter.red_flag:
            alert_red_flag(case, self._notices, list(suggestion.red_flag_words))
        return {}

    def watch_words(self, case: Case, text: str) -> None:
        """The alarm for a threat to life or unrest in what a writer adds later (P2); once for a letter."""
        found = self._suggester.suggest("", text)
        if found.red_flag and not case.letter.red_flag:
            case.letter.red_flag = True
            alert_red_flag(case, self._notices, list(found.red_flag_words))
