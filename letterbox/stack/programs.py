"""Programs of the stack as values, and one of them running: started in its own process group, read line by line."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from letterbox.domain.errors import Unavailable

LineSink = Callable[[str], None]
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "PYTHONPATH")
"""What a program inherits of our environment unless it is given more: nothing secret."""


def heeded(signals: Iterable[signal.Signals]) -> list[signal.Signals]:
    """Those that may end us: a hang-up that whoever started us ignores (nohup) stays ignored."""
    is_ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [each for each in signals if each != signal.SIGHUP or not is_ignored]


class NotReady(Unavailable):
    """A program ended or stayed silent instead of becoming ready."""


@dataclass(frozen=True, slots=True)
class Program:
    """How to start something: fixed argument list, extra environment, the signal it stops on."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    inherit: Sequence[str] = PASSED_ON
    stop_signal: int = signal.SIGTERM
    user: int | None = None
    """Numeric user and group to run as; None: the current ones."""
    cwd: Path | None = None
    listens_on: Sequence[socket.socket] = ()
    """Sockets that we opened for it; it finds them under the same numbers."""

    def environment(self) -> dict[str, str]:
        return {name: os.environ[name] for name in self.inherit if name in os.environ} | dict(self.env)


class Running:
    """A started program; every line it prints goes to ``sink``, from a thread of its own."""

    def __init__(self, program: Program, sink: LineSink) -> None:
        self.program = program
        self._process = subprocess.Popen(
            list(program.argv),
            env=program.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=program.cwd,
            pass_fds=[each.fileno() for each in program.listens_on],
            start_new_session=True,
            user=program.user,
            group=program.user,
            extra_groups=None if program.user is None else [],
        )
        self._reader = threading.Thread(target=self._read, args=(sink,), daemon=True, name=f"log-{program.name}")
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs; negative: killed by that signal."""
        return self._process.poll()

    def wait(self, timeout_s: float) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout_s)
        return None

    def ask_to_stop(self) -> None:
        if self.exit_code() is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(self.program.stop_signal)

    def stop(self, timeout_s: float = 10) -> None:
        """Ask it to stop; after ``timeout_s`` kill its whole group."""
        self.ask_to_stop()
        self.wait(timeout_s)
        self.kill_group()
        self._reader.join(2)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def kill_group(self) -> None:
        """End whatever is left of its process group (also children that outlived it)."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _read(self, sink: LineSink) -> None:
        stream = self._process.stdout
        if stream is None:
            return
        with suppress(ValueError):  # closed under us while stopping
            for line in stream:
                sink(line.rstrip("\n"))


def until_ready(probe: Callable[[], bool], running: Running, timeout_s: float) -> None:
    """Poll ``probe`` until it is true. Raises NotReady if the program ends first or time is up."""
    deadline = time.monotonic() + timeout_s
    while not probe():
        code = running.exit_code()
        if code is not None:
            raise NotReady(
                f"{running.program.name} 启动失败，退出码 {code}，原因见其日志 (ended while starting, see its log)"
            )
        if time.monotonic() > deadline:
            raise NotReady(f"{running.program.name} 在 {timeout_s:.0f} 秒内没有就绪，请查看其日志 (not ready in time)")
        time.sleep(0.1)


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind((host, 0))
        port: int = listener.getsockname()[1]
        return port


def is_port_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True
