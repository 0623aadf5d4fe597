"""The server in front, as compose runs it: real nginx with the shipped configuration, and a small web server behind it."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from letterbox.settings import ROOT
from letterbox.stack.assembly import LONGEST_REQUEST_LINE, WEB_WORKER
from letterbox.stack.programs import Program, Running, free_port, is_port_free
from tests.support.stack.waiting import until

CONF = ROOT / "config/deploy/front/nginx.conf"
WEB = "tests.support.stack.front_app:app"


@dataclass(slots=True)
class Front:
    """``lines``: what nginx wrote, its access log among it."""

    port: int
    web: Running
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self, sent: bytes) -> socket.socket:
        """A connection that has sent this much and now keeps silent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.sendall(sent)
        return connection


@contextmanager
def front(folder: Path, tls: str = "") -> Iterator[Front]:
    """``tls``: lines for ``/etc/nginx/tls``."""
    web_port, port = free_port(), free_port()
    with ExitStack() as stack:
        web = _started(stack, Program("web", _gunicorn(web_port)), [], web_port)
        running = Front(port, web)
        conf = _configured(folder, port, web_port, tls)
        program = Program("front", [_nginx(), "-p", str(folder), "-c", str(conf), "-g", "daemon off;"])
        _started(stack, program, running.lines, port)
        yield running


def _started(stack: ExitStack, program: Program, lines: list[str], port: int) -> Running:
    running = Running(program, lines.append)
    stack.callback(running.stop)
    until(lambda: not is_port_free(port), within_s=20)
    return running


def _gunicorn(port: int) -> list[str]:
    """Two threads in all: whoever could hold them would hold the site."""
    options = ["--worker-class", WEB_WORKER, "--limit-request-line", str(LONGEST_REQUEST_LINE)]
    options += ["--workers", "1", "--threads", "2", "--keep-alive", "75"]
    return [sys.executable, "-m", "gunicorn", WEB, "--bind", f"127.0.0.1:{port}", "--no-control-socket", *options]


def _configured(folder: Path, port: int, web_port: int, tls: str) -> Path:
    """The shipped file with other ports and folders, nothing else."""
    (folder / "tls").mkdir()
    (folder / "tls/listen.conf").write_text(tls, encoding="utf-8")
    text = CONF.read_text(encoding="utf-8")
    for shipped, here in (
        (" /tmp/", f" {folder}/"),
        ("server web:8080;", f"server 127.0.0.1:{web_port};"),
        ("listen 8080 ", f"listen 127.0.0.1:{port} "),
        ("/etc/nginx/tls/", f"{folder}/tls/"),
    ):
        assert shipped in text
        text = text.replace(shipped, here)
    path = folder / "nginx.conf"
    path.write_text(text, encoding="utf-8")
    return path


def _nginx() -> str:
    found = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    assert found is not None, "nginx is missing: tests/support/stack/needs.py says how to get it"
    return found
