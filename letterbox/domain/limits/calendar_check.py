"""Whether a year's announced days make sense: what is refused, and what only deserves a second look."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from letterbox.domain import dates
from letterbox.domain.dates import WEEKDAYS
from letterbox.domain.limits.calendar import ONE_DAY, DayKind, DayRule, WorkCalendar

USUAL = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
"""What every year's notice names; 中秋 may be named together with 国庆."""


def main_year(rules: Sequence[DayRule]) -> int:
    """The year that most of the days belong to. Raises ValueError for no day."""
    return Counter(rule.date.year for rule in rules).most_common(1)[0][0]


def problems(rules: Sequence[DayRule], before: WorkCalendar) -> dict[int, str]:
    """Position in ``rules`` → why that day cannot be taken as a day of the file's one year.

    ``before``: the calendar without any word of the office on that year.
    """
    year = main_year(rules)
    found = {}
    for position, rule in enumerate(rules):
        if rule.date.year != year:
            found[position] = f"{dates.day(rule.date)}不是 {year} 年的日子：一个文件只写一年的安排"
        elif rule.kind is DayKind.WORK and rule.date.weekday() < 5 and before.is_working(rule.date):
            weekday = WEEKDAYS[rule.date.weekday()]
            found[position] = f"{dates.day(rule.date)}是{weekday}，本来就上班：调休上班应是周末，请核对日期"
    return found


def doubts(rules: Sequence[DayRule], before: WorkCalendar) -> list[str]:
    """What may be a slip, in plain Chinese: days that change nothing, holidays that are not there."""
    off = {rule.date for rule in rules if rule.kind is DayKind.OFF}
    lonely = [rule.date for rule in rules if rule.kind is DayKind.OFF and _changes_nothing(rule.date, off, before)]
    said = [f"{dates.day(day)}（{WEEKDAYS[day.weekday()]}）本来就休息，前后也不放假，这一天不起作用" for day in lonely]
    names = "".join(rule.name for rule in rules if rule.kind is DayKind.OFF)
    known = {name for name in USUAL if _is_known(name, rules, before)}
    missing = [name for name in USUAL if name not in names and name not in known]
    if missing and rules:
        said.append(f"没有看到这些节日：{'、'.join(missing)}，请核对是否漏了")
    return said


def _changes_nothing(day: dt.date, off: set[dt.date], before: WorkCalendar) -> bool:
    """A weekend day off by itself; within a holiday weekend days are usually named along."""
    adjoins_days_off = day - ONE_DAY in off or day + ONE_DAY in off
    return day.weekday() >= 5 and not before.is_working(day) and not adjoins_days_off


def _is_known(name: str, rules: Sequence[DayRule], before: WorkCalendar) -> bool:
    """Whether the shipped table already has this holiday in the year."""
    year = main_year(rules) if rules else 0
    first = dt.date(year, 1, 1) if rules else dt.date.min
    return bool(rules) and any(name in before.why(first + offset * ONE_DAY) for offset in range(366))
