"""The stack a benchmark runs against: one it starts itself by ``letterbox up`` in a folder of its own, or a running one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import requests

from letterbox import settings as settings_module
from letterbox.domain.errors import ConfigError
from letterbox.programs import free_port
from letterbox.settings import Settings

READY_S, STOP_S = 300, 60


@dataclass(frozen=True, slots=True)
class Site:
    """``pid``: its supervisor, if we started it."""

    settings: Settings
    url: str
    pid: int | None = None


@contextmanager
def running(data_dir: Path) -> Iterator[Site]:
    """The stack that ``letterbox up`` runs in ``data_dir`` just now."""
    settings = settings_module.load({**os.environ, "LETTERBOX_DATA_DIR": str(data_dir)})
    yield Site(settings, settings.public_url.rstrip("/"))


@contextmanager
def started() -> Iterator[Site]:
    """A stack of its own, stopped and removed at the end. Its output goes to standard error if it fails to start."""
    folder = Path(tempfile.mkdtemp(prefix="letterbox-bench-"))
    folder.chmod(0o711)  # the database's user passes through when we are root
    environment = {**os.environ, "LETTERBOX_DATA_DIR": str(folder)}
    log = folder / "up.log"
    with log.open("wb") as sink:
        command = [sys.executable, "-m", "letterbox.cli", "up", "--port", str(free_port())]
        process = subprocess.Popen(command, env=environment, stdout=sink, stderr=sink)
    try:
        _until_ready(process, folder, log)
        with running(folder) as site:
            yield replace(site, pid=process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _until_ready(process: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        if _is_ready(folder):
            return
        time.sleep(0.5)
    raise SystemExit(f"letterbox up did not become ready:\n{log.read_text('utf-8', 'replace')[-4000:]}")


def _is_ready(folder: Path) -> bool:
    """``up`` writes its addresses early; the workers come last."""
    try:
        with running(folder) as site:
            return requests.get(f"{site.url}/api/v1/openapi.json", timeout=2).ok and _workers_poll(folder)
    except (ConfigError, requests.RequestException, OSError):
        return False


def _workers_poll(folder: Path) -> bool:
    environment = {**os.environ, "LETTERBOX_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "letterbox.cli", "status", "--json"]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
