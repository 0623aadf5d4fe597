"""``letterbox status``: is each part of the stack well (contract, "Command line")."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from letterbox import settings as settings_module
from letterbox.cli.output import REFUSED, UNREACHABLE, answer, json_option, note
from letterbox.domain.errors import ConfigError
from letterbox.services.operations.doctor import workers as worker_health
from letterbox.settings import Settings, data_dir_from
from letterbox.stack import stack_file
from letterbox.stack.assembly import answers
from letterbox.stack.engine import launch
from letterbox.store.database import Database

UNKNOWN: dict[str, Any] = {
    "engine": {"kind": None, "version": None, "url": None, "ok": False},
    "database": {"ok": False},
    "web": {"url": None, "ok": False},
    "workers": [],
}


@click.command("status", help="查看引擎、数据库、网站和工作进程是否正常。")
@json_option
def status(as_json: bool) -> None:
    data_dir = data_dir_from(os.environ)
    try:
        found = report(settings_module.load(), data_dir)
    except ConfigError as error:
        note(error.message)
        found = UNKNOWN
    answer(found, as_json, lambda: words(found))
    code = exit_code(found)
    if code == UNREACHABLE:
        note("引擎或数据库无法连接：用 letterbox up 启动，或检查 ENGINE_URL、DATABASE_URL (unreachable)")
    raise click.exceptions.Exit(code)


def report(settings: Settings, data_dir: Path) -> dict[str, Any]:
    stack = stack_file.read(data_dir)
    version = launch.version(settings.engine_url, settings.engine_user, settings.engine_password)
    database = Database(settings.database_url, pool_size=1)
    try:
        is_database_ok = database.is_answering()
    finally:
        database.close()
    web_url = str(stack.get("web_url") or settings.public_url)
    return {
        "engine": {"kind": kind(version), "version": version, "url": settings.engine_url, "ok": version is not None},
        "database": {"ok": is_database_ok},
        "web": {"url": web_url, "ok": answers(f"{web_url}/healthz")},
        "workers": worker_health.topics(settings.workers_url),
    }


def kind(version: str | None) -> str | None:
    """Operaton counts its own versions from 1; Camunda 7 names itself by the leading 7."""
    if version is None:
        return None
    return "camunda" if version.startswith("7.") else "operaton"


def exit_code(found: dict[str, Any]) -> int:
    """3 without engine or database, 1 when another part is not well, 0 when all is."""
    if not (found["engine"]["ok"] and found["database"]["ok"]):
        return UNREACHABLE
    is_well = found["web"]["ok"] and found["workers"] and all(one["ok"] for one in found["workers"])
    return 0 if is_well else REFUSED


def words(found: dict[str, Any]) -> str:
    def mark(is_ok: bool) -> str:
        return "正常" if is_ok else "不可用"

    engine = found["engine"]
    lines = [
        f"流程引擎  {mark(engine['ok'])}  {engine['kind'] or ''} {engine['version'] or ''}  {engine['url'] or ''}",
        f"数据库    {mark(found['database']['ok'])}",
        f"网站      {mark(found['web']['ok'])}  {found['web']['url'] or ''}",
        f"工作进程  {mark(bool(found['workers']))}",
    ]
    lines += [f"  {one['topic']}  {mark(one['ok'])}  {one['last_poll_s']} s" for one in found["workers"]]
    return "\n".join(lines)
