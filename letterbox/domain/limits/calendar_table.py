"""The office's own calendar as a file: CSV with the columns ``date,kind,name``, one announced day a row."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass

from letterbox.domain import dates
from letterbox.domain.errors import LetterboxError
from letterbox.domain.limits import calendar_check
from letterbox.domain.limits.calendar import KIND_WORDS, DayKind, DayRule, WorkCalendar

COLUMNS = ("date", "kind", "name")
ENCODINGS = ("utf-8-sig", "gb18030")
NAME_MAX = 50
ISO_LENGTH = len("2027-01-01")
YEARS = range(2000, 2101)
"""Years a calendar may speak of; anything else is a slip of the pen."""


class CalendarRefused(LetterboxError):
    """Nothing of the file is taken. ``problems``: row number (the header is row 1) → what is wrong with it."""

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__("；".join(f"第 {row} 行：{problem}" for row, problem in sorted(problems.items())))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A year as read: ``rules`` in the file's order, ``doubts`` for people to look at before they publish it."""

    year: int
    rules: tuple[DayRule, ...]
    doubts: tuple[str, ...]


def parse_calendar(content: bytes, before: WorkCalendar) -> CalendarFile:
    """The year of a CSV file (UTF-8, also with byte-order mark, or GB18030).

    ``before``: the calendar without the office's own days, against which a day that changes nothing is seen. Raises
    CalendarRefused naming every wrong row: a half-read calendar would silently move due dates.
    """
    rows = csv.DictReader(io.StringIO(decoded(content), newline=""))
    try:
        numbered = _rules(rows)
    except csv.Error as problem:
        raise CalendarRefused({rows.line_num: f"不是完好的 CSV（{problem}）"}) from problem
    rules = tuple(rule for _, rule in numbered)
    if wrong := calendar_check.problems(rules, before):
        raise CalendarRefused({numbered[position][0]: text for position, text in wrong.items()})
    return CalendarFile(calendar_check.main_year(rules), rules, tuple(calendar_check.doubts(rules, before)))


def day_rule(date: str, kind: str, name: str) -> DayRule:
    """One day as typed. Raises ValueError saying in Chinese what to write instead."""
    try:
        day = dt.date.fromisoformat(date.strip() if len(date.strip()) == ISO_LENGTH else "")
    except ValueError:
        raise ValueError(f"日期 {date!r} 无效，应写成 2027-01-01") from None
    if day.year not in YEARS:
        raise ValueError(f"日期 {dates.day(day)} 的年份应在 {YEARS[0]} 至 {YEARS[-1]} 之间")
    if kind.strip() not in set(DayKind):
        raise ValueError(f"kind {kind!r} 无效，应为 off（放假）或 work（上班）")
    if len(name.strip()) > NAME_MAX:
        raise ValueError(f"名称最多 {NAME_MAX} 字")
    return DayRule(day, DayKind(kind.strip()), name.strip())


def decoded(content: bytes) -> str:
    """Raises CalendarRefused for bytes that are no text."""
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CalendarRefused({1: "文字编码应为 UTF-8 或 GB18030"})


def _rules(rows: csv.DictReader[str]) -> list[tuple[int, DayRule]]:
    """Each day with the number of its row."""
    headings = [heading.strip().lower() for heading in rows.fieldnames or []]
    missing = [column for column in COLUMNS if column not in headings]
    if missing:
        raise CalendarRefused({1: f"第一行应为 {','.join(COLUMNS)}，缺少 {'、'.join(missing)}"})
    rows.fieldnames = headings
    seen: dict[dt.date, tuple[int, DayRule]] = {}
    problems: dict[int, str] = {}
    for row in rows:
        number = rows.line_num
        try:
            rule = _row(row)
        except ValueError as problem:
            problems[number] = str(problem)
            continue
        if rule.date in seen:
            problems[number] = _twice(rule, *seen[rule.date])
        seen.setdefault(rule.date, (number, rule))
    if not seen and not problems:
        problems[1] = "文件中没有一天"
    if problems:
        raise CalendarRefused(problems)
    return list(seen.values())


def _row(row: dict[str, str]) -> DayRule:
    if None in row or None in row.values():
        raise ValueError(f"应有 {len(COLUMNS)} 格：{','.join(COLUMNS)}")
    return day_rule(row["date"], row["kind"], row["name"])


def _twice(rule: DayRule, earlier: int, first: DayRule) -> str:
    if rule.kind is first.kind:
        return f"{dates.day(rule.date)}与第 {earlier} 行重复，请只留一行"
    return f"{dates.day(rule.date)}在第 {earlier} 行是{KIND_WORDS[first.kind]}，这里是{KIND_WORDS[rule.kind]}：同一天不能既放假又上班"
