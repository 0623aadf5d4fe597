"""Workbooks that are damaged further down or hold something else than sheets: refused before any row is given."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from letterbox.channels.imports import read_file
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Channel


def saved(book: Workbook) -> bytes:
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def damaged(content: bytes) -> bytes:
    """The sheet breaks off in the middle of its rows."""
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part[: len(part) * 2 // 3] if name.endswith("sheet1.xml") else part)
    return packed.getvalue()


def test_a_workbook_that_breaks_off_gives_none_of_its_rows() -> None:
    """Rows taken in before the fault would come in a second time with the mended file."""
    book = Workbook()
    for row in (["标题", "正文"], *(["路灯不亮", f"第 {n} 盏"] for n in range(200))):
        book.active.append(row)
    with pytest.raises(FieldErrors):
        read_file(damaged(saved(book)), "letters.xlsx", Channel.COUNTER)


def test_a_workbook_of_charts_alone_says_what_to_do() -> None:
    book = Workbook()
    book.remove(book.active)
    book.create_chartsheet("图表")
    with pytest.raises(FieldErrors) as refused:
        read_file(saved(book), "letters.xlsx", Channel.COUNTER)
    assert "另存为" in refused.value.message
