"""Waiting for something to become true, with a deadline instead of a guess."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(condition: Callable[[], object], *, within_s: float = 5.0, what: str = "the expected state") -> None:
    """Return as soon as ``condition()`` is true; fail after ``within_s``."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come within {within_s} s"
        time.sleep(0.005)
