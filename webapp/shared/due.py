"""A due time the way people say it (design, "Look")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from letterbox.domain.clock import OFFICE_ZONE
from webapp.shared.localisation import WEEKDAYS


class DueState(StrEnum):
    OPEN = "open"
    NEAR = "near"
    TODAY = "today"
    OVERDUE = "overdue"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Due:
    """``words`` for the eye; ``at`` for hover and print; ``is_provisional`` when a year is not announced yet."""

    state: DueState
    words: str
    at: datetime
    is_provisional: bool = False


def due(at: datetime, now: datetime, working_days: int, *, is_provisional: bool = False) -> Due:
    """``working_days`` between now and ``at``: those still to come after today, or those gone by since when overdue."""
    if now > at:
        words = f"已超期 {working_days} 个工作日" if working_days else "今天超期"
        return Due(DueState.OVERDUE, words, at, is_provisional)
    if at.astimezone(OFFICE_ZONE).date() == now.astimezone(OFFICE_ZONE).date():
        return Due(DueState.TODAY, f"今天 {at.astimezone(OFFICE_ZONE):%H:%M} 前", at, is_provisional)
    state = DueState.NEAR if working_days <= 1 else DueState.OPEN
    return Due(state, f"还有 {working_days} 个工作日 · {_when(at, now)} 前", at, is_provisional)


def ended(at: datetime, due_at: datetime, *, late_words: str = "超期办结") -> Due:
    """A limit that has ended at ``at``: in time means at or before the due instant."""
    return Due(DueState.DONE, "按时" if at <= due_at else late_words, due_at)


def _when(at: datetime, now: datetime) -> str:
    local, today = at.astimezone(OFFICE_ZONE), now.astimezone(OFFICE_ZONE)
    if local.date() - today.date() < timedelta(days=7):
        return f"周{WEEKDAYS[local.weekday()]} {local:%H:%M}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"
