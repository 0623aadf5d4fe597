"""One sheet's rows as text, with merged cells filled down and cells without a typed value named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from letterbox.channels.sheets.package import Package, local
from letterbox.channels.sheets.sheet import Sheet, SheetRow
from letterbox.domain.delimited import fault_of, plain_cell

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
CONSTANT = re.compile(r'\s*"((?:[^"]|"")*)"\s*')
"""A formula that keeps a number text and needs no computing: ``="0138"``."""
MOST_COLUMNS = 500
"""Cells further right are no list of letters; a sheet has room for 16,384."""
MOST_FILLED = 100_000
"""Rows that one merged range fills; a merged whole column ends with the sheet's last row anyway."""
EXACT = 15
"""Digits that Excel keeps of a number."""
NO_RESULT = "是公式，文件里没有算出的值：请在 Excel 中打开、重新计算并保存后再导入"
IS_TRUTH = "是逻辑值 {}，不是文字"
YES = frozenset({"1", "true", "on"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a sheet's cells refer to: shared texts, the places of formats that show a date, the day from which days count."""

    texts: Sequence[str]
    dated: frozenset[int]
    is_1904: bool


@dataclass(frozen=True, slots=True)
class _Span:
    """A merged range over more than one row: what stands in its first cell is meant for all rows, in its first column."""

    first_row: int
    last_row: int
    column: int


def read_worksheet(package: Package, part: str, name: str, is_hidden: bool, surroundings: Surroundings) -> Sheet:
    """Raises one of ``package.DAMAGED``."""
    rows: list[SheetRow] = []
    spans: list[_Span] = []
    hidden: set[int] = set()
    for tag, element in package.elements(part, "row", "mergeCell", "col"):
        if tag == "row":
            rows.append(_row(element, rows[-1].number + 1 if rows else 1, surroundings))
        elif tag == "mergeCell":
            spans += _spans(element.get("ref", ""))
        elif element.get("hidden") in YES:
            hidden |= set(range(int(element.get("min", 1)) - 1, min(int(element.get("max", 1)), MOST_COLUMNS)))
    return Sheet(name=name, rows=_filled(rows, spans), is_hidden=is_hidden, hidden_columns=frozenset(hidden))


def text_of(element: Any) -> str:
    """The runs of a text one after the other, without the reading aids beside them; ``_x000D_`` as what it stands for."""
    runs = (each for each in element.iter() if local(each.tag) == "t" and local(each.getparent().tag) != "rPh")
    return unescaped("".join(each.text or "" for each in runs))


def unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _row(element: Any, following: int, surroundings: Surroundings) -> SheetRow:
    """Rows and cells need not say where they are: then they follow the one before."""
    given = element.get("r", "")
    cells: dict[int, str] = {}
    faults: dict[int, str] = {}
    column = -1
    for cell in element:
        if local(cell.tag) != "c":
            continue
        column = _column(cell.get("r"), column + 1)
        if column >= MOST_COLUMNS:
            break
        cells[column], fault = _value(cell, surroundings)
        if fault:
            faults[column] = fault
    return SheetRow(
        number=int(given) if given.isdigit() else following,
        cells=[cells.get(place, "") for place in range(max(cells, default=-1) + 1)],
        faults=faults,
        is_hidden=element.get("hidden") in YES,
    )


def _column(reference: str | None, following: int) -> int:
    return column_index_from_string(coordinate_from_string(reference.upper())[0]) - 1 if reference else following


def _value(cell: Any, surroundings: Surroundings) -> tuple[str, str | None]:
    """What a person sees in the cell, and why it is nothing that he typed."""
    parts = {local(each.tag): each for each in cell}
    kind, value = cell.get("t", "n"), parts.get("v")
    stored = (value.text or "") if value is not None else ""
    if kind == "inlineStr" and "is" in parts:
        stored = text_of(parts["is"])
    if "f" in parts and not stored:
        if constant := CONSTANT.fullmatch(parts["f"].text or ""):
            return plain_cell(constant[1].replace('""', '"')), None
        return "", NO_RESULT if value is None or kind != "str" else None
    if kind == "b":
        return stored, IS_TRUTH.format("TRUE" if stored in YES else "FALSE")
    text = plain_cell(_text(kind, stored, cell.get("s", ""), surroundings))
    return text, fault_of(text)


def _text(kind: str, stored: str, style: str, surroundings: Surroundings) -> str:
    if kind == "s":
        return surroundings.texts[int(stored)] if stored.isdigit() and int(stored) < len(surroundings.texts) else ""
    if kind == "n":
        is_date = style.isdigit() and int(style) in surroundings.dated
        return _day_number(stored, surroundings.is_1904) if is_date else plain_number(stored)
    return unescaped(stored) if kind == "str" else stored


def plain_number(stored: str) -> str:
    """Whole numbers without ``.0`` and, up to 15 digits, without an exponent; a longer one as the file has it: its last digits are lost."""
    try:
        number = Decimal(stored.strip())
    except InvalidOperation:
        return stored
    if not number.is_finite() or ("E" in stored.upper() and abs(number) >= 10**EXACT):
        return stored.upper()
    if number == number.to_integral_value():
        return str(int(number))
    return str(float(stored))


def _day_number(stored: str, is_1904: bool) -> str:
    """A date in ISO form; the number as it is where no calendar has such a day."""
    try:
        found = from_excel(float(stored), CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900)
    except (ValueError, OverflowError):
        return stored
    if isinstance(found, datetime):
        rounded = found + timedelta(microseconds=500_000)
        return rounded.isoformat(sep=" ", timespec="seconds")
    return found.isoformat() if isinstance(found, time) else stored


def _spans(reference: str) -> Iterator[_Span]:
    left, top, _, bottom = range_boundaries(reference)
    if left and top and bottom and bottom > top and left <= MOST_COLUMNS:
        yield _Span(first_row=top, last_row=min(bottom, top + MOST_FILLED), column=left - 1)


def _filled(rows: list[SheetRow], spans: list[_Span]) -> list[SheetRow]:
    """Only rows with something of their own are filled: a merged column reaches below the last letter as well."""
    places = {row.number: place for place, row in enumerate(rows)}
    found = list(rows)
    for span in spans:
        top = found[places[span.first_row]] if span.first_row in places else None
        value = top.cells[span.column] if top and span.column < len(top.cells) else ""
        fault = top.faults.get(span.column) if top else None
        for number in range(span.first_row + 1, span.last_row + 1):
            place = places.get(number)
            if place is not None and (value or fault) and not rows[place].is_blank:
                found[place] = _with(found[place], span.column, value, fault)
    return found


def _with(row: SheetRow, column: int, value: str, fault: str | None) -> SheetRow:
    cells = [*row.cells, *[""] * (column + 1 - len(row.cells))]
    cells[column] = value
    faults = {**row.faults, column: fault} if fault else row.faults
    return replace(row, cells=cells, faults=faults, merged=row.merged | {column})
