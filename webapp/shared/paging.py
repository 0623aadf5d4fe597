"""A list's filters and page, as its address says them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from flask import request, url_for

NEAR = 2
LONGEST_SEARCH = 100


def asked(name: str, default: str = "") -> str:
    """A filter of the address, as ``searchable`` leaves it."""
    return searchable(request.args.get(name, default))


def searchable(text: str) -> str:
    """What the database and the engine can look for: no control characters, not endless."""
    return "".join(each for each in text if each.isprintable()).strip()[:LONGEST_SEARCH]


def page_number(text: str | None) -> int:
    """The page asked for in an address; anything else than a sensible number is page 1."""
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1


class Counted(Protocol):
    """A page that knows how many there are."""

    @property
    def page(self) -> int: ...
    @property
    def pages(self) -> int: ...


Found = TypeVar("Found", bound=Counted)


def nearest(search: Callable[[int], Found], number: int) -> Found:
    """The page asked for; past the end the last one, for an empty page would say that there is nothing at all."""
    found = search(number)
    return search(found.pages) if found.page > found.pages else found


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
