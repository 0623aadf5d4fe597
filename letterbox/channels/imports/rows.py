"""Rows of a CSV or XLSX file under the contract's column names. The header is row 1."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from letterbox.channels.imports.columns import columns_of
from letterbox.channels.imports.csv_lines import decoded_lines, is_readable, records
from letterbox.channels.imports.xlsx_rows import UNREADABLE, xlsx_rows
from letterbox.domain.errors import FieldErrors

ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0"
"""Old .xls files and workbooks locked with a password."""


@dataclass(frozen=True, slots=True)
class Row:
    """``values``: column of the contract → text. ``raw_key``: SHA-256 of all columns of the row, known or not."""

    number: int
    values: Mapping[str, str]
    raw_key: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot become a letter; the others go in."""

    number: int
    reason: str


def read_rows(
    source: Path | bytes, filename: str, mapping: Mapping[str, str] | None = None
) -> Iterator[Row | RefusedRow]:
    """Every row after the header; rows with nothing in them are counted and passed over.

    ``mapping`` maps columns of the contract to headings of the file. Raises FieldErrors (key ``file``) if the file
    cannot be read or lacks required columns: before any row is given.
    """
    numbered = enumerate(_fields(content_of(source), filename), start=1)
    header = next(numbered, (1, None))[1]
    if not header:
        raise FieldErrors({"file": "文件是空的，或第 1 行不是列标题"})
    if not is_readable(header):
        raise FieldErrors({"file": "看不懂文件的编码：请另存为 UTF-8 编码的 CSV 或 .xlsx 后再导入"})
    columns = columns_of(header, mapping)
    return _rows(numbered, columns)


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


def _fields(content: bytes, filename: str) -> Iterator[list[str] | None]:
    if content.startswith(OLE_MARK) or (filename.lower().endswith(".xlsx") and not content.startswith(ZIP_MARK)):
        raise FieldErrors({"file": UNREADABLE})
    return xlsx_rows(content) if content.startswith(ZIP_MARK) else records(decoded_lines(content))


def _rows(
    numbered: Iterable[tuple[int, list[str] | None]], columns: Sequence[str | None]
) -> Iterator[Row | RefusedRow]:
    for number, fields in numbered:
        if fields is None:
            yield RefusedRow(number, "这一行的引号不成对，无法读出各列")
        elif not any(field.strip() for field in fields):
            continue
        else:
            yield _row(number, fields, columns)


def _row(number: int, fields: list[str], columns: Sequence[str | None]) -> Row | RefusedRow:
    extra = [field for field in fields[len(columns) :] if field.strip()]
    if extra or len(fields) < len(columns):
        return RefusedRow(number, f"这一行有 {len(fields)} 列，标题行有 {len(columns)} 列，对不上")
    if not is_readable(fields):
        return RefusedRow(number, "这一行有无法识别的字符（编码损坏）")
    values: dict[str, str] = {}
    for column, field in zip(columns, fields, strict=False):
        if column is not None and not values.get(column, "").strip():
            values[column] = field
    packed = json.dumps(fields[: len(columns)], ensure_ascii=False).encode()
    return Row(number, values, hashlib.sha256(packed).hexdigest())
