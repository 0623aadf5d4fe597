"""The first sheet of a workbook as rows of text, none shorter than the first: sheets leave out empty cells at the end."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO

from openpyxl import load_workbook

from letterbox.domain.errors import FieldErrors

MOST_UNPACKED_BYTES = 300_000_000
UNREADABLE_AS = (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, SyntaxError, IndexError, AttributeError)
"""What the library raises for parts that are missing, damaged or none that it knows."""
UNREADABLE = "打不开这个 Excel 文件：请用 Excel 或 WPS 另存为 .xlsx 或 CSV 后再导入"


def xlsx_rows(content: bytes) -> Iterator[list[str]]:
    """Raises FieldErrors for a damaged or far too large workbook, before the first row."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            size = sum(each.file_size for each in packed.infolist())
        if size > MOST_UNPACKED_BYTES:
            raise FieldErrors({"file": "这个 Excel 文件太大：请分成几个文件导入"})
        rows = list(_rows(content))
    except UNREADABLE_AS as error:
        raise FieldErrors({"file": UNREADABLE}) from error
    yield from rows


def _rows(content: bytes) -> Iterator[list[str]]:
    workbook = load_workbook(BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()
        width = 0
        for row in sheet.iter_rows(values_only=True):
            width = width or len(row)
            yield [cell_text(value) for value in row] + [""] * (width - len(row))
    finally:
        workbook.close()


def cell_text(value: object) -> str:
    """What a person sees in the cell: whole numbers without ``.0``, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
