"""How long is left, and the way people say it (design, "Look")."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.dates import WEEKDAYS
from letterbox.domain.limits.calendar import WorkCalendar
from letterbox.domain.limits.time_limits import office_day

NEAR = dt.timedelta(days=7)
"""Within it a weekday's name cannot be mistaken."""


class Timeliness(StrEnum):
    AHEAD = "ahead"
    TODAY = "today"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Remaining:
    """``working_days``: still to come after today, the due day included; if overdue, gone by since the due day."""

    timeliness: Timeliness
    working_days: int


def remaining(due_at: dt.datetime, now: dt.datetime, calendar: WorkCalendar) -> Remaining:
    """In time means at or before the due instant, so overdue begins after it. Both instants aware."""
    due_on, today = office_day(due_at), office_day(now)
    if now > due_at:
        return Remaining(Timeliness.OVERDUE, calendar.working_days_between(due_on, today))
    if due_on == today:
        return Remaining(Timeliness.TODAY, 0)
    return Remaining(Timeliness.AHEAD, calendar.working_days_between(today, due_on))


def said(due_at: dt.datetime, now: dt.datetime, calendar: WorkCalendar, *, provisional: bool = False) -> str:
    """还有 1 个工作日 · 周二 17:30 前 · 今天 17:30 前 · 已超期 3 个工作日; a provisional date is called 暂定."""
    left = remaining(due_at, now, calendar)
    note = "（暂定）" if provisional else ""
    if left.timeliness is Timeliness.OVERDUE:
        return f"已超期 {left.working_days} 个工作日" if left.working_days else "已超期，不足 1 个工作日"
    local = due_at.astimezone(OFFICE_ZONE)
    if left.timeliness is Timeliness.TODAY:
        return f"今天 {local:%H:%M} 前{note}"
    amount = f"还有 {left.working_days} 个工作日" if left.working_days else "此前没有工作日"
    return f"{amount} · {_day(local.date(), office_day(now))}{local:%H:%M} 前{note}"


def by_when(due_at: dt.datetime, now: dt.datetime, *, provisional: bool = False) -> str:
    """12月4日（周五）17:30 · 今天 17:30: with its date, for a writer who may read it on another day."""
    local, today = due_at.astimezone(OFFICE_ZONE), office_day(now)
    day = "今天 " if local.date() == today else _dated(local.date(), today)
    return f"{day}{local:%H:%M}{'（暂定）' if provisional else ''}"


def _day(day: dt.date, today: dt.date) -> str:
    return f"{WEEKDAYS[day.weekday()]} " if day - today < NEAR else _dated(day, today)


def _dated(day: dt.date, today: dt.date) -> str:
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
