"""From bytes to sheets, by what the bytes are and not by what the file calls itself."""

from __future__ import annotations

import hashlib
from pathlib import Path

from letterbox.channels.sheets.sheet import Sheet, SheetRow
from letterbox.channels.sheets.workbook import UNREADABLE, workbook_sheets
from letterbox.domain.delimited import Record, decoded_lines, fault_of, is_readable, plain_cell, records
from letterbox.domain.errors import FieldErrors

ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0"
"""Old .xls files and workbooks locked with a password."""
PAGE_MARKS = (b"<html", b"<!doctype html", b"<table", b"<?xml")
"""What other systems export under the name .xls: a web page, or Excel's XML of 2003."""
PAGE = "这个文件其实是网页或 XML 表格：请用 Excel 或 WPS 打开后另存为 .xlsx，再导入"
OLD = "这是旧式的 .xls 文件，或者设了打开密码：请用 Excel 或 WPS 另存为不设密码的 .xlsx 或 CSV 后再导入"
DAMAGED_TEXT = "这一行有无法识别的字符（编码损坏）"


def read_sheets(source: Path | bytes, filename: str) -> list[Sheet]:
    """All sheets, hidden ones too. Raises FieldErrors (key ``file``) for what cannot be read as a whole."""
    content = content_of(source)
    if content.startswith(ZIP_MARK):
        return workbook_sheets(content)
    if content.startswith(OLE_MARK):
        raise FieldErrors({"file": OLD})
    if content[:2000].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(PAGE_MARKS):
        raise FieldErrors({"file": PAGE})
    if filename.lower().endswith((".xlsx", ".xlsm", ".et")):
        raise FieldErrors({"file": UNREADABLE})
    return [Sheet(name="", rows=[_row(each) for each in records(decoded_lines(content))], is_even=True)]


def content_of(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:
        raise FieldErrors({"file": f"读不到文件 {source}：{error.strerror}"}) from error


def file_digest(source: Path | bytes) -> str:
    """SHA-256 of the file's content: files with the same bytes are the same file, whatever their name."""
    return hashlib.sha256(content_of(source)).hexdigest()


def _row(record: Record) -> SheetRow:
    if not is_readable(record.fields):
        return SheetRow(number=record.number, cells=[], broken=DAMAGED_TEXT)
    cells = [plain_cell(field) for field in record.fields]
    faults = {place: fault for place, cell in enumerate(cells) if (fault := fault_of(cell))}
    return SheetRow(number=record.number, cells=cells, faults=faults, broken=record.fault)
