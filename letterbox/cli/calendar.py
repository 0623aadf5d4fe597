"""``letterbox calendar``: the office's own word on days off and make-up days."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from letterbox.cli._operator import operator
from letterbox.cli._services import services
from letterbox.cli.output import Failures, answer, json_option, note
from letterbox.cli.output import refused as refuse
from letterbox.domain.limits.calendar_table import YEARS, CalendarFile, CalendarRefused, parse_calendar
from letterbox.services.limits.calendar_moves import MovedLimit
from letterbox.services.rules.office_calendar import work_calendar

LARGEST = 1_000_000
"""Bytes; a year has 366 rows of some twenty bytes."""


calendar = Failures("calendar", help="放假和调休安排：导入、公布。")


@calendar.command("import", help="读入一年的安排（CSV：date,kind,name；kind 为 off 或 work），公布之前不生效。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="只检查文件，不保存（不需要数据库）")
@json_option
def import_file(file: Path, check: bool, as_json: bool) -> None:
    try:
        read = _read(file)
    except CalendarRefused as refused:
        _refuse(file, refused, as_json)
    if not check:
        with services() as opened:
            opened.core.calendar_office.stage(operator(), read.rules)
    document = {
        "years": [read.year],
        "days": len(read.rules),
        "staged": not check,
        "refused": [],
        "warnings": list(read.doubts),
    }
    answer(document, as_json, lambda: _import_words(read, check))


def _import_words(read: CalendarFile, check: bool) -> str:
    ending = "检查无误，未保存" if check else f"已暂存，待公布：letterbox calendar publish {read.year}"
    return "\n".join(
        [f"{read.year} 年共 {len(read.rules)} 天，{ending}", *(f"  请核对：{each}" for each in read.doubts)]
    )


@calendar.command("publish", help="公布一年的安排：列出因此变动的时限，并重新计算。")
@click.argument("year", type=click.IntRange(YEARS[0], YEARS[-1]))
@click.option("--dry-run", is_flag=True, help="只列出会变动的时限，不公布")
@json_option
def publish(year: int, dry_run: bool, as_json: bool) -> None:
    with services() as opened:
        office = opened.core.calendar_office
        moved = list(office.preview(year).moved) if dry_run else office.publish(operator(), year)
    document = {"moved": [each.as_record() for each in moved]}
    answer(document, as_json, lambda: _moved_words(moved, dry_run))


def _moved_words(moved: list[MovedLimit], dry_run: bool) -> str:
    rows = [each.as_record() for each in moved]
    lines = [f"{'将' if dry_run else '已'}变动 {len(moved)} 个时限"]
    return "\n".join([*lines, *(f"  {row['letter']}  {row['limit']}  {row['from']} → {row['to']}" for row in rows)])


def _read(file: Path) -> CalendarFile:
    if file.stat().st_size > LARGEST:
        raise CalendarRefused({1: "文件太大，不像是一年的放假安排"})
    return parse_calendar(file.read_bytes(), work_calendar())


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
