"""How long somebody waits for the engine, over all calls of what he does: a hung engine must not hold up a person's submit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_until: ContextVar[float | None] = ContextVar("until", default=None)
"""Monotonic seconds."""
READING_S = 3.0
"""How long a page waits for what it can do without: an engine that takes longer hangs, and the page says that it is away."""
LEAST_S = 0.05
"""What a call that begins at the last moment still gets."""


@dataclass
class _Page:
    """How long each reading may wait, and whether one has waited or asked again in vain."""

    each_s: float
    is_hung: bool = False
    is_away: bool = False


_page: ContextVar[_Page | None] = ContextVar("page", default=None)


@contextmanager
def page(each_s: float = READING_S) -> Iterator[None]:
    """Each reading within the block waits at most so long; after one without an answer the engine is not asked again.

    However many questions a page asks, an engine that hangs costs it one wait, one that is away one round of asking again;
    one that is only busy answers them all.
    """
    token = _page.set(_Page(each_s))
    try:
        yield
    finally:
        _page.reset(token)


def went_unanswered() -> None:
    """The engine took a call and did not answer in time."""
    if (asking := _page.get()) is not None:
        asking.is_hung = True


def is_hung() -> bool:
    """Whether a call of the present page went unanswered."""
    asking = _page.get()
    return asking is not None and asking.is_hung


def stayed_away() -> None:
    """The engine could not be reached, though it was asked again."""
    if (asking := _page.get()) is not None:
        asking.is_away = True


def is_away() -> bool:
    """Whether a call of the present page was not answered to the last: another one need not be patient."""
    asking = _page.get()
    return asking is not None and (asking.is_away or asking.is_hung)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Calls within the block wait together at most so long for answers, or what is left of an outer block's patience."""
    before, wanted = _until.get(), time.monotonic() + seconds
    token = _until.set(wanted if before is None else min(before, wanted))
    try:
        yield
    finally:
        _until.reset(token)


def time_left(usual_s: float, *, is_command: bool = True) -> float:
    """How long a call that usually waits ``usual_s`` may wait now; 0 or less: not at all any more.

    A command has the time that it had: cut short, nobody would know whether it was applied.
    """
    asking, until = _page.get(), _until.get()
    if asking is not None:
        if asking.is_hung:
            return 0.0
        usual_s = usual_s if is_command else min(usual_s, asking.each_s)
    if until is None:
        return usual_s
    left = until - time.monotonic()
    return min(usual_s, max(left, LEAST_S)) if left > 0 else 0.0
