"""A due time the way people say it (design, "Look"): the domain finds the words, here is the look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from letterbox.domain.limits.calendar import WorkCalendar
from letterbox.domain.limits.remaining import Timeliness, remaining, said


class DueState(StrEnum):
    OPEN = "open"
    NEAR = "near"
    TODAY = "today"
    OVERDUE = "overdue"
    DONE = "done"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class DueLabel:
    """``words`` for the eye; ``at`` for hover and print."""

    state: DueState
    words: str
    at: datetime


def due(at: datetime, now: datetime, calendar: WorkCalendar, *, is_provisional: bool = False) -> DueLabel:
    """An open limit; a provisional one (its year is not announced) says so in its words."""
    return DueLabel(_state(at, now, calendar), said(at, now, calendar, provisional=is_provisional), at)


def ended(at: datetime, due_at: datetime, *, late_words: str = "超期") -> DueLabel:
    """A limit that has ended at ``at``: in time means at or before the due instant."""
    if at <= due_at:
        return DueLabel(DueState.DONE, "按时", due_at)
    return DueLabel(DueState.LATE, late_words, due_at)


def _state(at: datetime, now: datetime, calendar: WorkCalendar) -> DueState:
    left = remaining(at, now, calendar)
    if left.timeliness is Timeliness.OVERDUE:
        return DueState.OVERDUE
    if left.timeliness is Timeliness.TODAY:
        return DueState.TODAY
    return DueState.NEAR if left.working_days <= 1 else DueState.OPEN
