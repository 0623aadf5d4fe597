"""One page of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Counted from 1; ``total`` counts the items of all pages. A page past the end has no items.

    ``more``: there are others that no page has; whoever shows the list says so.
    """

    items: Sequence[Item]
    page: int
    per_page: int
    total: int
    more: bool = field(default=False, kw_only=True)

    @property
    def pages(self) -> int:
        """At least one."""
        return pages_of(self.total, self.per_page)


def pages_of(total: int, per_page: int) -> int:
    return max(1, -(-total // per_page))


def nearest_page(page: int, total: int, per_page: int) -> int:
    """The page asked for; past either end the last one there."""
    return min(max(1, page), pages_of(total, per_page))


def items_before(page: int, per_page: int) -> int:
    """How many items lie on earlier pages; none for a number below 1."""
    return (max(1, page) - 1) * per_page


def part(every: Sequence[Item], page: int, per_page: int) -> Page[Item]:
    """One page of a list that is there as a whole."""
    shown = every[items_before(page, per_page) :][:per_page]
    return Page(items=shown, page=page, per_page=per_page, total=len(every))
