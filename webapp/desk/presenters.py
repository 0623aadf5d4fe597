"""What the desk's pages show that is not in the services' values as such: due badges, names of units, timelines."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import current_app

from letterbox.domain.errors import LetterboxError
from letterbox.domain.limits.time_limits import office_day
from letterbox.domain.vocabulary import WINDOW_KINDS
from letterbox.services.records.views import LimitView
from letterbox.store.unit_names import UnitNames
from webapp.services import services
from webapp.shared.due import DueLabel, due, ended

NAMES, NAMES_FRESH_S = "letterbox.unit_names", 30.0
MOST_MARKS = 200


def due_maker() -> Callable[[datetime | None], DueLabel | None]:
    """Badges for open limits by one reading of clock and calendar."""
    now = services().clock.now()
    try:
        calendar = services().rulebook.calendar()
    except LetterboxError:  # nothing deployed yet: the lists still open
        return lambda _at: None

    def made(at: datetime | None) -> DueLabel | None:
        return due(at, now, calendar, is_provisional=calendar.is_provisional(office_day(at))) if at else None

    return made


def unit_names() -> dict[str, str]:
    """Code → short name of today, also of units out of use."""
    return dict(unit_names_then().current)


def unit_names_then() -> UnitNames:
    """Units' short names and their former ones; read anew each half minute."""
    kept = cast("tuple[float, UnitNames] | None", current_app.extensions.get(NAMES))
    if kept is None or time.monotonic() - kept[0] > NAMES_FRESH_S:
        kept = (time.monotonic(), services().unit_directory.names_then("short_name"))
        current_app.extensions[NAMES] = kept
    return kept[1]


@dataclass(frozen=True, slots=True)
class LimitLine:
    """``due``: the badge; ``is_open`` limits come first; ``why``: the counted days, folded where many are alike."""

    limit: LimitView
    due: DueLabel | None
    is_open: bool


def limit_lines(limits: Iterable[LimitView]) -> list[LimitLine]:
    now, calendar = services().clock.now(), services().rulebook.calendar()

    def line(limit: LimitView) -> LimitLine:
        if limit.voided_at is not None:
            return LimitLine(limit, None, is_open=False)
        if limit.ended_at is not None:
            return LimitLine(limit, ended(limit.ended_at, limit.due_at), is_open=False)
        if limit.kind in WINDOW_KINDS and now > limit.due_at:
            return LimitLine(limit, None, is_open=False)
        return LimitLine(limit, due(limit.due_at, now, calendar, is_provisional=limit.provisional), is_open=True)

    lines = [line(limit) for limit in limits]
    return sorted(lines, key=lambda each: (not each.is_open, each.limit.due_at))


@dataclass(frozen=True, slots=True)
class SuggestedUnit:
    code: str
    name: str
    percent: int
    because: Sequence[str]


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """``words``: every word of the letter that the proposal rests on, for marking them."""

    category: str | None
    units: Sequence[SuggestedUnit]
    reasons: Sequence[str]
    urgent: bool
    red_flag_words: Sequence[str]
    words: Sequence[str]


def suggestion_view(stored: Mapping[str, Any] | None) -> SuggestionView | None:
    if not stored:
        return None
    names = unit_names()
    units = [
        SuggestedUnit(
            code=each["unit"],
            name=names.get(each["unit"], each["unit"]),
            percent=round(each["score"] * 100),
            because=each["because"],
        )
        for each in stored.get("units", [])
    ]
    red = stored.get("red_flag_words", [])
    words = {word for unit in units for word in unit.because} | set(red)
    return SuggestionView(
        category=stored.get("category"),
        units=units,
        reasons=stored.get("reasons", []),
        urgent=bool(stored.get("urgent")),
        red_flag_words=red,
        words=sorted(words),
    )


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """``text`` in pieces, True for those that are one of ``words``; escaping is the template's."""
    if not words:
        return [(text, False)]
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in list(pattern.finditer(text))[:MOST_MARKS]:
        pieces += [(text[end : match.start()], False), (match.group(), True)]
        end = match.end()
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]
