"""``letterbox search``: whether letters are found by what they say, and making it so."""

from __future__ import annotations

from dataclasses import asdict

import click

from letterbox.cli._services import services
from letterbox.cli.output import answer, json_option, refused

command = click.Group("search", help="查找来信用的索引：核对、重建。")


@command.command("status", help="是不是每封来信都查得到（最新的一批逐封核对内容）；有查不到或不一致的，退出码为 1。")
@json_option
def status(as_json: bool) -> None:
    with services() as opened:
        missing, drifted = opened.core.search_index.missing(), opened.core.search_index.drifted()
    told = f"{missing} 封来信查不到；最新的来信里 {len(drifted)} 封与内容不一致"
    answer({"missing": missing, "drifted": drifted, "ok": not (missing or drifted)}, as_json, lambda: told)
    if missing or drifted:
        refused()


@command.command("rebuild", help="逐封核对索引，不一致的重写；可以中断后再来，不影响办理。")
@json_option
def rebuild(as_json: bool) -> None:
    with services() as opened:
        done = opened.core.search_index.rebuild()
    answer(asdict(done), as_json, lambda: f"核对了 {done.checked} 封来信，重写了 {done.changed} 封的索引")
