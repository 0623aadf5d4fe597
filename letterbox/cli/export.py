"""``letterbox export``: letters for spreadsheets and programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import click
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from letterbox.cli._days import DAY
from letterbox.cli._export_replies import replies
from letterbox.cli._operator import note_export
from letterbox.cli._services import services
from letterbox.cli.output import note
from letterbox.domain.audit import Thing
from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.errors import FieldErrors
from letterbox.services.records.exporting import COLUMNS
from letterbox.services.records.spreadsheet import BYTE_ORDER_MARK, harmless

HEADINGS = (
    "编号", "渠道", "渠道编号", "标题", "正文", "类别", "受理范围", "状态", "急件", "可公开", "单位代码", "主办单位",
    "写信时间", "收到时间", "答复期限", "提交答复", "送达答复", "办结时间", "答复", "满意", "解决",
)  # fmt: skip
Rows = Iterable[Mapping[str, Any]]


export = click.Group("export", help="导出数据。", commands=[replies])


@export.command("letters", help="导出一段时间内收到的来信及办理情况（不含来信人的姓名和联系方式）。")
@click.option("--from", "first", type=DAY, required=True, help="起始日期，例如 2026-01-01")
@click.option("--to", "last", type=DAY, required=True, help="截止日期（含当日）")
@click.option("--format", "kind", type=click.Choice(["csv", "xlsx", "json"]), required=True, help="格式")
@click.option(
    "--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="文件；不给出时写到标准输出"
)
def letters(first: datetime, last: datetime, kind: str, out: Path | None) -> None:
    if kind == "xlsx" and out is None and sys.stdout.isatty():
        raise click.UsageError("xlsx 不能显示在终端，请用 --out 给出文件名")
    with services() as opened:
        try:
            rows = opened.machine.exporting.letters(first.date(), last.date())
        except FieldErrors as errors:
            raise click.BadParameter(errors.message, param_hint="--to") from None
        since, until = f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"
        note_export(opened.core.trail, Thing("letters", since), format=kind, until=until)
        with _target(out) as file:
            count = WRITERS[kind](rows, file)
    note(f"已导出 {count} 封来信{f'到 {out}' if out else ''}")


@contextmanager
def _target(out: Path | None) -> Iterator[IO[bytes]]:
    """A file appears only when it is complete."""
    if out is None:
        yield sys.stdout.buffer
        return
    partial = out.with_name(f".{out.name}.partial")
    with partial.open("wb") as file:
        yield file
    partial.replace(out)


def _csv(rows: Rows, file: IO[bytes]) -> int:
    """UTF-8 with a byte-order mark, so that spreadsheets show Chinese."""
    file.write(BYTE_ORDER_MARK.encode())
    lines = csv.writer(_Encoded(file))
    lines.writerow(HEADINGS)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007  # the last number is the count
        lines.writerow([harmless(_text(row[column])) for column in COLUMNS])
    return count


def _xlsx(rows: Rows, file: IO[bytes]) -> int:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("来信")
    sheet.append(HEADINGS)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007  # the last number is the count
        sheet.append([_cell(sheet, _text(row[column])) for column in COLUMNS])
    workbook.save(file)
    return count


def _json(rows: Rows, file: IO[bytes]) -> int:
    """One document, written row by row."""
    count = 0
    file.write(b"[")
    for count, row in enumerate(rows, start=1):
        plain = {column: _plain(row[column]) for column in COLUMNS}
        file.write((",\n" if count > 1 else "\n").encode() + json.dumps(plain, ensure_ascii=False).encode())
    file.write(b"\n]\n")
    return count


WRITERS = {"csv": _csv, "xlsx": _xlsx, "json": _json}


class _Encoded:
    """What ``csv.writer`` writes to, as UTF-8."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode())


def _cell(sheet: Any, text: str) -> Any:
    """Text, even if it begins like a formula."""
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, date) else value
