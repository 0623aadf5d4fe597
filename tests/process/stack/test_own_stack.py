"""A program with a stack of its own takes it along, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from letterbox.stack.programs import heeded
from tests.support.stack.stack import data_folder

pytestmark = pytest.mark.engine
LONG = ["--from", "2026-03-02", "--to", "2026-05-31", "--letters", "900", "--seed", "1"]


def test_a_simulation_that_is_ended_leaves_no_stack_behind() -> None:
    with data_folder() as temporary:
        running = subprocess.Popen(
            [sys.executable, "-m", "letterbox.cli", "simulate", *LONG],
            env={**os.environ, "TMPDIR": str(temporary)},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert running.stderr is not None
        days = (line for line in running.stderr if "来信" in line)
        assert next(days, None), "it ended before its first day"
        (folder,) = temporary.glob("letterbox-own-*")
        server = int((folder / "postgres" / "postmaster.pid").read_text("utf-8").split()[0])
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=90)
        assert not folder.exists()
        with pytest.raises(ProcessLookupError):
            os.kill(server, 0)


@pytest.mark.parametrize(("handler", "is_heeded"), [(signal.SIG_IGN, False), (signal.SIG_DFL, True)])
def test_under_nohup_a_closed_terminal_ends_nothing(handler: signal.Handlers, is_heeded: bool) -> None:
    before = signal.signal(signal.SIGHUP, handler)
    try:
        taken = heeded([signal.SIGTERM, signal.SIGHUP])
    finally:
        signal.signal(signal.SIGHUP, before)
    assert taken == [signal.SIGTERM, *([signal.SIGHUP] if is_heeded else [])]
