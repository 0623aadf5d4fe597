"""``letterbox up``: the whole stack in the foreground, until Ctrl-C."""

from __future__ import annotations

import os

import click

from letterbox.settings import data_dir_from
from letterbox.stack import start


@click.command("up", help="启动全部程序：数据库、流程引擎、网站、工作进程。按 Ctrl-C 停止。")
@click.option("--demo", is_flag=True, help="放入演示人员和来信（仅在还没有时）")
@click.option("--port", type=click.IntRange(1, 65535), help="网站端口，默认 8080")
def up(demo: bool, port: int | None) -> None:
    start.run(data_dir_from(os.environ), port, is_demo=demo)
