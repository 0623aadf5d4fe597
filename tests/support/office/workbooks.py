"""Workbooks of letters as tests need them: made by openpyxl, their parts changed by hand, read as an import does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from letterbox.channels.imports import ImportedLetter, ImportFile, RefusedRow, read_file
from letterbox.domain.vocabulary import Channel

HEADER = ["来信编号", "标题", "内容", "来信时间", "来信人", "联系电话"]
LETTER = ["CX-1", "路灯不亮", "中心路的路灯坏了。", "2026-11-05", "李四", "13800000000"]
Cells = Sequence[object]
Change = Callable[[str, str], str]


def saved(book: Workbook, change: Change = lambda _name, text: text) -> bytes:
    """``change`` is given each part's name and XML."""
    plain, changed = BytesIO(), BytesIO()
    book.save(plain)
    with ZipFile(plain) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name).decode()).encode())
    return changed.getvalue()


def book_of(*sheets: tuple[str, Sequence[Cells]]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return book


def sheet_of(*rows: Cells) -> tuple[Workbook, Worksheet]:
    book = book_of(("来信", rows))
    return book, book.worksheets[0]


def read(content: bytes) -> ImportFile:
    return read_file(content, "letters.xlsx", Channel.CITY_PORTAL)


def letters(found: ImportFile) -> list[ImportedLetter]:
    return [row for row in found.rows if isinstance(row, ImportedLetter)]


def refusals(found: ImportFile) -> dict[int, str]:
    return {row.place.number: row.reason for row in found.rows if isinstance(row, RefusedRow)}
