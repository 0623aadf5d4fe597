"""Where a sheet's headings are: below a title, in one row or in two, and again on every printed page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from letterbox.channels.imports.columns import columns_of, is_complete
from letterbox.channels.sheets import Sheet, SheetRow

LOOKED_AT = 20
"""Rows from the top among which the headings are looked for."""


@dataclass(frozen=True, slots=True)
class Headings:
    """``texts`` and ``columns`` go side by side; ``rows``: how many rows of the sheet, from its top, are no letters."""

    texts: Sequence[str]
    columns: Sequence[str | None]
    rows: int

    @property
    def unused(self) -> list[str]:
        """Headings without a column."""
        return [text for text, column in zip(self.texts, self.columns, strict=True) if text and column is None]

    def repeats(self, row: SheetRow) -> bool:
        """Whether the row is the headings once more."""
        cells = [cell.strip() for cell in row.cells if cell.strip()]
        return len(cells) > 1 and cells == [text for text in self.texts if text]


def find_headings(sheet: Sheet, mapping: Mapping[str, str] | None = None) -> Headings | None:
    """The topmost row, or pair of rows, that says most of what the columns are; None if no row names title and body.

    Two rows are taken for one heading only if that names more columns than either of them alone.
    """
    best: Headings | None = None
    top = sheet.rows[:LOOKED_AT]
    for at, row in enumerate(top):
        if row.broken:
            continue
        below = top[at + 1] if at + 1 < len(top) and not top[at + 1].broken else None
        tried = [_headings(row.cells, at + 1, mapping)]
        if below is not None:
            tried.append(_headings(_joined(row.cells, below.cells), at + 2, mapping))
        for each in tried:
            if is_complete(each.columns) and (best is None or _known(each) > _known(best)):
                best = each
        if best is not None and best.rows <= at:
            break
    return best


def _headings(cells: Sequence[str], rows: int, mapping: Mapping[str, str] | None) -> Headings:
    texts = [" ".join(cell.split()) for cell in cells]
    return Headings(texts=texts, columns=columns_of(texts, mapping), rows=rows)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    return [below.strip() or above.strip() for above, below in zip_longest(upper, lower, fillvalue="")]


def _known(headings: Headings) -> int:
    return len({column for column in headings.columns if column})
