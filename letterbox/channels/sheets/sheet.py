"""A sheet and its rows as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SheetRow:
    """``number``: as Excel shows it, from 1. ``cells``: what a person sees in each column, as text; may be shorter than others.

    ``faults``: column (from 0) → why the cell holds no value that somebody typed. ``merged``: columns whose value stands in
    a merged cell above. ``broken``: why the row cannot be read at all.
    """

    number: int
    cells: Sequence[str]
    faults: Mapping[int, str] = field(default_factory=dict)
    merged: frozenset[int] = frozenset()
    is_hidden: bool = False
    broken: str | None = None

    @property
    def is_blank(self) -> bool:
        return self.broken is None and not self.faults and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """``name`` is empty where a file has no sheets (CSV). ``is_even``: every row has as many cells as the headings, or is broken."""

    name: str
    rows: Sequence[SheetRow]
    is_hidden: bool = False
    is_even: bool = False
    hidden_columns: frozenset[int] = frozenset()
