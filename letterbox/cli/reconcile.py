"""``letterbox reconcile``: do database and engine agree on every letter (contract, "Command line")."""

from __future__ import annotations

import click

from letterbox.cli._services import services
from letterbox.cli.instances.shared import operator
from letterbox.cli.output import answer, json_option, refused
from letterbox.services.operations.reconcile.differences import DIFFERENCE_WORDS, Difference, Reconciliation


@click.command("reconcile", help="核对数据库与流程引擎：每封未办结的来信（或指定的来信）是否一致。")
@click.argument("letters", nargs=-1, metavar="[LETTER…]")
@click.option(
    "--repair",
    is_flag=True,
    help="修复不需要人决定的：补上或结束守望和并行流程、更正任务期限、重发丢失的指令、了结已结束仍在办的来信",
)
@json_option
def reconcile(letters: tuple[str, ...], repair: bool, as_json: bool) -> None:
    with services() as opened:
        reconciling = opened.operator.reconciling
        look = reconciling.repair if repair else reconciling.compare
        found = look(operator(), letters)
    answer(_document(found), as_json, lambda: _words(found))
    if not found.is_clean:
        refused()


def _document(found: Reconciliation) -> dict[str, object]:
    rows = [
        {"letter": each.letter, "kind": each.kind, "detail": each.detail, "repaired": each.repaired}
        for each in found.differences
    ]
    return {"checked": found.checked, "moving": found.under_way, "differences": rows}


def _words(found: Reconciliation) -> str:
    lines = [_line(each) for each in found.differences]
    lines.append(
        f"核对了 {found.checked} 封来信（其中 {found.under_way} 封有指令正在执行），{len(found.differences)} 处不一致"
    )
    return "\n".join(lines)


def _line(difference: Difference) -> str:
    left = "可用 --repair 修复" if difference.is_repairable else "需要人来决定"
    state = "已修复" if difference.repaired else left
    return f"{difference.letter:<16} {DIFFERENCE_WORDS[difference.kind]}  {difference.detail}  [{state}]"
