"""How long is left, the way people say it (design, "Look")."""

from __future__ import annotations

from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.limits.remaining import Remaining, Timeliness, by_when, remaining, said
from letterbox.services.rules.office_calendar import work_calendar

CALENDAR = work_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


@pytest.mark.parametrize(
    ("due", "now", "words"),
    [
        ("2026-11-24T17:30", "2026-11-23T09:00", "还有 1 个工作日 · 周二 17:30 前"),
        ("2026-11-24T17:30", "2026-11-21T09:00", "还有 2 个工作日 · 周二 17:30 前"),
        ("2026-11-24T17:30", "2026-11-24T00:00", "今天 17:30 前"),
        ("2026-11-24T17:30", "2026-11-24T17:30", "今天 17:30 前"),
        ("2026-11-24T17:30", "2026-11-24T17:31", "已超期，不足 1 个工作日"),
        ("2026-11-20T17:30", "2026-11-22T12:00", "已超期，不足 1 个工作日"),
        ("2026-11-20T17:30", "2026-11-25T09:00", "已超期 3 个工作日"),
        ("2026-10-10T17:30", "2026-09-28T09:00", "还有 5 个工作日 · 10月10日（周六）17:30 前"),
        ("2027-01-08T17:30", "2026-11-27T09:00", "还有 30 个工作日 · 2027年1月8日（周五）17:30 前"),
        ("2026-11-29T17:30", "2026-11-28T09:00", "此前没有工作日 · 周日 17:30 前"),
    ],
)
def test_a_due_time_is_said_the_way_people_say_it(due: str, now: str, words: str) -> None:
    assert said(at(due), at(now), CALENDAR) == words


def test_a_provisional_date_is_called_so() -> None:
    assert said(at("2026-11-24T17:30"), at("2026-11-24T09:00"), CALENDAR, provisional=True) == "今天 17:30 前（暂定）"


def test_the_due_instant_itself_is_in_time() -> None:
    assert remaining(at("2026-11-24T17:30"), at("2026-11-24T17:30"), CALENDAR) == Remaining(Timeliness.TODAY, 0)
    assert remaining(at("2026-11-24T17:30"), at("2026-11-24T17:31"), CALENDAR) == Remaining(Timeliness.OVERDUE, 0)


@pytest.mark.parametrize(
    ("due", "now", "words"),
    [
        ("2026-12-04T17:30", "2026-11-28T09:00", "12月4日（周五）17:30"),
        ("2026-11-24T17:30", "2026-11-24T09:00", "今天 17:30"),
        ("2027-01-08T17:30", "2026-11-27T09:00", "2027年1月8日（周五）17:30"),
    ],
)
def test_a_writer_is_told_the_date_itself(due: str, now: str, words: str) -> None:
    assert by_when(at(due), at(now)) == words
    assert by_when(at(due), at(now), provisional=True) == f"{words}（暂定）"
