"""Days and instants as people read them, in the office's zone."""

from __future__ import annotations

import datetime as dt

from letterbox.domain.clock import OFFICE_ZONE

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


POSSIBLE_YEARS = range(1990, 2100)
"""Years that a letter, a contact or a limit can speak of: earlier and later ones are another system's "no date", or a slip."""
IMPOSSIBLE = f"日期不对：年份应在 {POSSIBLE_YEARS[0]} 至 {POSSIBLE_YEARS[-1]} 之间"


def is_possible(at: dt.date | dt.datetime) -> bool:
    """Whether the year is one that somebody can mean; every door asks."""
    return at.year in POSSIBLE_YEARS


def possible_day(text: str) -> dt.date:
    """The day of ``2026-11-03``. Raises ValueError for any other text and for an impossible year."""
    found = dt.date.fromisoformat(text)
    if not is_possible(found):
        raise ValueError(IMPOSSIBLE)
    return found


def possible_instant(text: str) -> dt.datetime:
    """The instant of an ISO text, without an offset at the office. Raises ValueError like ``possible_day``."""
    found = dt.datetime.fromisoformat(text)
    if not is_possible(found):
        raise ValueError(IMPOSSIBLE)
    return found if found.tzinfo else found.replace(tzinfo=OFFICE_ZONE)


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
