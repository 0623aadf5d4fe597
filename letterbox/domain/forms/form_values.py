"""One value of one field: from what HTML or JSON gave to what is kept, or a FieldProblem that says what to do.

Kept: text as stripped strings, numbers as int or float, yes/no as bool, choices as strings, lists of choices as lists
without repeats, dates as ``2026-11-23``, times as ``09:30``, instants as ISO-8601 with offset (a bare local one is taken
in the office's zone). Nothing typed is None; no choice out of many is ``[]``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from letterbox.domain import dates
from letterbox.domain.clean_text import clean_text
from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.forms.form_model import LONGEST_TEXT, MANY_CHOICES, ONE_CHOICE, Component, Kind
from letterbox.domain.linear_patterns import found_in

GREATEST_NUMBER = 10**15
"""Browsers count exactly up to here."""


class FieldProblem(Exception):
    """The argument is what to tell the person."""


@dataclass(frozen=True)
class Surroundings:
    """What a field is judged by besides itself: input ``data`` (options) and, if times matter, the instant ``now``."""

    data: Mapping[str, object]
    now: datetime | None = None


def clean(component: Component, raw: object, around: Surroundings) -> object:
    """The value to keep; FieldProblem if it cannot be taken. Whether it may be missing is not asked here."""
    if component.kind is Kind.CHECKBOX:
        return _yes_no(raw)
    if component.kind in MANY_CHOICES:
        return _choices(component, raw, around)
    if raw is None or (isinstance(raw, str) and not clean_text(raw, lines=True)):
        return None
    if component.kind in ONE_CHOICE:
        return _choice(component, raw, around)
    return _CLEANERS[component.kind](component, raw, around)


def _yes_no(raw: object) -> bool:
    if raw is None or raw == "":
        return False
    if isinstance(raw, bool):
        return raw
    raise FieldProblem("应为 true 或 false，不加引号")


def _choice(component: Component, raw: object, around: Surroundings) -> str:
    options = component.choices(around.data)
    if not options:
        raise FieldProblem(f"“{component.title}”现在没有可选的项目，请联系管理员")
    if not isinstance(raw, str):
        raise FieldProblem(f'选项要写成文字，例如 "{options[0].value}"')
    if raw not in {option.value for option in options}:
        raise FieldProblem(f"“{_shown(raw)}”不在可选范围内，请重新选择{component.title}")
    return raw


def _choices(component: Component, raw: object, around: Surroundings) -> list[str]:
    if raw is None or raw == "":
        return []
    if not isinstance(raw, list | tuple):
        raise FieldProblem("应为列表，可以选多项")
    return list(dict.fromkeys(_choice(component, item, around) for item in raw if item != ""))


def _text(component: Component, raw: object, _around: Surroundings) -> str:
    if not isinstance(raw, str):
        raise FieldProblem("应为文字")
    text = clean_text(raw, lines=component.kind is Kind.TEXTAREA)
    rules = component.rules
    longest = LONGEST_TEXT if rules.max_length is None else rules.max_length
    if len(text) > longest:
        raise FieldProblem(f"最多 {longest} 字，现有 {len(text)} 字")
    if len(text) < (rules.min_length or 0):
        raise FieldProblem(f"至少 {rules.min_length} 字，现有 {len(text)} 字")
    if rules.pattern and not found_in(rules.pattern, text):
        raise FieldProblem(f"格式不对，请检查{component.title}")
    return text


def _number(component: Component, raw: object, _around: Surroundings) -> int | float:
    number = _as_decimal(raw)
    rules = component.rules
    digits = max(0, -int(number.normalize().as_tuple().exponent))
    if rules.decimal_digits is not None and digits > rules.decimal_digits:
        raise FieldProblem(f"最多 {rules.decimal_digits} 位小数" if rules.decimal_digits else "请填整数")
    if rules.minimum is not None and number < Decimal(str(rules.minimum)):
        raise FieldProblem(f"不能小于 {rules.minimum:g}")
    if rules.maximum is not None and number > Decimal(str(rules.maximum)):
        raise FieldProblem(f"不能大于 {rules.maximum:g}")
    return int(number) if number == number.to_integral_value() else float(number)


def _as_decimal(raw: object) -> Decimal:
    text = unicodedata.normalize("NFKC", raw).strip() if isinstance(raw, str) else str(raw)
    if isinstance(raw, bool) or not isinstance(raw, str | int | float) or not _NUMBER.fullmatch(text):
        raise FieldProblem("请填数字")
    number = Decimal(text)
    if abs(number) > GREATEST_NUMBER:
        raise FieldProblem("数字太大")
    return number


_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(?::\d{2})?", re.ASCII)


def _moment(component: Component, raw: object, around: Surroundings) -> str:
    text = unicodedata.normalize("NFKC", raw).strip() if isinstance(raw, str) else ""
    example, read = _READERS[component.subtype]
    try:
        value, day, instant = read(text)
    except (ValueError, OverflowError):
        raise FieldProblem(f"写法应如 {example}") from None
    if day is not None and not dates.is_possible(day):
        raise FieldProblem(dates.IMPOSSIBLE)
    if around.now is not None:
        _check_moment(component, day, instant, around.now)
    return value


_Moment = tuple[str, date | None, datetime | None]


def _read_date(text: str) -> _Moment:
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    day = date.fromisoformat(text)
    return day.isoformat(), day, None


def _read_time(text: str) -> _Moment:
    if not _TIME.fullmatch(text):
        raise ValueError(text)
    return time.fromisoformat(text).isoformat(timespec="minutes"), None, None


def _read_instant(text: str) -> _Moment:
    if not _DATE.match(text) or len(text) < len("2026-11-23T09:30"):
        raise ValueError(text)
    instant = datetime.fromisoformat(text)
    instant = instant if instant.tzinfo else instant.replace(tzinfo=OFFICE_ZONE)
    return iso(instant), instant.astimezone(OFFICE_ZONE).date(), instant


_READERS: Mapping[str, tuple[str, Callable[[str], _Moment]]] = {
    "date": ("2026-11-23", _read_date),
    "time": ("09:30", _read_time),
    "datetime": ("2026-11-23T09:30:00+08:00", _read_instant),
}


def _check_moment(component: Component, day: date | None, instant: datetime | None, now: datetime) -> None:
    today = now.astimezone(OFFICE_ZONE).date()
    if component.rules.not_future and ((instant and instant > now) or (day and day > today)):
        raise FieldProblem(f"{component.title}不能晚于现在")
    if component.rules.not_past and day and day < today:
        raise FieldProblem(f"{component.title}不能早于今天")


def _shown(raw: object) -> str:
    text = clean_text(str(raw), lines=False)
    return text if len(text) <= 20 else f"{text[:20]}…"


_CLEANERS: Mapping[Kind, Callable[[Component, object, Surroundings], object]] = {
    Kind.TEXTFIELD: _text,
    Kind.TEXTAREA: _text,
    Kind.NUMBER: _number,
    Kind.DATETIME: _moment,
}
