"""The office's own calendar as a file: CSV with the columns ``date,kind,name``, one announced day a row.

A file that Excel or WPS saved again is the same file: other separators, dates written otherwise, rows of blanks, headings and
kinds in Chinese.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from letterbox.domain import dates
from letterbox.domain.delimited import Record, decoded_lines, is_readable, plain_cell, records
from letterbox.domain.errors import LetterboxError
from letterbox.domain.limits import calendar_check
from letterbox.domain.limits.calendar import KIND_WORDS, DayKind, DayRule, WorkCalendar
from letterbox.domain.written_at import parse_day

COLUMNS = ("date", "kind", "name")
HEADINGS: Mapping[str, str] = {
    **{column: column for column in COLUMNS},
    **dict.fromkeys(("日期", "时间", "公历日期"), "date"),
    **dict.fromkeys(("类型", "类别", "性质", "安排", "放假或上班"), "kind"),
    **dict.fromkeys(("名称", "节日", "节日名称", "节假日", "假期", "说明"), "name"),
}
KINDS: Mapping[str, DayKind] = {
    **{str(kind): kind for kind in DayKind},
    **dict.fromkeys(("放假", "休息", "休", "假", "节假日", "调休放假", "放假日"), DayKind.OFF),
    **dict.fromkeys(("上班", "补班", "班", "工作", "工作日", "调休上班", "补班日"), DayKind.WORK),
}
HEADINGS_WITHIN = 10
"""Rows from the top among which the headings are looked for."""
WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
NAME_MAX = 50
ISO_LENGTH = len("2027-01-01")
YEARS = range(2000, dates.POSSIBLE_YEARS.stop)
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
    """The year of a CSV file (UTF-8, UTF-16, GB18030 or Big5).

    ``before``: the calendar without the office's own days, against which a day that changes nothing is seen. Raises
    CalendarRefused naming every wrong row: a half-read calendar would silently move due dates.
    """
    numbered = _rules(list(records(_lines(content))))
    rules = tuple(rule for _, rule in numbered)
    if wrong := calendar_check.problems(rules, before):
        raise CalendarRefused({numbered[position][0]: text for position, text in wrong.items()})
    return CalendarFile(calendar_check.main_year(rules), rules, tuple(calendar_check.doubts(rules, before)))


def is_table(text: str) -> bool:
    """Whether this is such a table and not the words of a notice."""
    return _headings(list(records(decoded_lines(text.encode())))) is not None


def day_rule(date: str, kind: str, name: str) -> DayRule:
    """One day as typed. Raises ValueError saying in Chinese what to write instead."""
    day = _day(date.strip())
    if day.year not in YEARS:
        raise ValueError(f"日期 {dates.day(day)} 的年份应在 {YEARS[0]} 至 {YEARS[-1]} 之间")
    if kind.strip().lower() not in KINDS:
        raise ValueError(f"kind {kind!r} 无效，应为 off（放假）或 work（上班）")
    if len(name.strip()) > NAME_MAX:
        raise ValueError(f"名称最多 {NAME_MAX} 字")
    return DayRule(day, KINDS[kind.strip().lower()], name.strip())


def decoded(content: bytes) -> str:
    """Raises CalendarRefused for bytes that are no text."""
    return "".join(_lines(content))


def _lines(content: bytes) -> list[str]:
    if content.startswith(WORKBOOK_MARKS):
        raise CalendarRefused({1: "这是 Excel 工作簿：请另存为 CSV 后再导入"})
    lines = decoded_lines(content)
    if not is_readable(lines):
        raise CalendarRefused({1: "文字编码应为 UTF-8 或 GB18030"})
    return lines


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if len(text) == ISO_LENGTH and text[4] == "-" else parse_day(text)
    except ValueError:
        raise ValueError(f"日期 {text!r} 无效，应写成 2027-01-01") from None


def _rules(found: Sequence[Record]) -> list[tuple[int, DayRule]]:
    """Each day with the number of its row."""
    headings = _headings(found)
    if headings is None:
        first = next((record.fields for record in found if any(record.fields)), [])
        missing = [column for column in COLUMNS if column not in _columns(first)]
        raise CalendarRefused({1: f"第一行应为 {','.join(COLUMNS)}，缺少 {'、'.join(missing)}"})
    seen: dict[dt.date, tuple[int, DayRule]] = {}
    problems: dict[int, str] = {}
    for record in found[headings.number :]:
        if record.fault is None and not any(field.strip() for field in record.fields):
            continue
        try:
            rule = _row(record, _columns(headings.fields))
        except ValueError as problem:
            problems[record.number] = str(problem)
            continue
        if rule.date in seen:
            problems[record.number] = _twice(rule, *seen[rule.date])
        seen.setdefault(rule.date, (record.number, rule))
    if not seen and not problems:
        problems[1] = "文件中没有一天"
    if problems:
        raise CalendarRefused(problems)
    return list(seen.values())


def _headings(found: Sequence[Record]) -> Record | None:
    """The first row that names all columns; a title may stand above it."""
    return next((each for each in found[:HEADINGS_WITHIN] if set(COLUMNS) <= set(_columns(each.fields))), None)


def _columns(fields: Iterable[str]) -> list[str]:
    return [HEADINGS.get(plain_cell(field).strip().lower(), "") for field in fields]


def _row(record: Record, columns: Sequence[str]) -> DayRule:
    if record.fault:
        raise ValueError(f"不是完好的 CSV（{record.fault}）")
    fields = [plain_cell(field) for field in record.fields]
    if len(fields) < len(columns) or any(field.strip() for field in fields[len(columns) :]):
        raise ValueError(f"应有 {len(COLUMNS)} 格：{','.join(COLUMNS)}")
    row = dict(zip(reversed(columns), reversed(fields[: len(columns)]), strict=True))
    return day_rule(row["date"], row["kind"], row["name"])


def _twice(rule: DayRule, earlier: int, first: DayRule) -> str:
    if rule.kind is first.kind:
        return f"{dates.day(rule.date)}与第 {earlier} 行重复，请只留一行"
    return f"{dates.day(rule.date)}在第 {earlier} 行是{KIND_WORDS[first.kind]}，这里是{KIND_WORDS[rule.kind]}：同一天不能既放假又上班"
