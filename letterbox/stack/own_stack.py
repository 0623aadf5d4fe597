"""A whole stack in a folder of its own, started by ``letterbox up``, stopped and removed at the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import requests

from letterbox import settings as settings_module
from letterbox.domain.errors import Unavailable
from letterbox.setting_names import VARIABLES
from letterbox.settings import Settings
from letterbox.stack import stack_file
from letterbox.stack.programs import free_port, heeded

READY_S, STOP_S = 300, 60
ENDING = (signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C unwinds by itself; these would end us and leave the stack running."""
WHOSE = frozenset(VARIABLES.values()) - {VARIABLES["engine"]}
"""Settings that name somebody's parts or ways; which engine to start is nobody's."""


@contextmanager
def own_stack(extra: Mapping[str, str]) -> Iterator[Settings]:
    """``extra``: its settings; of ours only the kind of engine is passed on, so that it reaches nobody else's parts.

    SIGTERM and SIGHUP, too, end it with the stack stopped. Raises Unavailable with the last lines of a stack that does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="letterbox-own-"))
    folder.chmod(0o711)  # the database's user passes through when we are root
    environment = {name: value for name, value in os.environ.items() if name not in WHOSE}
    environment |= {**extra, "LETTERBOX_DATA_DIR": str(folder)}
    log = folder / "up.log"
    before = {number: signal.signal(number, _end) for number in heeded(ENDING)}
    with log.open("wb") as sink:
        command = [sys.executable, "-m", "letterbox.cli", "up", "--port", str(free_port())]
        process = subprocess.Popen(command, env=environment, stdout=sink, stderr=sink, start_new_session=True)
    try:
        yield _until_ready(process, folder, log)
    finally:
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # a second one must not leave the stack behind
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _until_ready(process: subprocess.Popen[bytes], folder: Path, log: Path) -> Settings:
    """``up`` writes its addresses early; the workers come last."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        found = stack_file.read(folder)
        if found and all(_is_well(f"{found[part]}/healthz") for part in ("web_url", "workers_url")):
            return settings_module.load({"LETTERBOX_DATA_DIR": str(folder)})
        time.sleep(0.5)
    raise Unavailable(f"自带的系统没有启动：\n{log.read_text('utf-8', 'replace')[-3000:]}")


def _is_well(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
