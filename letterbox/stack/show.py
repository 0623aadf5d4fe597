"""What ``letterbox up`` shows: steps with their time, a bar for downloads, every program's lines under its name.

All on standard error; coloured on a terminal, plain elsewhere. Each program's lines also go to ``logs/<name>.log``.
"""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from letterbox.stack.engine.lock import Jar, Lock

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_red")
LOG_BYTES = 10_000_000
LOG_FILES = 3
TAIL_LINES = 15
NAME_WIDTH = 10
QUIET_S = 2.0
"""A check of what is already there is not worth a line."""


class OwnLog(RotatingFileHandler):
    """A log of ours in a folder that another user may write to as well: a link that stands in its place is not followed."""

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
        return os.fdopen(os.open(self.baseFilename, flags, 0o600), "a", encoding=self.encoding)


class Show:
    """One supervisor's output."""

    def __init__(self, logs: Path, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self._logs = logs
        self._colours: dict[str, str] = {}
        self._tails: dict[str, deque[str]] = {}
        self._loggers: dict[str, logging.Logger] = {}
        self.is_stopping = False
        """While stopping, what programs complain of on losing each other goes to their files only."""

    def note(self, message: str, style: str = "") -> None:
        self.console.print(Text(message, style=style), soft_wrap=True)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Say what is being waited for, and how long it took."""
        begun = time.monotonic()
        if self.console.is_terminal:
            with self.console.status(Text(f"{title}…")):
                yield
        else:
            self.note(f"… {title}")
            yield
        self.note(f"✓ {title}  {time.monotonic() - begun:.1f} s", "green")

    def sink(self, name: str, hidden: str | None = None) -> Callable[[str], None]:
        """Where the lines of the program ``name`` go; those containing ``hidden`` only to its file."""
        logger = self._logger(name)
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        tail = self._tails.setdefault(name, deque(maxlen=TAIL_LINES))

        def take(line: str) -> None:
            tail.append(line)
            logger.info(line)
            if self.is_stopping or (hidden is not None and hidden in line):
                return
            text = Text.assemble((f"{name:<{NAME_WIDTH}}│ ", colour), Text.from_ansi(line))
            self.console.print(text, soft_wrap=True)

        return take

    def tail(self, name: str) -> list[str]:
        """The last lines of a program."""
        return list(self._tails.get(name, ()))

    def log_file(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def close(self) -> None:
        """Close the log files; every program has ended."""
        for logger in self._loggers.values():
            for handler in list(logger.handlers):
                handler.close()
                logger.removeHandler(handler)
        self._loggers.clear()

    def _logger(self, name: str) -> logging.Logger:
        """One a program, kept over its restarts: two would rotate the same file under each other."""
        if name not in self._loggers:
            self._loggers[name] = self._open(name)
        return self._loggers[name]

    def _open(self, name: str) -> logging.Logger:
        self._logs.mkdir(parents=True, exist_ok=True)
        logger = logging.Logger(f"program.{name}")
        handler = OwnLog(self.log_file(name), maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)
        return logger


@contextmanager
def jar_progress(show: Show, lock: Lock) -> Iterator[Callable[[Jar], None]]:
    """A bar over the bytes of ``lock``; off a terminal a line every quarter."""
    if show.console.is_terminal:
        columns = (TextColumn("引擎组件"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        with Progress(*columns, console=show.console, transient=True) as bar:
            task = bar.add_task("jars", total=lock.size)
            yield lambda jar: bar.advance(task, jar.size)
        return
    done, said, begun = 0, 0, time.monotonic()

    def count(jar: Jar) -> None:
        nonlocal done, said
        done += jar.size
        quarter = done * 4 // lock.size
        if quarter > said and time.monotonic() - begun > QUIET_S:
            said = quarter
            show.note(f"  引擎组件 {done / 1e6:.0f} / {lock.size / 1e6:.0f} MB")

    yield count
