"""CSV as it comes: UTF-8 or GB18030, quoted line breaks, and here and there a broken row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UTF8_MARK = b"\xef\xbb\xbf"
LONGEST_ROW_LINES = 2000
"""Lines that one quoted row may take; keeps a file full of open quotes from being read over and over."""

Fields = list[str]


def decoded_lines(content: bytes) -> list[str]:
    """Lines with their ends. Bytes that the encoding does not know become lone surrogates, for ``is_readable``."""
    if content.startswith(UTF16_MARKS):
        return content.decode("utf-16", "replace").splitlines(keepends=True)
    content = content.removeprefix(UTF8_MARK)
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    lines = content.split(b"\n")
    encoding = _encoding(lines)
    text = [line.decode(encoding, "surrogateescape") + "\n" for line in lines]
    return text[:-1] if not lines[-1] else text


def is_readable(fields: Sequence[str]) -> bool:
    return not any("\ud800" <= character <= "\udfff" for field in fields for character in field)


def records(lines: list[str]) -> Iterator[Fields | None]:
    """One item a row: its fields, ``[]`` for an empty line, None for a broken one (reading goes on with the next line)."""
    delimiter = _delimiter(lines[0]) if lines else ","
    at = 0
    while at < len(lines):
        reader = csv.reader(
            iter(lines[at : at + LONGEST_ROW_LINES] if '"' in lines[at] else lines[at : at + 1]),
            delimiter=delimiter,
            strict=True,
        )
        try:
            fields: Fields | None = next(reader)
        except csv.Error:
            fields = None
        yield fields
        at += 1 if fields is None else max(reader.line_num, 1)


def _encoding(lines: Sequence[bytes]) -> str:
    """By most of the lines that are not plain ASCII: text in GB18030 is hardly ever valid UTF-8, a damaged line is rare."""
    telling = [line for line in lines if not line.isascii()]
    valid = sum(_is_utf8(line) for line in telling)
    return "utf-8" if valid * 2 >= len(telling) else "gb18030"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(header: str) -> str:
    return max(",\t;", key=header.count)
