"""``letterbox instances stuck``: everything that stands still until somebody acts."""

from __future__ import annotations

import click

from letterbox.cli._services import services
from letterbox.cli.instances.shared import document, operator, words
from letterbox.cli.output import answer, json_option, note
from letterbox.services.operations.stuck.items import StuckList


@click.command("stuck", help="列出停滞的事项：失败的步骤和任务、被拒的指令、没有送达的通知。")
@json_option
def stuck(as_json: bool) -> None:
    with services() as opened:
        found = opened.operator.stuck.all(operator())
    answer({"stuck": [document(each) for each in found.items]}, as_json, lambda: _words(found))
    if found.is_cut:
        note("清单过长，只列出了每类最早的 1000 项。")


def _words(found: StuckList) -> str:
    lines = [words(each) for each in found.items]
    return "\n".join([*lines, f"共 {len(lines)} 项停滞"]) if lines else "没有停滞的事项"
