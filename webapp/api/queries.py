"""Query parameters, each checked; a wrong one is refused with its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from flask import request

from letterbox.domain import dates
from letterbox.domain.errors import FieldErrors

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)
MOST_PER_PAGE = 100


def parameter(name: str, read: Callable[[str], T], wanted: str) -> T | None:
    """``read`` raises ValueError for what will not do; ``wanted`` says what would. None if absent or empty."""
    given = request.args.get(name)
    if not given:
        return None
    try:
        return read(given)
    except (ValueError, OverflowError):
        raise FieldErrors({name: f"应为{wanted}，现为 {given[:60]!r}"}) from None


def page() -> int:
    return parameter("page", _counting(1_000_000), "从 1 开始的页码") or 1


def per_page() -> int:
    return parameter("per_page", _counting(MOST_PER_PAGE), f"1 至 {MOST_PER_PAGE} 的整数") or 20


def one_of(name: str, known: type[Choice]) -> Choice | None:
    """A member of an enumeration."""
    return parameter(name, known, f" {'、'.join(known)} 之一")


def day(name: str) -> date | None:
    return parameter(name, dates.possible_day, "日期，例如 2026-09-28")


def instant_or_day(name: str) -> datetime | None:
    """An instant with offset, or a day: its beginning in the office's zone."""
    return parameter(name, _instant_or_day, "日期或带时区的时刻，例如 2026-09-28 或 2026-09-28T09:00:00+08:00")


def flag(name: str) -> bool:
    return parameter(name, _flag, "true 或 false") or False


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(text)
    return text == "true"


def _counting(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most):
            raise ValueError(text)
        return int(text)

    return read


def _instant_or_day(text: str) -> datetime:
    if len(text) == len("2026-09-28"):
        return dates.midnight(dates.possible_day(text))
    if datetime.fromisoformat(text.replace(" ", "+")).tzinfo is None:
        raise ValueError(text)
    return dates.possible_instant(text.replace(" ", "+"))
