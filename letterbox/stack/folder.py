"""Who runs in a data folder: one supervisor at a time, and what a killed one left behind."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from letterbox.domain.errors import LetterboxError
from letterbox.stack.parts import write_private

LOCK = "up.lock"
CHILDREN = "children.json"
LEFTOVER_STOP_S = 8


class AlreadyRunning(LetterboxError):
    """Another ``letterbox up`` holds this folder."""


@dataclass(frozen=True, slots=True)
class Child:
    """A started program as it can be found again: a pid alone may by now be somebody else's."""

    name: str
    pid: int
    created: float
    stop_signal: int

    @classmethod
    def of(cls, name: str, pid: int, stop_signal: int) -> Child:
        try:
            created = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            created = 0.0
        return cls(name=name, pid=pid, created=created, stop_signal=int(stop_signal))

    def process(self) -> psutil.Process | None:
        """The live process, None if it ended."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < 1
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Hold the folder for this process. Raises AlreadyRunning naming the holder."""
    with (data_dir / LOCK).open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise AlreadyRunning(
                f"这个目录里已经有一个 letterbox 在运行（进程 {handle.read().strip() or '?'}，{data_dir}）。"
                f"先用 letterbox down 停止它，或用 LETTERBOX_DATA_DIR 指定另一个目录 (already running here)"
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def holder(data_dir: Path) -> psutil.Process | None:
    """The supervisor that holds the folder, None if none does."""
    path = data_dir / LOCK
    if not path.exists():
        return None
    with path.open("r", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            with contextlib.suppress(ValueError, psutil.NoSuchProcess):
                return psutil.Process(int(handle.read()))
    return None


def remember(data_dir: Path, children: Iterable[Child]) -> None:
    write_private(data_dir / CHILDREN, [asdict(child) for child in children])


def stop_leftovers(data_dir: Path) -> list[str]:
    """End the programs of a supervisor that was killed, last started first; returns their names."""
    try:
        stored = json.loads((data_dir / CHILDREN).read_text(encoding="utf-8"))
        children = [Child(**one) for one in stored]
    except (OSError, ValueError, TypeError):
        return []
    stopped = []
    for child in reversed(children):
        process = child.process()
        if process is not None:
            _stop_group(process, child.stop_signal)
            stopped.append(child.name)
    (data_dir / CHILDREN).unlink(missing_ok=True)
    return stopped


def _stop_group(process: psutil.Process, stop_signal: int) -> None:
    process.send_signal(stop_signal)
    with contextlib.suppress(psutil.TimeoutExpired):
        process.wait(LEFTOVER_STOP_S)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
