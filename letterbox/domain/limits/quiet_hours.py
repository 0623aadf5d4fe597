"""Quiet hours: when reminders that can wait are not sent to people's phones and mailboxes (S4 [ours])."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import ConfigError

FORM = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``begin`` until ``end``, office time, past midnight if ``end`` is the earlier one."""

    begin: dt.time
    end: dt.time

    @classmethod
    def parse(cls, text: str) -> QuietHours | None:
        """``21:00-08:00``; None for an empty text: no quiet hours. Raises ConfigError."""
        if not text.strip():
            return None
        match = FORM.fullmatch(text.strip())
        try:
            begin, end = (dt.time.fromisoformat(part) for part in match.groups()) if match else (None, None)
        except ValueError:
            begin = end = None
        if begin is None or end is None or begin == end:
            raise ConfigError(f"免打扰时段应写成 21:00-08:00 这样的形式，现为 {text}")
        return cls(begin, end)

    def over_at(self, now: dt.datetime) -> dt.datetime | None:
        """When the quiet hours that ``now`` falls into end (aware, UTC); None outside of them."""
        local = now.astimezone(OFFICE_ZONE)
        time = local.time()
        is_overnight = self.end < self.begin
        is_quiet = (time >= self.begin or time < self.end) if is_overnight else self.begin <= time < self.end
        if not is_quiet:
            return None
        day = local.date() + dt.timedelta(days=1 if is_overnight and time >= self.begin else 0)
        return dt.datetime.combine(day, self.end, OFFICE_ZONE).astimezone(dt.UTC)
