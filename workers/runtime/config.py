"""How a worker behaves; the defaults suit production."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from workers.runtime.backoff import Backoff


def _unchanged(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """``poll_ms``: long poll, 5–20 s; short (500) where the engine's clock is moved.

    ``gather_s``: how long to gather freed slots before fetching, so that a busy worker does not fetch one by one.
    ``stale_after_s``: without an answered poll for so long the worker is unhealthy. ``stuck_after_s``: the same when
    all slots have been taken for so long. ``grace_s``: what running handlers get at shutdown. ``mask`` is applied to
    failure texts before they leave the process.
    """

    slots: int = 4
    poll_ms: int = 15_000
    gather_s: float = 0.005
    max_retries: int = 5
    retry: Backoff = field(default_factory=lambda: Backoff(base_s=10, factor=3, cap_s=3600))
    engine_away: Backoff = field(default_factory=lambda: Backoff(base_s=0.5, factor=2, cap_s=10))
    answer: Backoff = field(default_factory=lambda: Backoff(base_s=0.3, factor=3, cap_s=10))
    answer_attempts: int = 4
    max_deliveries: int = 5
    stale_after_s: float = 60.0
    stuck_after_s: float = 900.0
    grace_s: float = 20.0
    mask: Callable[[str], str] = _unchanged
