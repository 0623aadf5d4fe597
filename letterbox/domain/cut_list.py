"""A list that was cut says how many it left out: nobody takes the end of a page for the end of the matter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class CutList(list[Item], Generic[Item]):
    """``more``: how many there are beyond those that it holds."""

    def __init__(self, items: Iterable[Item] = (), *, of: int | None = None) -> None:
        """``of``: how many there are in all; None: these are all."""
        super().__init__(items)
        self.more = 0 if of is None else max(0, of - len(self))
