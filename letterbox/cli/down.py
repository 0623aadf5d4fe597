"""``letterbox down``: stop, from another terminal, what ``letterbox up`` runs in this folder."""

from __future__ import annotations

import os
import signal
import time

import click

from letterbox.cli.output import note
from letterbox.domain.errors import LetterboxError
from letterbox.settings import data_dir_from
from letterbox.stack import folder

TIMEOUT_S = 30


@click.command("down", help="停止本目录中正在运行的全部程序。")
def down() -> None:
    data_dir = data_dir_from(os.environ)
    supervisor = folder.holder(data_dir)
    if supervisor is not None:
        supervisor.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + TIMEOUT_S
        while folder.holder(data_dir) is not None:  # the folder is let go last of all
            if time.monotonic() > deadline:
                raise LetterboxError(
                    f"{TIMEOUT_S} 秒内没有停止（进程 {supervisor.pid}），请查看它的输出 (did not stop)"
                )
            time.sleep(0.1)
        note("已停止")
        return
    left = folder.stop_leftovers(data_dir)
    note(f"没有正在运行的 letterbox，已结束它留下的 {'、'.join(left)}" if left else f"{data_dir} 中没有正在运行的程序")
