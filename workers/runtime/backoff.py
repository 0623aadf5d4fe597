"""Waiting longer after each failure, never all at the same moment."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Backoff:
    """``base_s`` × ``factor`` ^ attempt, at most ``cap_s``, then spread by ± ``jitter`` (a share)."""

    base_s: float
    factor: float
    cap_s: float
    jitter: float = 0.25

    def delay_s(self, attempt: int, random: Random, base_s: float | None = None) -> float:
        """Seconds to wait after failure number ``attempt`` (from 0); ``base_s`` replaces the usual first delay."""
        base = self.base_s if base_s is None else base_s
        grown = min(base * self.factor ** min(attempt, 64), max(self.cap_s, base))
        return grown * (1 + self.jitter * random.uniform(-1, 1))
