"""Rows for spreadsheets as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
STARTS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""Full-width signs too: spreadsheets set to Chinese or Japanese read them as the narrow ones."""


def harmless(text: str) -> str:
    """The words, made so that a spreadsheet that opens the file does not take them for a formula."""
    return f"'{text}" if text.lstrip(" \u3000\u00a0\ufeff\u200b").startswith(STARTS_A_FORMULA) else text


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte-order mark, so that spreadsheets show Chinese."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(headings)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + target.getvalue()).encode()
