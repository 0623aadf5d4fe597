"""A clock that a test sets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

MINUTES = 200 * 365 * 24 * 60
LONG_SESSIONS: dict[str, Any] = {
    "session_idle_minutes": MINUTES,
    "session_hours": MINUTES // 60,
    "fresh_sign_in_minutes": MINUTES,
}
"""Settings for tests that move the clock by days while somebody is signed in; those about sessions set their own."""


class SetClock:
    """Stands still at ``at`` until the test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)
