"""Due dates that a person may set (S1, R2, H11); if they set none, the table's length counts."""

from __future__ import annotations

from datetime import date, datetime

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import LimitKind
from letterbox.services.case.case import Case
from letterbox.services.rules.rulebook import ComputedLimit

MOST_YEARS = 3
"""[ours] A date further away is a slip of the hand, or nobody's promise."""


def near_enough(day: date, now: datetime, field: str) -> date:
    """``day``, if it is today or within ``MOST_YEARS``. Raises FieldErrors on ``field``."""
    today = now.astimezone(OFFICE_ZONE).date()
    if day < today:
        raise FieldErrors({field: "这一天已经过了，请另选日期"})
    if (day.year - MOST_YEARS, day.month, day.day) > (today.year, today.month, today.day):
        raise FieldErrors({field: f"日期最多在 {MOST_YEARS} 年以内，请看看年份是否填错"})
    return day


def computed_until(case: Case, kind: LimitKind, due_on: date | None, field: str = "due_on") -> ComputedLimit:
    """The end of a limit that starts now. Raises FieldErrors on ``field`` as ``near_enough``, or if the day is closing."""
    if due_on is None:
        return case.rulebook.limit(kind, case.letter.category, case.now)
    computed = case.rulebook.on_date(kind, case.now, near_enough(due_on, case.now, field))
    if computed.due_at <= case.now:
        raise FieldErrors({field: "今天已经下班，请另选日期"})
    return computed
