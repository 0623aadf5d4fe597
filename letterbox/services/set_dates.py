"""Limits whose date a person may set (S1, R2, H11): that date, else the table's length."""

from __future__ import annotations

from datetime import date

from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import LimitKind
from letterbox.services.case import Case
from letterbox.services.rulebook import ComputedLimit


def computed_until(case: Case, kind: LimitKind, due_on: date | None, field: str = "due_on") -> ComputedLimit:
    """The end of a limit that starts now. Raises FieldErrors on ``field`` for a date whose end has passed."""
    if due_on is None:
        return case.rulebook.limit(kind, case.letter.category, case.now)
    computed = case.rulebook.on_date(kind, case.now, due_on)
    if computed.due_at <= case.now:
        raise FieldErrors({field: "这一天已经过了，请另选日期"})
    return computed
