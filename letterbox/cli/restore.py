"""``letterbox restore``: a backup into a data folder that holds nothing."""

from __future__ import annotations

import os
from pathlib import Path

import click

from letterbox.cli._passphrase import passphrase, passphrase_option
from letterbox.cli.output import answer, json_option
from letterbox.settings import data_dir_from
from letterbox.stack.backup import restoring

NEXT = (
    "接着：运行 letterbox up，等它就绪；再运行 letterbox reconcile 核对数据库与流程引擎；然后运行 letterbox doctor。"
    "备份时还没发出的通知会再发一次，备份以后的来信和办理不在里面"
)


@click.command("restore", help="恢复：把备份放进一个空的数据目录（LETTERBOX_DATA_DIR），核对每个文件。")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@passphrase_option
@json_option
def restore(file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    data_dir = data_dir_from(os.environ)
    given = restoring.restore(file, data_dir, passphrase(passphrase_file))
    answer({"data_dir": data_dir, "settings": given}, as_json, lambda: "\n".join(_lines(data_dir, given)))


def _lines(data_dir: Path, given: list[str]) -> list[str]:
    lines = [f"已恢复到 {data_dir}，每个文件都核对过"]
    if given:
        names = "、".join(given)
        lines.append(f"原来用环境变量给出的设置，启动前请照样给出：{names}（值在 {data_dir / restoring.BEFORE}）")
    return [*lines, NEXT]
