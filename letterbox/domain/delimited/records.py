"""Lines of CSV as records: quoted line breaks belong to their record, and a broken record costs no other."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_ROW_LINES = 2000
"""Lines that one quoted row may take; keeps a file full of open quotes from being read over and over."""
NAMED_SEPARATOR = re.compile(r'"?sep=(.)"?[,;\t]*\s*', re.IGNORECASE)
"""A first line with which a file tells Excel its separator."""
UNPAIRED = "这一行的引号不成对，无法读出各列"
SWALLOWED = "引号不成对，把几行连成了一行，分不清是哪一封；请检查这一行和上下几行的引号"
SEPARATORS = ",\t;|"
LEAST_COLUMNS = 3
"""Of a line within quotes that looks like a row of its own; with fewer, every sentence with a comma would."""

LOOKED_AT = 20
"""Lines at the beginning by which separator and number of columns are told."""

Fields = list[str]


@dataclass(frozen=True, slots=True)
class Record:
    """``number`` counts records from 1, the first line first; ``fields`` is empty for an empty line and for a broken record.

    ``fault``: why it cannot be read; None if it can.
    """

    number: int
    fields: Fields
    fault: str | None = None


def records(lines: list[str]) -> Iterator[Record]:
    """Every record; after a broken one reading goes on with the next line, and each line that it took is named.

    A file that names its separator in a first line ``sep=;`` counts from the line below, as Excel shows it.
    """
    named = NAMED_SEPARATOR.fullmatch(lines[0]) if lines else None
    lines = lines[1:] if named else lines
    separator = named[1] if named else _separator(lines)
    width = _width(lines, separator)
    at = number = 0
    while at < len(lines):
        fields, taken = _next(lines, at, separator)
        rows_within = [line for line in lines[at + 1 : at + taken] if len(_alone(line, separator)) == width]
        if rows_within and fields is not None and len(fields) == width:
            for place in range(taken):
                yield Record(number=number + place + 1, fields=[], fault=SWALLOWED)
        else:
            taken = 1 if rows_within else taken
            broken = fields is None or bool(rows_within)
            yield Record(number=number + 1, fields=[] if broken else fields or [], fault=UNPAIRED if broken else None)
        number += taken if rows_within else 1
        at += taken


def _next(lines: list[str], at: int, separator: str) -> tuple[Fields | None, int]:
    """The record that begins in this line and how many lines it takes; None and one line if it is broken."""
    block = lines[at : at + LONGEST_ROW_LINES] if '"' in lines[at] else lines[at : at + 1]
    reader = csv.reader(iter(block), delimiter=separator, strict=True)
    try:
        fields = next(reader)
    except (csv.Error, StopIteration):
        return None, 1
    return fields, max(reader.line_num, 1)


def _alone(line: str, separator: str) -> Fields:
    """What the line would be without those before it; open quotes and all."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _separator(lines: list[str]) -> str:
    """By the first line that has one: above the headings a title may stand."""
    counts = ({mark: line.count(mark) for mark in SEPARATORS} for line in lines[:LOOKED_AT])
    return next((max(SEPARATORS, key=each.__getitem__) for each in counts if any(each.values())), ",")


def _width(lines: list[str], separator: str) -> int:
    """How many columns a row has, if they are enough to know one by; else -1."""
    widths = (len(_alone(line, separator)) for line in lines[:LOOKED_AT])
    return next((width for width in widths if width >= LEAST_COLUMNS), -1)
