"""``letterbox prepare``: schema, units and diagrams on a database and an engine that run elsewhere, then end.

What ``letterbox up`` does while it starts, for installations whose parts are started by something else (containers,
systemd). May be run again at any time; several at once wait for each other in the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import click

from letterbox import settings as settings_module
from letterbox.cli.output import note
from letterbox.domain.errors import Unavailable
from letterbox.stack import boot as boot_module
from letterbox.stack.boot import Boot
from letterbox.stack.engine import launch
from letterbox.store.database import Database

POLL_S = 0.5


@click.command("prepare", help="准备外部的数据库和流程引擎：更新结构、放入单位、部署流程图，然后结束。")
@click.option("--wait", "wait_s", type=click.IntRange(0, 3600), default=180, show_default=True, help="最多等待多少秒")
def prepare(wait_s: int) -> None:
    settings = settings_module.load()
    boot = Boot(settings, note)
    deadline = time.monotonic() + wait_s
    database = Database(settings.database_url, pool_size=1)
    try:
        _until(database.is_answering, deadline, "数据库连不上，请检查 DATABASE_URL (database unreachable)")
        _run(boot, boot_module.DATABASE_STEPS)
        _until(
            lambda: launch.version(settings.engine_url, settings.engine_user, settings.engine_password) is not None,
            deadline,
            f"流程引擎 {settings.engine_url} 没有应答，请检查 ENGINE_URL、ENGINE_USER、ENGINE_PASSWORD (engine unreachable)",
        )
        _run(boot, boot_module.ENGINE_STEPS)
    finally:
        database.close()
        boot.close()


def _run(boot: Boot, steps: list[boot_module.Step]) -> None:
    for step in steps:
        step.run(boot)
        note(f"✓ {step.title}")


def _until(is_there: Callable[[], bool], deadline: float, message: str) -> None:
    """Raises Unavailable with ``message`` (exit code 3) if it is not there in time."""
    while not is_there():
        if time.monotonic() > deadline:
            raise Unavailable(message)
        time.sleep(POLL_S)
