"""How long somebody waits for the engine, over all calls of what he does: a hung engine must not hold up a person's submit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float | None] = ContextVar("until", default=None)
"""Monotonic seconds."""
READING_S = 3.0
"""How long a page waits for what it can do without: an engine that takes longer hangs, and the page says that it is away."""
LEAST_S = 0.05
"""What a call that begins at the last moment still gets."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Calls within the block wait together at most so long for answers, or what is left of an outer block's patience."""
    before, wanted = _until.get(), time.monotonic() + seconds
    token = _until.set(wanted if before is None else min(before, wanted))
    try:
        yield
    finally:
        _until.reset(token)


def time_left(usual_s: float) -> float:
    """How long a call that usually waits ``usual_s`` may wait now; 0 or less: not at all any more."""
    until = _until.get()
    if until is None:
        return usual_s
    left = until - time.monotonic()
    return min(usual_s, max(left, LEAST_S)) if left > 0 else 0.0
