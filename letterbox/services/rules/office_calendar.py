"""The office's calendar: the days a maintained library knows, under the office's own editable table."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from chinese_calendar.constants import Holiday, holidays, workdays

from letterbox.domain.limits.calendar import DayKind, DayRule, WorkCalendar

CHINESE_NAMES = {
    Holiday.new_years_day.value: "元旦",
    Holiday.spring_festival.value: "春节",
    Holiday.tomb_sweeping_day.value: "清明节",
    Holiday.labour_day.value: "劳动节",
    Holiday.dragon_boat_festival.value: "端午节",
    Holiday.national_day.value: "国庆节",
    Holiday.mid_autumn_festival.value: "中秋节",
    Holiday.anti_fascist_70th_day.value: "抗战胜利纪念日",
}


def work_calendar(own_rules: Iterable[DayRule] = (), own_years: Iterable[int] = ()) -> WorkCalendar:
    """The calendar with which limits are computed.

    ``own_rules`` are the published days of the office's table: each replaces the library's word on its day; the
    library's other days stay. ``own_years`` are the years that the office published itself.
    """
    return WorkCalendar([*library_rules(), *own_rules], [*library_years(), *own_years])


@cache
def library_rules() -> tuple[DayRule, ...]:
    """Every announced day off and make-up working day that the library knows."""
    off = (DayRule(day, DayKind.OFF, _chinese(name)) for day, name in holidays.items())
    work = (DayRule(day, DayKind.WORK, _chinese(name)) for day, name in workdays.items())
    return (*off, *work)


@cache
def library_years() -> range:
    """The years that the library covers: from the year of its first holiday to that of its last."""
    return range(min(holidays).year, max(holidays).year + 1)


def _chinese(name: str) -> str:
    """The Chinese name of a holiday of the library; if it is not known here, the library's own name."""
    return CHINESE_NAMES.get(name, name)
