"""Cells that hold what nobody typed, and what Excel leaves in those that hold a text."""

from __future__ import annotations

import re

import pytest

from tests.support.office.workbooks import HEADER, LETTER, book_of, letters, read, refusals, saved, sheet_of


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("C", "#N/A", "错误值"),
        ("B", "#VALUE!", "错误值"),
        ("E", "#REF!", "错误值"),
        ("E", True, "逻辑值"),
        ("C", '=DISPIMG("ID_1",1)', "公式"),
        ("C", "=A1&B1", "没有算出的值"),
    ],
)
def test_what_nobody_typed_refuses_its_row_by_number(column: str, value: object, told: str) -> None:
    book, sheet = sheet_of(HEADER, LETTER, ["CX-2", *LETTER[1:]])
    sheet[f"{column}2"] = value
    found = read(saved(book))
    assert list(refusals(found)) == [2]
    assert told in refusals(found)[2]
    assert [each.place.number for each in letters(found)] == [3]


def test_a_picture_in_a_cell_of_wps_is_told_as_one() -> None:
    book, sheet = sheet_of(HEADER, LETTER)
    sheet["C2"] = "=PICTURE"
    stored = lambda _name, text: text.replace(  # noqa: E731
        "<f>PICTURE</f><v></v>", '<f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v>'
    ).replace("<f>PICTURE</f><v />", '<f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v>')
    assert "图片" in refusals(read(saved(book, stored)))[2]


def test_an_error_in_a_column_that_is_not_used_refuses_nothing() -> None:
    assert len(letters(read(saved(book_of(("来信", [[*HEADER, "查找"], [*LETTER, "#N/A"]])))))) == 1


def test_a_formula_with_its_value_is_read() -> None:
    book, sheet = sheet_of(HEADER, LETTER)
    sheet["B2"] = "=X"
    found = read(
        saved(
            book,
            lambda _name, text: re.sub(r"<f>X</f><v\s?/?>(</v>)?", "<f>X</f><v>算出的标题</v>", text).replace(
                'r="B2"', 'r="B2" t="str"'
            ),
        )
    )
    assert letters(found)[0].draft.title == "算出的标题"


def test_excels_residue_becomes_what_it_stands_for() -> None:
    book, _ = sheet_of(HEADER, ["CX-1", "路灯", "第一行_x000D_\n第二行", "2026-11-05", "卫十_x0009_", '="13812345678"'])
    (letter,) = letters(read(saved(book)))
    assert (letter.draft.body, letter.draft.writer.name) == ("第一行\n第二行", "卫十")
    assert letter.draft.writer.phone == "13812345678"


def test_only_an_apostrophe_that_keeps_a_number_text_goes() -> None:
    book, _ = sheet_of(HEADER, ["'0042", "路灯", "'95后'都说好", "2026-11-05", "李四", "'13812345678"])
    (letter,) = letters(read(saved(book)))
    assert (letter.draft.channel_reference, letter.draft.body) == ("0042", "'95后'都说好")
