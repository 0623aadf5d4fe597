"""The parts of the stack: how each is started and how it shows that it is ready."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import requests

from letterbox.stack import stack_file
from letterbox.stack.engine import launch
from letterbox.stack.own_user import OwnUser
from letterbox.stack.plan import Plan
from letterbox.stack.programs import is_port_free
from letterbox.stack.supervisor import Part

PROBE_S = 3
WEB_PROCESSES = 2
WEB_THREADS = 8
WEB_WORKER = "letterbox.stack.web_worker.Worker"
LONGEST_REQUEST_LINE = 8190
"""Bytes; the most that gunicorn allows. Its own limit is half of it; what is longer is refused in words by the worker."""
KEEP_ALIVE_S = 75
"""Longer than clients and proxies keep an idle connection (60 s): they close first, and none meets a closed one."""
FIRST_FREE_PORT = 1024
TAKEN = "收到邮件"
"""How the line of a mail begins that was kept: some thirty while demonstration letters are made."""
STOP_ORDER = (("workers", "web", "mail"), ("engine",), ("postgresql",))
"""Who uses the engine stops before it, and everybody before the database."""


def postgres(plan: Plan) -> Part:
    server = plan.postgres()
    return Part(
        name="postgresql", title="启动数据库", make=server.program, is_ready=server.is_answering, hidden=" LOG: "
    )


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

    return Part(
        name="engine",
        title="启动流程引擎",
        make=lambda: launch.program(options()),
        is_ready=is_ready,
        ready_timeout_s=launch.READY_TIMEOUT_S,
        stop_timeout_s=4,
    )


def mail(plan: Plan, who: OwnUser) -> Part:
    port = plan.ports["mail_port"]
    program = who.program(
        "mail", ["-m", "letterbox.stack.mail_catcher", str(port), str(plan.mail_folder)], _environment(plan)
    )
    return Part(
        name="mail",
        title="启动邮件收集器",
        make=lambda: program,
        is_ready=lambda: not is_port_free(port),
        stop_timeout_s=2,
        hidden=TAKEN,
    )


def web(plan: Plan, who: OwnUser) -> Part:
    listener = _listener(plan) if who.user is not None and plan.web_port < FIRST_FREE_PORT else None
    bind = f"fd://{listener.fileno()}" if listener else f"{plan.web_host}:{plan.web_port}"
    argv = ["-m", "gunicorn", "webapp:create_app()", "--bind", bind]
    argv += ["--worker-class", WEB_WORKER, "--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)]
    argv += ["--timeout", "60", "--graceful-timeout", "4", "--no-control-socket", "--log-level", "warning"]
    argv += ["--limit-request-line", str(LONGEST_REQUEST_LINE), "--keep-alive", str(KEEP_ALIVE_S)]
    program = who.program("web", argv, _environment(plan), [listener] if listener else [])
    return Part(name="web", title="启动网站", make=lambda: program, is_ready=lambda: answers(f"{plan.web_url}/healthz"))


def workers(plan: Plan, who: OwnUser) -> Part:
    argv = ["-m", "workers", "--health-port", str(plan.ports["workers_port"])]
    program = who.program("workers", argv, _environment(plan))
    url = f"{plan.workers_url}/healthz"  # 503 until the first poll came back, which may take a long poll's time
    return Part(
        name="workers",
        title="启动工作进程",
        make=lambda: program,
        is_ready=lambda: _status(url) is not None,
        stop_timeout_s=6,
    )


def _environment(plan: Plan) -> dict[str, str]:
    """All that these programs need to know: the stack's file is closed to them if root starts them."""
    return stack_file.as_environment({"workers_url": plan.workers_url, **plan.settings()})


def _listener(plan: Plan) -> socket.socket:
    """A port that only root may take, taken for the web server, which is not root. Open for as long as we run."""
    family = socket.AF_INET6 if ":" in plan.web_host else socket.AF_INET
    return socket.create_server((plan.web_host, plan.web_port), family=family, backlog=2048)


def answers(url: str) -> bool:
    """Somebody answers there without an error of the server."""
    status = _status(url)
    return status is not None and status < 500


def _status(url: str) -> int | None:
    try:
        return requests.get(url, timeout=PROBE_S, allow_redirects=False).status_code
    except requests.RequestException:
        return None
