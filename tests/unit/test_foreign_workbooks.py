"""Workbooks as offices and other programs make them: every visible sheet is read, and what is odd is named by row."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterbox.channels.imports import SkippedRow, read_file
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Channel
from tests.support.office.workbooks import HEADER, LETTER, Change, book_of, letters, read, refusals, saved, sheet_of


def test_every_visible_sheet_is_read_and_rows_say_in_which_they_stand() -> None:
    book = book_of(("十月", [HEADER, LETTER]), ("十一月", [HEADER, ["CX-2", *LETTER[1:]], ["CX-3", *LETTER[1:]]]))
    found = read(saved(book))
    assert [row.place.key for row in found.rows] == ["十月!2", "十一月!2", "十一月!3"]
    assert [(sheet.name, sheet.rows, sheet.is_read) for sheet in found.sheets] == [
        ("十月", 1, True),
        ("十一月", 2, True),
    ]
    assert found.has_sheets


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_named_and_not_read(state: str) -> None:
    book = book_of(("旧", [HEADER, ["OLD", *LETTER[1:]]]), ("新", [HEADER, LETTER]))
    book["旧"].sheet_state = state
    book.active = 1
    found = read(saved(book))
    assert [each.draft.channel_reference for each in letters(found)] == ["CX-1"]
    assert any("“旧”" in warning and "隐藏" in warning for warning in found.warnings)


def test_a_workbook_of_hidden_sheets_alone_is_refused_with_their_names() -> None:
    book = book_of(("说明", []), ("来信", [HEADER, LETTER]))
    book["来信"].sheet_state = "hidden"
    with pytest.raises(FieldErrors, match="隐藏的有：来信"):
        read(saved(book))


def test_a_sheet_without_headings_is_named() -> None:
    found = read(saved(book_of(("填写说明", [["请不要改动列标题"]]), ("来信", [HEADER, LETTER]))))
    assert len(letters(found)) == 1
    assert any("“填写说明”" in warning for warning in found.warnings)


def test_hidden_rows_are_read_and_named() -> None:
    book, sheet = sheet_of(HEADER, LETTER, ["CX-2", *LETTER[1:]])
    sheet.row_dimensions[3].hidden = True
    found = read(saved(book))
    assert len(letters(found)) == 2
    assert any("第 3 行" in warning and "隐藏" in warning for warning in found.warnings)


def test_a_hidden_column_that_is_used_is_named() -> None:
    book, sheet = sheet_of(HEADER, LETTER)
    sheet.column_dimensions["F"].hidden = True
    assert any("“联系电话”" in warning and "隐藏" in warning for warning in read(saved(book)).warnings)


def test_merged_cells_are_filled_down_and_named() -> None:
    book, sheet = sheet_of(HEADER, LETTER, ["CX-2", "又一封", "第二件事。", "2026-11-06", None, None])
    sheet.merge_cells("E2:E3")
    sheet.merge_cells("F2:F3")
    found = read(saved(book))
    assert [(each.draft.writer.name, each.draft.writer.phone) for each in letters(found)] == [
        ("李四", "13800000000")
    ] * 2
    assert any("第 3 行有合并单元格" in warning for warning in found.warnings)


def test_two_people_under_one_merged_text_are_two_letters_and_one_letter_over_two_rows_is_one() -> None:
    book, sheet = sheet_of(
        HEADER, LETTER, [None, None, None, None, "王五", "13900000000"], [None] * 6, ["CX-2", *LETTER[1:]]
    )
    for column in "BC":
        sheet.merge_cells(f"{column}2:{column}3")
    assert [each.draft.writer.name for each in letters(read(saved(book)))] == ["李四", "王五", "李四"]
    for column in "ADEF":
        sheet.merge_cells(f"{column}2:{column}3")
    sheet["G3"] = "附件二"
    found = read(saved(book))
    assert [row.place.number for row in found.rows if isinstance(row, SkippedRow)] == [3]
    assert len(letters(found)) == 2


@pytest.mark.parametrize("title", ["示例县2026年11月来信汇总表", "填表单位：县电子政务管理办公室"])
def test_a_title_above_the_headings_keeps_the_rows_numbers(title: str) -> None:
    book, sheet = sheet_of([title], HEADER, LETTER, ["CX-2", "没有正文"])
    sheet.merge_cells("A1:F1")
    found = read(saved(book))
    assert [each.place.number for each in letters(found)] == [3]
    assert refusals(found) == {4: "正文是空的"}


def test_headings_in_two_lines() -> None:
    book, sheet = sheet_of(
        ["编号", "标题", "内容", "来信时间", "来信人信息", None], [None, None, None, None, "姓名", "电话"], LETTER
    )
    found = read(saved(book))
    for column in "ABCD":
        sheet.merge_cells(f"{column}1:{column}2")
    sheet.merge_cells("E1:F1")
    for each in (found, read(saved(book))):
        (letter,) = letters(each)
        assert (letter.place.number, letter.draft.channel_reference) == (3, "CX-1")
        assert (letter.draft.writer.name, letter.draft.writer.phone) == ("李四", "13800000000")


def test_headings_that_come_again_are_no_letter() -> None:
    found = read(saved(book_of(("来信", [HEADER, LETTER, HEADER, ["CX-2", *LETTER[1:]]]))))
    assert [row.place.number for row in found.rows if isinstance(row, SkippedRow)] == [3]
    assert len(letters(found)) == 2


def test_columns_that_were_not_used_are_named_also_without_a_heading() -> None:
    found = read(saved(book_of(("来信", [[*HEADER, "办理状态"], [*LETTER, "办结", "很急"]]))))
    assert found.unused_columns == ["办理状态", "第 8 列（没有标题）"]


def test_of_two_columns_for_one_thing_none_is_lost_in_silence() -> None:
    header = [*HEADER[:5], "手机", "登记时间", "座机"]
    found = read(saved(book_of(("来信", [header, [*LETTER[:5], "13800000000", "2026-11-07", "0738-6821234"]]))))
    (letter,) = letters(found)
    assert (letter.draft.writer.phone, letter.draft.writer.contact_remark) == ("13800000000", "0738-6821234")
    assert letter.draft.written_at is not None
    assert letter.draft.written_at.day == 5
    assert any("“来信时间”、“登记时间”" in warning for warning in found.warnings)
    assert found.unused_columns == []


def strict(_name: str, text: str) -> str:
    """The same file in the strict edition of the standard."""
    for old, new in (
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    ):
        text = text.replace(old, new)
    return text


def without_fills(name: str, text: str) -> str:
    return re.sub(r"<fill>.*?</fill>", "<fill/>", text) if name.endswith("styles.xml") else text


def without_places(name: str, text: str) -> str:
    """Rows and cells that do not say where they are."""
    return re.sub(r'(<(?:row|c)\b[^>]*?) r="\w+"', r"\1", text) if "sheet1" in name else text


@pytest.mark.parametrize("change", [strict, without_fills, without_places])
def test_files_of_other_exporters_are_read(change: Change) -> None:
    book, sheet = sheet_of(HEADER, LETTER)
    sheet["D2"] = 46331.5
    sheet["D2"].number_format = "yyyy-mm-dd hh:mm"
    (letter,) = letters(read(saved(book, change)))
    assert (letter.draft.channel_reference, letter.draft.writer.phone) == ("CX-1", "13800000000")
    assert letter.draft.written_at is not None
    assert letter.draft.written_at.isoformat() == "2026-11-05T12:00:00+08:00"


@pytest.mark.parametrize(
    "page", [b"<html><table><tr><td>1</td></tr></table>", b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>"]
)
def test_a_page_that_calls_itself_a_workbook_says_what_to_do(page: bytes) -> None:
    with pytest.raises(FieldErrors, match="另存为"):
        read_file(page, "letters.xls", Channel.COUNTER)


cell = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "路灯", "#N/A", "无", "13800000000", "2026-11-05", "CX-1"]),
    st.text(max_size=6),
)
a_sheet = st.tuples(st.lists(st.lists(cell, min_size=6, max_size=8), max_size=6), st.booleans(), st.booleans())


def _kept(text: object) -> object:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text) if isinstance(text, str) else text


@settings(deadline=None, max_examples=60)
@given(st.lists(a_sheet, min_size=1, max_size=3))
def test_no_row_is_lost_whatever_a_workbook_holds(given_sheets: list[tuple[list[list[object]], bool, bool]]) -> None:
    """Each row of a visible sheet that somebody filled in has exactly one outcome, under its number."""
    rows = [[[_kept(each) for each in row] for row in found] for found, _, _ in given_sheets]
    book = book_of(
        *[
            (f"表{at}", [*([["汇总表"]] if titled else []), HEADER, *found])
            for at, (found, (_, titled, _)) in enumerate(zip(rows, given_sheets, strict=True))
        ]
    )
    for at, (_, _, hidden) in enumerate(given_sheets):
        book.worksheets[at].sheet_state = "hidden" if hidden and at else "visible"
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for each in row:
                each.data_type = "s" if isinstance(each.value, str) else each.data_type
    expected = {
        f"表{at}!{number}"
        for at, (found, (_, titled, hidden)) in enumerate(zip(rows, given_sheets, strict=True))
        if not (hidden and at)
        for number, row in enumerate(found, start=3 if titled else 2)
        if any(isinstance(each, str) and each.strip() for each in row)
    }
    read_rows = [row.place.key for row in read(saved(book)).rows]
    assert len(read_rows) == len(set(read_rows))
    assert set(read_rows) == expected
