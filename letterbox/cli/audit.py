"""``letterbox audit``: prove that the trail is whole, write it out, end what is old enough."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from letterbox.cli._days import DAY
from letterbox.cli._operator import note_export
from letterbox.cli._services import services
from letterbox.cli.output import answer, json_option, note
from letterbox.domain.audit import Thing
from letterbox.domain.errors import ConfigError

audit = click.Group("audit", help="审计记录：核对是否完整、导出、清理到期的。")


@audit.command("verify", help="逐条核对审计记录没有被改动、删除或插入；有问题时退出码为 1。")
@json_option
def verify(as_json: bool) -> None:
    with services() as opened:
        proof = opened.core.audit_reading.verify()
    broken = [{"position": each.position, "why": each.why} for each in proof.broken]
    lines = [f"第 {each.position} 条：{each.why}" for each in proof.broken]
    summary = f"核对了 {proof.rows} 条，" + ("完整" if proof.ok else f"发现 {len(lines)} 处问题")
    answer({"ok": proof.ok, "rows": proof.rows, "broken": broken}, as_json, lambda: "\n".join([*lines, summary]))
    if not proof.ok:
        raise SystemExit(1)


@audit.command("export", help="把一段时间的审计记录写成 JSON，每行一条；导出本身也记入审计。")
@click.option("--from", "first", type=DAY, required=True, help="起始日期，例如 2026-01-01")
@click.option("--to", "last", type=DAY, required=True, help="截止日期（含当日）")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="文件；不给出时写到标准输出")
def export(first: datetime, last: datetime, out: Path | None) -> None:
    if last < first:
        raise click.BadParameter("不能早于 --from", param_hint="--to")
    with services() as opened:
        what = Thing("audit", f"{first:%Y-%m-%d}")
        note_export(opened.core.trail, what, format="jsonl", until=f"{last:%Y-%m-%d}")
        lines = (
            json.dumps(each, ensure_ascii=False) for each in opened.core.audit_reading.lines(first.date(), last.date())
        )
        if out is None:
            for line in lines:
                click.echo(line)
            return
        try:
            with out.open("w", encoding="utf-8") as file:
                count = sum(file.write(f"{line}\n") > 0 for line in lines)
        except OSError as error:
            raise ConfigError(f"写不了 {out}：{error.strerror} (cannot write the file)") from error
    note(f"已导出 {count} 条到 {out}")


@audit.command(
    "expire", help="清理超过保存期（LETTERBOX_AUDIT_DAYS）的审计记录，留下可核对的检查点；工作进程每天自动做。"
)
@json_option
def expire(as_json: bool) -> None:
    with services() as opened:
        ended = opened.core.end_old_audit()
    answer({"ended": ended}, as_json, lambda: f"清理了 {ended} 条")


command = audit
