"""A clock that a test sets."""

from __future__ import annotations

from datetime import datetime, timedelta


class SetClock:
    """Stands still at ``at`` until the test moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)
