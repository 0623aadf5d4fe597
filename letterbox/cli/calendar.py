"""``letterbox calendar``: the office's own word on days off and make-up days."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, Protocol

import click

from letterbox.cli.output import answer, json_option, note
from letterbox.cli.output import refused as refuse
from letterbox.domain.calendar import DayRule
from letterbox.domain.calendar_table import YEARS, CalendarRefused, parse_calendar, years_of

OFFICE = "letterbox.calendar_office"
"""Key of ``click.Context.meta``: a callable that gives the CalendarOffice; called only when the database is needed."""
LARGEST = 1_000_000
"""Bytes; a year has 366 rows of some twenty bytes."""


class CalendarOffice(Protocol):
    """What the commands need of the services."""

    def stage(self, rules: list[DayRule]) -> None:
        """Keep the days, not yet in force; a day already staged is replaced."""
        ...

    def publish(self, year: int, *, dry_run: bool) -> list[dict[str, str]]:
        """Put a year in force; the open limits that move: ``letter``, ``limit``, ``from``, ``to``."""
        ...


@click.group("calendar", help="放假和调休安排：导入、公布。")
def calendar() -> None:
    pass


@calendar.command("import", help="读入一年的安排（CSV：date,kind,name；kind 为 off 或 work），公布之前不生效。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="只检查文件，不保存（不需要数据库）")
@json_option
@click.pass_context
def import_file(ctx: click.Context, file: Path, check: bool, as_json: bool) -> None:
    try:
        rules = _read(file)
    except CalendarRefused as refused:
        _refuse(file, refused, as_json)
    if not check:
        _office(ctx).stage(rules)
    document = {"years": years_of(rules), "days": len(rules), "staged": not check, "refused": []}
    years = "、".join(str(year) for year in years_of(rules))
    words = (
        f"{years} 年共 {len(rules)} 天，{'检查无误，未保存' if check else '已存，待公布：letterbox calendar publish'}"
    )
    answer(document, as_json, lambda: words)


@calendar.command("publish", help="公布一年的安排：列出因此变动的时限，并重新计算。")
@click.argument("year", type=click.IntRange(YEARS[0], YEARS[-1]))
@click.option("--dry-run", is_flag=True, help="只列出会变动的时限，不公布")
@json_option
@click.pass_context
def publish(ctx: click.Context, year: int, dry_run: bool, as_json: bool) -> None:
    moved = _office(ctx).publish(year, dry_run=dry_run)
    lines = [f"{'将' if dry_run else '已'}变动 {len(moved)} 个时限"]
    lines += [f"  {row['letter']}  {row['limit']}  {row['from']} → {row['to']}" for row in moved]
    answer({"moved": moved}, as_json, lambda: "\n".join(lines))


def _read(file: Path) -> list[DayRule]:
    if file.stat().st_size > LARGEST:
        raise CalendarRefused({1: "文件太大，不像是一年的放假安排"})
    return parse_calendar(file.read_bytes())


def _refuse(file: Path, refused: CalendarRefused, as_json: bool) -> NoReturn:
    """Exit code 1 with every wrong row named; nothing was kept."""
    rows = sorted(refused.problems.items())
    if as_json:
        reasons = [{"row": row, "reason": reason} for row, reason in rows]
        answer({"years": [], "days": 0, "staged": False, "refused": reasons}, as_json)
    note(f"{file} 没有读入，请改正后重试：")
    for row, reason in rows:
        note(f"  第 {row} 行：{reason}")
    refuse()


def _office(ctx: click.Context) -> CalendarOffice:
    build: Callable[[], CalendarOffice] | None = ctx.meta.get(OFFICE)
    if build is None:
        raise click.ClickException("日历服务没有接上：请用 letterbox 命令运行")
    return build()
