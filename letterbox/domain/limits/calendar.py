"""Working days: plain weeks, bent by the days that the State Council and the office announce (regime, "D Deadlines")."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from letterbox.domain.dates import WEEKDAYS

ONE_DAY = dt.timedelta(days=1)


class DayKind(StrEnum):
    OFF = "off"
    WORK = "work"


KIND_WORDS = {DayKind.OFF: "放假", DayKind.WORK: "上班"}


@dataclass(frozen=True, slots=True)
class DayRule:
    """The announced word on one day; ``name`` is what the notice calls it, e.g. 国庆节."""

    date: dt.date
    kind: DayKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One line of the explanation of a due date: whether the day counts and why, in plain Chinese."""

    date: dt.date
    counts: bool
    why: str


@dataclass(frozen=True, slots=True)
class Count:
    """Where counting ended. ``days`` run from the day after the start to ``result``; ``provisional``: some are guessed."""

    result: dt.date
    days: tuple[CountedDay, ...]
    provisional: bool


class WorkCalendar:
    """Which days are working days. A year that is not announced is computed as plain weeks and marked provisional."""

    def __init__(self, rules: Iterable[DayRule], announced_years: Iterable[int]) -> None:
        """A later rule for the same day replaces an earlier one, so corrections go last."""
        self._rules = {rule.date: rule for rule in rules}
        self._announced = frozenset(announced_years)

    def is_announced(self, year: int) -> bool:
        return year in self._announced

    def is_provisional(self, day: dt.date) -> bool:
        """Its year is not announced, so what we say of this day may change."""
        return day.year not in self._announced

    def is_working(self, day: dt.date) -> bool:
        rule = self._rules.get(day)
        return rule.kind is DayKind.WORK if rule else day.weekday() < 5

    def rule(self, day: dt.date) -> DayRule | None:
        """The announced word on this very day, if there is one."""
        return self._rules.get(day)

    def why(self, day: dt.date) -> str:
        """周六 · 国庆节放假 · 调休上班 · 工作日; a guessed day says so."""
        rule = self._rules.get(day)
        if rule is None:
            plain = "工作日" if day.weekday() < 5 else WEEKDAYS[day.weekday()]
            return f"{plain}（{day.year} 年放假安排尚未公布，暂按平常周计）" if self.is_provisional(day) else plain
        if rule.kind is DayKind.OFF:
            return f"{rule.name.removesuffix('放假')}放假"
        reason = "调休上班" if day.weekday() >= 5 else "照常上班"
        return f"{reason}（{rule.name}）" if rule.name else reason

    def counted(self, day: dt.date) -> CountedDay:
        return CountedDay(day, self.is_working(day), self.why(day))

    def trace(self, start: dt.date, end: dt.date) -> Count:
        """Every day after ``start`` up to and including ``end``; empty if ``end`` is not after ``start``."""
        days = tuple(self.counted(day) for day in _days(start, end))
        return Count(end, days, any(self.is_provisional(day.date) for day in days))

    def add_working_days(self, day: dt.date, count: int) -> Count:
        """The ``count``-th working day after ``day``, which itself never counts; 0 gives ``day``.

        Raises ValueError for a negative count, OverflowError beyond the year 9999.
        """
        if count < 0:
            raise ValueError(f"working days must not be negative: {count}")
        return self.trace(day, self.shift(day, count))

    def shift(self, day: dt.date, working_days: int) -> dt.date:
        """The working day ``working_days`` after ``day`` (before it, if negative); 0 gives ``day`` even if it is off."""
        step = ONE_DAY if working_days > 0 else -ONE_DAY
        for _ in range(abs(working_days)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def next_working_day(self, day: dt.date) -> dt.date:
        """The first working day after ``day``."""
        return self.shift(day, 1)

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """How many working days lie after ``start``, up to and including ``end``; 0 if ``end`` is not after ``start``."""
        return sum(self.is_working(day) for day in _days(start, end))


def _days(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    for offset in range(1, (end - start).days + 1):
        yield start + dt.timedelta(days=offset)
