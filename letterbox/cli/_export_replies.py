"""``letterbox export replies``: what goes back to a foreign channel (A1)."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from io import StringIO
from pathlib import Path

import click

from letterbox.cli._operator import note_export
from letterbox.cli._services import services
from letterbox.cli.output import note
from letterbox.domain.audit import Thing
from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.permissions import SYSTEM
from letterbox.services.records.channel_replies import FOREIGN, ForeignReply
from letterbox.services.records.spreadsheet import BYTE_ORDER_MARK, harmless

HEADINGS = ("编号", "渠道编号", "标题", "答复", "答复单位", "答复时间")


@click.command("replies", help="导出还没有回传给其他渠道的答复；--mark 同时标为已回传。")
@click.option("--channel", type=click.Choice(sorted(FOREIGN)), required=True, help="渠道")
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True, help="格式")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True, help="文件")
@click.option("--mark", is_flag=True, help="写出文件以后，把这些答复标为已回传")
def replies(channel: str, kind: str, out: Path, mark: bool) -> None:
    with services() as opened:
        waiting = opened.core.channel_replies.waiting(channel)
        note_export(opened.core.trail, Thing("replies", channel), format=kind, rows=len(waiting))
        partial = out.with_name(f".{out.name}.partial")
        partial.write_text(_csv(waiting) if kind == "csv" else _json(waiting), encoding="utf-8", newline="")
        partial.replace(out)
        if mark:
            opened.core.channel_replies.mark((each.number for each in waiting), SYSTEM, channel)
    note(f"已导出 {len(waiting)} 封来信的答复到 {out}{'，并标为已回传' if mark else ''}")


def _csv(rows: list[ForeignReply]) -> str:
    file = StringIO()
    lines = csv.writer(file)
    lines.writerow(HEADINGS)
    for row in rows:
        at = f"{row.delivered_at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"
        cells = (row.number, row.channel_reference or "", row.title, row.reply, row.unit_name, at)
        lines.writerow([harmless(cell) for cell in cells])
    return BYTE_ORDER_MARK + file.getvalue()


def _json(rows: list[ForeignReply]) -> str:
    plain = [{**asdict(row), "delivered_at": iso(row.delivered_at)} for row in rows]
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"
