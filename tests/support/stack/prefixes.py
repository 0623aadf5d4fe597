"""What the numbers of one run's letters begin with."""

from __future__ import annotations

from uuid import uuid4


def own_prefix(kind: str) -> str:
    """An engine that is reused keeps earlier letters, so each run has its own.

    It ends in a letter: with a 0 before the year the number's digits read as a telephone (020 …) and are masked.
    """
    return f"{kind}{uuid4().hex[:5].upper()}F"
