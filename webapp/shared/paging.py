"""Page links of a list; filters stay in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request, url_for

Item = TypeVar("Item")
NEAR = 2


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list, counted from 1. ``total`` counts items."""

    items: Sequence[Item]
    page: int
    pages: int
    total: int


def page_number(text: str | None) -> int:
    """The page asked for in an address; anything else than a sensible number is page 1."""
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1


def window(page: int, pages: int) -> list[int | None]:
    """Numbers to show: first, last, the neighbours of ``page``; None stands for a gap."""
    shown = sorted({1, pages, *range(max(1, page - NEAR), min(pages, page + NEAR) + 1)})
    numbers: list[int | None] = []
    for number in shown:
        previous = numbers[-1] if numbers else None
        if previous is not None and number - previous > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers


def page_url(number: int) -> str:
    """The current address with another page."""
    kept = {key: value for key, value in request.args.items() if value and key != "page"}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **kept, "page": number})
