"""Days and instants as people read them, in the office's zone."""

from __future__ import annotations

import datetime as dt

from letterbox.domain.clock import OFFICE_ZONE

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def day(on: dt.date | dt.datetime, *, weekday: bool = False) -> str:
    """``2026年11月3日``, with ``weekday`` also ``（周二）``; instants are brought into the office's zone first."""
    local = on.astimezone(OFFICE_ZONE) if isinstance(on, dt.datetime) else on
    words = f"{local.year}年{local.month}月{local.day}日"
    return f"{words}（{WEEKDAYS[local.weekday()]}）" if weekday else words


def instant(at: dt.datetime, *, weekday: bool = False) -> str:
    """``2026年11月3日 17:30``."""
    return f"{day(at, weekday=weekday)} {at.astimezone(OFFICE_ZONE):%H:%M}"


def day_of(text: object) -> str:
    """The day that an event's facts keep as ``2026-11-03``; anything else as it is."""
    try:
        return day(dt.date.fromisoformat(str(text)))
    except ValueError:
        return str(text)


def midnight(day: dt.date) -> dt.datetime:
    """When the day begins at the office."""
    return dt.datetime.combine(day, dt.time(), OFFICE_ZONE)
