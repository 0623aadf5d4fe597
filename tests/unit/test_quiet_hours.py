"""Quiet hours: what can wait is sent when they are over."""

from __future__ import annotations

from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import ConfigError
from letterbox.domain.limits.quiet_hours import QuietHours


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-09-{text}").replace(tzinfo=OFFICE_ZONE)


@pytest.mark.parametrize(
    ("hours", "now", "over"),
    [
        ("21:00-08:00", "07T20:59:59", None),
        ("21:00-08:00", "07T21:00", "08T08:00"),
        ("21:00-08:00", "08T00:30", "08T08:00"),
        ("21:00-08:00", "08T08:00", None),
        ("12:00-14:00", "07T12:30", "07T14:00"),
        ("12:00-14:00", "07T14:00", None),
    ],
)
def test_a_reminder_waits_until_they_are_over(hours: str, now: str, over: str | None) -> None:
    quiet = QuietHours.parse(hours)
    assert quiet is not None
    assert quiet.over_at(at(now)) == (at(over) if over else None)


def test_an_empty_setting_means_none() -> None:
    assert QuietHours.parse("") is None


@pytest.mark.parametrize("text", ["21-8", "21:00-21:00", "25:00-08:00", "night"])
def test_nonsense_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match="21:00-08:00"):
        QuietHours.parse(text)
