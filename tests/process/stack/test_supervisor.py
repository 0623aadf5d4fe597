"""The supervisor with real programs: restarts with growing delay, orderly stop, nothing left behind."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from letterbox.stack import folder
from letterbox.stack.programs import NotReady, Program
from letterbox.stack.show import Show
from letterbox.stack.supervisor import Part, Supervisor
from tests.support.stack.waiting import until

SLEEPER = "import time\nprint('up', flush=True)\ntime.sleep(600)"
STUBBORN = (
    "import signal, subprocess, sys, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print('child', child.pid, flush=True)\ntime.sleep(600)"
)


class Bench:
    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.output = io.StringIO()
        self.show = Show(data_dir / "logs", Console(file=self.output, highlight=False))
        self.supervisor = Supervisor(data_dir, self.show, first_delay_s=0.2)

    def part(self, name: str, code: str, *, says: str | None = None, stop_timeout_s: float = 1) -> Part:
        program = Program(name, [sys.executable, "-c", code])
        return Part(name, name, lambda: program, lambda: not says or says in self.text, 10, stop_timeout_s)

    @property
    def text(self) -> str:
        return self.output.getvalue()

    @contextmanager
    def watching(self) -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=self.supervisor.watch, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.supervisor.stop([])
    bench.show.close()


def test_a_killed_program_is_restarted_and_that_is_shown(bench: Bench) -> None:
    first = bench.supervisor.start(bench.part("engine", SLEEPER, says="up"))
    with bench.watching():
        os.kill(first.pid, signal.SIGKILL)
        until(lambda: "engine 已重新启动" in bench.text, what="the restart")
    assert "engine 意外结束（退出码 -9），0.2 秒后重新启动" in bench.text


def test_the_delay_grows_with_every_fall(bench: Bench) -> None:
    bench.supervisor.start(bench.part("web", "raise SystemExit(7)"))
    with bench.watching():
        until(lambda: "0.8 秒后重新启动" in bench.text, within_s=20, what="the third delay")
    assert bench.text.index("，0.2 秒后") < bench.text.index("，0.4 秒后") < bench.text.index("，0.8 秒后")


def test_a_program_that_ends_while_starting_is_reported_with_its_words(bench: Bench) -> None:
    part = bench.part("workers", "print('no such setting'); raise SystemExit(2)", says="never")
    with pytest.raises(NotReady, match=r"(?s)退出码 2.*no such setting.*workers\.log"):
        bench.supervisor.start(part)


def test_a_program_that_ignores_the_signal_is_killed_with_its_children(bench: Bench) -> None:
    bench.supervisor.start(bench.part("stubborn", STUBBORN, says="child", stop_timeout_s=0.3))
    child = int(bench.text.split("child ")[1].split()[0])
    bench.supervisor.stop([])
    until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)
    assert "stubborn 已停止" in bench.text


def test_parts_stop_in_the_given_order(bench: Bench) -> None:
    for name in ("postgresql", "engine", "web"):
        bench.supervisor.start(bench.part(name, SLEEPER))
    bench.supervisor.stop([["web"], ["engine"], ["postgresql"]])
    words = bench.text
    assert words.index("web 已停止") < words.index("engine 已停止") < words.index("postgresql 已停止")


def test_what_a_killed_supervisor_left_is_found_and_ended(bench: Bench) -> None:
    left = bench.supervisor.start(bench.part("web", SLEEPER, says="up"))
    assert folder.stop_leftovers(bench.data_dir) == ["web"]
    assert left.wait(5) is not None
    assert folder.stop_leftovers(bench.data_dir) == []


def test_lines_are_kept_in_a_file_each(bench: Bench) -> None:
    bench.supervisor.start(bench.part("web", SLEEPER, says="up"))
    assert "up" in bench.show.log_file("web").read_text(encoding="utf-8")
    assert "web       │ up" in bench.text
