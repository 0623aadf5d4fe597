"""Keeps the programs of the stack running: restarts what ends, with growing delay, and stops all of it in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from letterbox.stack import folder
from letterbox.stack.programs import NotReady, Program, Running, until_ready
from letterbox.stack.show import Show

FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 30.0
STABLE_S = 60.0
"""After running this long a program's delay starts small again."""

STOP_S = 5.0
WATCH_S = 0.2


@dataclass(frozen=True, slots=True)
class Part:
    """One program of the stack. ``make`` is asked anew at each start, because the clock may have moved meanwhile."""

    name: str
    title: str
    make: Callable[[], Program]
    is_ready: Callable[[], bool]
    ready_timeout_s: float = 60
    stop_timeout_s: float = STOP_S
    hidden: str | None = None
    """Lines with this in them go to the log file only."""


class Kept:
    """A part and its present process."""

    def __init__(self, part: Part, running: Running, first_delay_s: float) -> None:
        self.part = part
        self.running = running
        self.started_at = time.monotonic()
        self.restart_at: float | None = None
        self._first_delay_s = self._delay_s = first_delay_s

    def plan_restart(self) -> float:
        """Seconds until the next start: doubling up to LONGEST_DELAY_S, small again after a stable run."""
        if time.monotonic() - self.started_at > STABLE_S:
            self._delay_s = self._first_delay_s
        delay = self._delay_s
        self.restart_at = time.monotonic() + delay
        self._delay_s = min(delay * 2, LONGEST_DELAY_S)
        return delay


class Supervisor:
    """Starts parts in order and stops them in the opposite one."""

    def __init__(self, data_dir: Path, show: Show, first_delay_s: float = FIRST_DELAY_S) -> None:
        self._data_dir = data_dir
        self._first_delay_s = first_delay_s
        self._show = show
        self._kept: list[Kept] = []

    def start(self, part: Part) -> Running:
        """Start a part and wait until it is ready. Raises NotReady with its last lines."""
        with self._show.step(part.title):
            kept = Kept(part, self._run(part), self._first_delay_s)
            self._kept.append(kept)
            self._remember()
            try:
                until_ready(part.is_ready, kept.running, part.ready_timeout_s)
            except NotReady as error:
                lines = "\n".join(f"    {line}" for line in self._show.tail(part.name))
                log = self._show.log_file(part.name)
                raise NotReady(f"{error.message}\n{lines}\n    完整日志：{log}") from error
        return kept.running

    def watch(self, stop: threading.Event) -> None:
        """Keep everything running until ``stop`` is set."""
        while not stop.wait(WATCH_S):
            for kept in self._kept:
                self._look_after(kept)

    def _look_after(self, kept: Kept) -> None:
        if kept.restart_at is None:
            code = kept.running.exit_code()
            if code is not None:
                kept.running.stop(0)
                delay = kept.plan_restart()
                self._show.note(f"✗ {kept.part.name} 意外结束（退出码 {code}），{delay:g} 秒后重新启动", "bold red")
        elif time.monotonic() >= kept.restart_at:
            kept.restart_at = None
            self._restart(kept)

    def _restart(self, kept: Kept) -> None:
        try:
            kept.running = self._run(kept.part)
        except Exception as error:  # noqa: BLE001  # whatever made it fail, the next try may do better
            delay = kept.plan_restart()
            self._show.note(f"✗ {kept.part.name} 无法启动：{error}；{delay:g} 秒后再试", "bold red")
            return
        kept.started_at = time.monotonic()
        self._remember()
        self._show.note(f"↻ {kept.part.name} 已重新启动（进程 {kept.running.pid}）", "yellow")

    def stop(self, groups: Sequence[Sequence[str]]) -> None:
        """Stop the named parts, those of one group together, group by group; then any that is not named."""
        named = {name for group in groups for name in group}
        rest = [kept.part.name for kept in self._kept if kept.part.name not in named]
        for group in (rest, *groups):
            members = [kept for kept in self._kept if kept.part.name in group]
            threads = [threading.Thread(target=self._stop, args=(kept,)) for kept in members]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self._kept.clear()
        self._remember()

    def _stop(self, kept: Kept) -> None:
        begun = time.monotonic()
        kept.running.stop(kept.part.stop_timeout_s)
        self._show.note(f"  {kept.part.name} 已停止  {time.monotonic() - begun:.1f} s")

    def _run(self, part: Part) -> Running:
        return Running(part.make(), self._show.sink(part.name, part.hidden))

    def _remember(self) -> None:
        running = [(kept.part.name, kept.running) for kept in self._kept]
        folder.remember(
            self._data_dir, [folder.Child.of(name, one.pid, one.program.stop_signal) for name, one in running]
        )
