"""Time as an argument: rules and services are given a Clock, they never read the machine's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
"""The zone of office hours and of every date that people read (regime, "D Deadlines")."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant, aware, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


STANDARD_TIME = timezone(timedelta(hours=8))
"""For instants from before the zone was one of whole minutes, whose offset no other program reads."""


def iso(instant: datetime) -> str:
    """ISO-8601 with offset, in the office's zone, whole seconds: what the API and the engine are given."""
    local = instant.astimezone(OFFICE_ZONE)
    offset = local.utcoffset() or timedelta()
    return (instant.astimezone(STANDARD_TIME) if offset.seconds % 60 else local).isoformat(timespec="seconds")
