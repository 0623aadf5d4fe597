"""``letterbox up`` as a person runs it, for a test to look at."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from tests.support.stack.waiting import until

CLOCK = "2026-02-13T09:00:00+08:00"
STARTING_S = 240
STOPPING_S = 15


class Up:
    """A running ``letterbox up`` and what it printed."""

    def __init__(self, data_dir: Path, port: int, **environ: str) -> None:
        self.data_dir = data_dir
        self.environ = {
            **os.environ,
            "LETTERBOX_DATA_DIR": str(data_dir),
            "LETTERBOX_PROFILE": "test",
            "LETTERBOX_CLOCK": CLOCK,
            **environ,
        }
        self._lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "letterbox.cli", "up", "--port", str(port)],
            env=self.environ,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in iter(self.process.stderr.readline, ""):
            self._lines.append(line)

    @property
    def text(self) -> str:
        return "".join(self._lines)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "letterbox.cli", *arguments]
        return subprocess.run(argv, env=self.environ, capture_output=True, text=True, timeout=60, check=False)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.command("status", "--json").stdout)
        return found

    def children(self) -> dict[str, int]:
        stored = json.loads((self.data_dir / "children.json").read_text())
        return {child["name"]: child["pid"] for child in stored}

    def engine_now(self) -> datetime:
        stack_file = json.loads((self.data_dir / "stack.json").read_text())
        url = stack_file["engine_url"].replace("/engine-rest", "/letterbox/clock")
        answer = requests.get(url, auth=(stack_file["engine_user"], stack_file["engine_password"]), timeout=5)
        return datetime.fromisoformat(answer.json()["now"])

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOPPING_S * 2)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._reader.join(10)
        assert self.process.stderr is not None
        self.process.stderr.close()


@contextmanager
def running(data_dir: Path, port: int, **environ: str) -> Iterator[Up]:
    started = Up(data_dir, port, **environ)
    try:
        yield started
    finally:
        started.close()


@contextmanager
def ready(data_dir: Path, port: int, **environ: str) -> Iterator[Up]:
    """One whose parts are all well."""
    with running(data_dir, port, **environ) as started:
        until(
            lambda: "已就绪" in started.text or started.process.poll() is not None,
            within_s=STARTING_S,
            what="the stack",
        )
        assert started.process.poll() is None, started.text
        yield started
