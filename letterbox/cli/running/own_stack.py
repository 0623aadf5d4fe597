"""A whole stack in a folder of its own, started by ``letterbox up``, stopped and removed at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from letterbox import settings as settings_module
from letterbox.domain.errors import Unavailable
from letterbox.programs import free_port
from letterbox.settings import Settings

READY_S, STOP_S = 300, 60
INHERITED = ("DATABASE_URL", "ENGINE_URL", "ENGINE_USER", "ENGINE_PASSWORD", "SMTP_URL", "SMS_URL")
"""Never passed on: a stack of one's own must not reach anybody else's parts."""


@contextmanager
def own_stack(extra: Mapping[str, str]) -> Iterator[Settings]:
    """``extra``: environment of its own (profile, clock). Raises Unavailable with the stack's last lines."""
    folder = Path(tempfile.mkdtemp(prefix="letterbox-own-"))
    folder.chmod(0o711)  # the database's user passes through when we are root
    environment = {name: value for name, value in os.environ.items() if name not in INHERITED}
    environment |= {**extra, "LETTERBOX_DATA_DIR": str(folder)}
    log = folder / "up.log"
    with log.open("wb") as sink:
        command = [sys.executable, "-m", "letterbox.cli", "up", "--port", str(free_port())]
        process = subprocess.Popen(command, env=environment, stdout=sink, stderr=sink, start_new_session=True)
    try:
        yield _until_ready(process, folder, log, environment)
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _until_ready(process: subprocess.Popen[bytes], folder: Path, log: Path, environment: Mapping[str, str]) -> Settings:
    """``up`` writes its addresses early; the workers come last."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        if (folder / settings_module.STACK_FILE).exists() and _is_well(environment):
            return settings_module.load({"LETTERBOX_DATA_DIR": str(folder)})
        time.sleep(0.5)
    raise Unavailable(f"自带的系统没有启动：\n{log.read_text('utf-8', 'replace')[-3000:]}")


def _is_well(environment: Mapping[str, str]) -> bool:
    command = [sys.executable, "-m", "letterbox.cli", "status", "--json"]
    return subprocess.run(command, env=dict(environment), capture_output=True, check=False).returncode == 0
