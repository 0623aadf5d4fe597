"""``letterbox due``: when a limit ends, and why, day by day. Needs no engine and no database."""

from __future__ import annotations

import datetime as dt
import re

import click

from letterbox.cli.output import answer, json_option
from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.dates import WEEKDAYS
from letterbox.domain.limits.calendar_table import YEARS
from letterbox.domain.limits.time_limits import Due, due_after_working_days
from letterbox.services.rules.office_calendar import work_calendar

LONGEST = 1000
_SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?")


class Instant(click.ParamType[dt.datetime]):
    """``2026-09-28`` or ``2026-09-28T09:00[:00][+08:00]``; without an offset, office time."""

    name = "date[Ttime]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        if isinstance(value, dt.datetime):
            return value
        try:
            instant = dt.datetime.fromisoformat(str(value) if _SHAPE.fullmatch(str(value)) else "")
            local = instant.astimezone(OFFICE_ZONE) if instant.tzinfo else instant.replace(tzinfo=OFFICE_ZONE)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} 不是有效日期，应写成 2026-09-28 或 2026-09-28T09:00", param, ctx)
        if local.year not in YEARS:
            self.fail(f"{value!r} 的年份应在 {YEARS[0]} 至 {YEARS[-1]} 之间", param, ctx)
        return local


class WorkingDays(click.ParamType[int]):
    name = "days"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= LONGEST):
            self.fail(f"{text!r} 应为 1 至 {LONGEST} 的整数", param, ctx)
        return int(text)


@click.command("due", help="按工作日计算时限何时到期，并逐日说明理由（不需要数据库和流程引擎）。")
@click.option(
    "--from", "started_at", type=Instant(), required=True, help="起算时刻，例如 2026-09-28 或 2026-09-28T09:00"
)
@click.option("--working-days", type=WorkingDays(), required=True, help="工作日数")
@json_option
def due(started_at: dt.datetime, working_days: int, as_json: bool) -> None:
    found = due_after_working_days(started_at, working_days, work_calendar())
    answer(due_document(found), as_json, lambda: due_words(found))


def due_document(found: Due) -> dict[str, object]:
    """The contract's JSON for ``due``; also the shape of a limit's ``days``."""
    days = [{"date": day.date.isoformat(), "counts": day.counts, "why": day.why} for day in found.days]
    return {
        "due_on": found.due_on.isoformat(),
        "due_at": iso(found.due_at),
        "provisional": found.provisional,
        "days": days,
    }


def due_words(found: Due) -> str:
    """The same for people: the result, then one line a day with its running number."""
    local = found.due_at.astimezone(OFFICE_ZONE)
    lines = [f"到期：{found.due_on.isoformat()}（{WEEKDAYS[found.due_on.weekday()]}）{local:%H:%M}"]
    if found.provisional:
        lines.append("暂定：期间有年份的放假安排尚未公布，公布后重新计算")
    number = 0
    for day in found.days:
        number += day.counts
        mark = f"第 {number} 日" if day.counts else "不计"
        lines.append(f"  {day.date.isoformat()} {WEEKDAYS[day.date.weekday()]}  {mark}  {day.why}")
    return "\n".join(lines)
