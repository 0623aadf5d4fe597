"""``letterbox backup``: both databases, attachments, kept mail and keys at one point, in one file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from letterbox.cli._operator import note_export
from letterbox.cli._passphrase import passphrase, passphrase_option
from letterbox.cli._services import services
from letterbox.cli.output import answer, json_option, note
from letterbox.domain.audit import Thing
from letterbox.domain.clock import iso
from letterbox.domain.dates import instant
from letterbox.settings import data_dir_from
from letterbox.stack.backup import making
from letterbox.stack.backup.making import Made

OPEN = "备份没有加密，里面有密钥和全部个人信息：请放在只有管理员能读的地方，或用 --passphrase-file 加密 (not sealed)"


@click.command("backup", help="备份：在系统运行时把数据库、附件、邮件和密钥写进一个文件，并读回核对。")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@passphrase_option
@click.option("--replace", is_flag=True, help="覆盖已有的文件")
@click.option("--verify", is_flag=True, help="不备份，只核对已有的备份文件是否完好")
@json_option
def backup(file: Path, passphrase_file: Path | None, replace: bool, verify: bool, as_json: bool) -> None:
    phrase = passphrase(passphrase_file)
    if verify:
        found = making.verify(file, phrase)
        answer(_document(found), as_json, lambda: f"完好：{_words(found)}")
        return
    data_dir = data_dir_from(os.environ)
    making.own_server(data_dir)
    with services() as opened:
        kind = "plain" if phrase is None else "sealed"
        note_export(opened.core.trail, Thing("backup", f"{opened.core.clock.now():%Y-%m-%d}"), format=kind)
    made = making.make(data_dir, file, phrase, replace=replace)
    if phrase is None:
        note(OPEN)
    answer(_document(made), as_json, lambda: f"已备份并核对：{_words(made)}")


def _document(made: Made) -> dict[str, object]:
    return {
        "file": made.file,
        "at": iso(made.at),
        "bytes": made.size,
        "members": made.members,
        "sealed": made.is_sealed,
    }


def _words(made: Made) -> str:
    sealed = "已加密" if made.is_sealed else "没有加密"
    return (
        f"{made.file}，{instant(made.at)} 开始，{made.size / 1_000_000:.1f} MB，{made.members} 个文件（夹），{sealed}"
    )
