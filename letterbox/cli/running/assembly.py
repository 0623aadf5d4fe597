"""The parts of the stack: how each is started and how it shows that it is ready."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import requests

from letterbox.cli.running import stack_file
from letterbox.cli.running.plan import Plan
from letterbox.cli.running.supervisor import Part
from letterbox.engine.embedded import launch
from letterbox.programs import Program, is_port_free

PROBE_S = 3
WEB_PROCESSES = 2
WEB_THREADS = 8
LONGEST_REQUEST_LINE = 8190
"""Bytes; the most that gunicorn allows. Its own limit is half of it and answered in English, before any page of ours."""
KEEP_ALIVE_S = 75
"""Longer than clients and proxies keep an idle connection (60 s): they close first, and none meets a closed one."""
STOP_ORDER = (("workers", "web", "mail"), ("engine",), ("postgresql",))
"""Who uses the engine stops before it, and everybody before the database."""


def postgres(plan: Plan) -> Part:
    server = plan.postgres()
    return Part("postgresql", "启动数据库", server.program, server.is_answering, hidden=" LOG: ")


def engine(plan: Plan, jars: Sequence[Path], clock_offset_ms: Callable[[], int]) -> Part:
    """``clock_offset_ms`` is asked at every start: a restarted engine goes on where the moved clock is."""
    settings = plan.settings()

    def options() -> launch.EngineOptions:
        return launch.EngineOptions(
            jars=jars,
            port=plan.ports["engine_port"],
            user=settings["engine_user"],
            password=settings["engine_password"],
            database_url=plan.postgres().url("engine"),
            profile=settings["profile"],
            clock_offset_ms=clock_offset_ms(),
        )

    def is_ready() -> bool:
        return launch.version(settings["engine_url"], settings["engine_user"], settings["engine_password"]) is not None

    return Part("engine", "启动流程引擎", lambda: launch.program(options()), is_ready, launch.READY_TIMEOUT_S, 4)


def mail(plan: Plan) -> Part:
    port = plan.ports["mail_port"]
    argv = [sys.executable, "-m", "letterbox.cli.running.mail_catcher", str(port), str(plan.mail_folder)]
    program = Program("mail", argv)
    return Part("mail", "启动邮件收集器", lambda: program, lambda: not is_port_free(port), stop_timeout_s=2)


def web(plan: Plan) -> Part:
    argv = [sys.executable, "-m", "gunicorn", "webapp:create_app()", "--bind", f"{plan.web_host}:{plan.web_port}"]
    argv += ["--worker-class", "gthread", "--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)]
    argv += ["--timeout", "60", "--graceful-timeout", "4", "--no-control-socket", "--log-level", "warning"]
    argv += ["--limit-request-line", str(LONGEST_REQUEST_LINE), "--keep-alive", str(KEEP_ALIVE_S)]
    program = Program("web", argv, env=stack_file.as_environment(plan.settings()))
    return Part("web", "启动网站", lambda: program, lambda: answers(f"{plan.web_url}/healthz"))


def workers(plan: Plan) -> Part:
    argv = [sys.executable, "-m", "workers", "--health-port", str(plan.ports["workers_port"])]
    program = Program("workers", argv, env=stack_file.as_environment(plan.settings()))
    url = f"{plan.workers_url}/healthz"  # 503 until the first poll came back, which may take a long poll's time
    return Part("workers", "启动工作进程", lambda: program, lambda: _status(url) is not None, stop_timeout_s=6)


def answers(url: str) -> bool:
    """Somebody answers there without an error of the server."""
    status = _status(url)
    return status is not None and status < 500


def _status(url: str) -> int | None:
    try:
        return requests.get(url, timeout=PROBE_S, allow_redirects=False).status_code
    except requests.RequestException:
        return None
