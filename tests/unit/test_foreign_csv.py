"""CSV of other programs: encodings, separators, tricks that keep numbers text, and quotes that were never closed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterbox.channels.imports import ImportedLetter, RefusedRow, SkippedRow, read_file
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Channel

HEADER = "来信编号,标题,内容,来信时间,来信人,联系电话\n"
Rows = list[ImportedLetter | RefusedRow | SkippedRow]


def rows(text: str | bytes) -> Rows:
    content = text.encode() if isinstance(text, str) else text
    return read_file(content, "letters.csv", Channel.CITY_PORTAL).rows


def titles(found: Rows) -> list[str]:
    return [row.draft.title for row in found if isinstance(row, ImportedLetter)]


def refused(found: Rows) -> list[int]:
    return [row.place.number for row in found if isinstance(row, RefusedRow)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "gb18030"])
def test_encodings_with_and_without_their_mark(encoding: str) -> None:
    text = HEADER + "A-1,路灯不亮,中心路的路灯坏了。,2026-11-05,李四,13800000000\n"
    assert titles(rows(text.encode(encoding))) == ["路灯不亮"]


@pytest.mark.parametrize("encoding", ["big5", "utf-8", "gb18030"])
def test_traditional_characters(encoding: str) -> None:
    text = "來信編號,標題,內容,來信時間,來信人,聯絡電話\nA-1,路燈不亮,請修理。,2026/11/5,王,13800000000\n"
    (row,) = rows(text.encode(encoding))
    assert isinstance(row, ImportedLetter)
    assert (row.draft.title, row.draft.writer.phone) == ("路燈不亮", "13800000000")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("named", [True, False])
def test_separators_named_in_a_first_line_or_not(separator: str, named: bool) -> None:
    text = (HEADER + "A-1,路灯,坏了,2026-11-05,李四,13800000000\nA-2,路灯,,,,\n").replace(",", separator)
    found = rows((f"sep={separator}\n" if named else "") + text)
    assert (titles(found), refused(found)) == (["路灯"], [3])


@pytest.mark.parametrize("cell", ['"=""A-1"""', '="A-1"', "\tA-1", "A-1\t", " A-1 "])
def test_tricks_that_keep_a_reference_text(cell: str) -> None:
    (row,) = rows(f"{HEADER}{cell},路灯,坏了,2026-11-05,李四,13800000000\n")
    assert isinstance(row, ImportedLetter)
    assert row.draft.channel_reference == "A-1"


def test_each_row_that_an_open_quote_swallows_is_read_or_named() -> None:
    lone = HEADER + 'A,一,"没有收尾,,,\nB,二,正文二,,,\nC,三,正文三,,,"\nD,四,正文四,,,\n'
    found = rows(lone)
    assert (titles(found), refused(found)) == (["二", "四"], [2, 4])
    closed = HEADER + 'A,一,正文一,,,"\nB,二,正文二,,,"\nC,三,正文三,,,\n'
    found = rows(closed)
    assert (titles(found), refused(found)) == (["三"], [2, 3])


def test_a_text_of_several_lines_is_one_row() -> None:
    found = rows(HEADER + 'A,一,"第一行\n第二行，有逗号,也有\n\n第四行",,,\nB,二,正文,,,\n')
    assert titles(found) == ["一", "二"]


def test_line_separators_of_other_systems_end_no_row() -> None:
    assert titles(rows(HEADER + "A,一\u2028一,正文\x0b\x85,,,\nB,二,正文,,,\n")) == ["一\u2028一", "二"]


def test_a_title_above_the_headings() -> None:
    found = rows("示例县来信汇总,,,,,\n" + HEADER + "A,一,正文,,,\nB,,,,,\n")
    assert (titles(found), refused(found)) == (["一"], [4])


def test_a_file_whose_headings_cannot_be_read_is_refused_as_a_whole() -> None:
    with pytest.raises(FieldErrors, match="第 1 行"):
        rows(b'"\xe6\xa0\x87,\n')


def test_damaged_references_are_refused_by_row() -> None:
    found = rows(HEADER + "".join(f"2.02611E+19,题{n},正文{n},,,\n" for n in range(3)) + "A-4,好的,正文,,,\n")
    assert (titles(found), refused(found)) == (["好的"], [2, 3, 4])


@pytest.mark.parametrize("length", [17, 18, 20])
def test_so_are_rounded_ones(length: int) -> None:
    rounded = "202611050000001".ljust(length, "0")
    found = rows(HEADER + "".join(f"{rounded},题{n},正文{n},,,\n" for n in range(3)))
    assert (titles(found), refused(found)) == ([], [2, 3, 4])


def test_long_references_that_were_kept_are_references() -> None:
    found = rows(HEADER + "".join(f"2026110500000000{n:04},题{n},正文{n},,,\n" for n in range(9, 12)))
    assert titles(found) == ["题9", "题10", "题11"]


@pytest.mark.parametrize("placeholder", ["无", "-", "/", "——", "N/A", "未编号", "0", "（无）", "无。"])
def test_a_placeholder_is_no_reference_and_said_by_row(placeholder: str) -> None:
    content = HEADER + "".join(f"{placeholder},题{n},正文{n},,,\n" for n in range(3))
    read = read_file(content.encode(), "letters.csv", Channel.CITY_PORTAL)
    assert titles(read.rows) == ["题0", "题1", "题2"]
    assert {row.draft.channel_reference for row in read.rows if isinstance(row, ImportedLetter)} == {None}
    assert any("第 2、3、4 行" in warning for warning in read.warnings)


def test_a_column_that_only_counts_is_no_reference_and_said_by_row() -> None:
    content = HEADER + "".join(f"{n},题{n},正文{n},,,\n" for n in (1, 2, 3))
    read = read_file(content.encode(), "letters.csv", Channel.CITY_PORTAL)
    assert {row.draft.channel_reference for row in read.rows if isinstance(row, ImportedLetter)} == {None}
    assert any("第 2、3、4 行" in warning and "序号" in warning for warning in read.warnings)


def test_numbers_that_do_not_count_the_rows_are_references() -> None:
    found = rows(HEADER + "17,一,正文,,,\n21,二,正文,,,\n")
    assert [row.draft.channel_reference for row in found if isinstance(row, ImportedLetter)] == ["17", "21"]


@pytest.mark.parametrize("phone", ["无", "/", "-", "匿名", "未留", "138****5678", "无。", "（未提供）"])
def test_a_placeholder_is_no_telephone(phone: str) -> None:
    (row,) = rows(f"{HEADER}A,一,正文,,李四,{phone}\n")
    assert isinstance(row, ImportedLetter)
    assert row.draft.writer.phone == ""


@pytest.mark.parametrize("written", ["无", "/", "未知"])
def test_so_is_it_no_time_name_or_title(written: str) -> None:
    (row,) = rows(f"{HEADER}A,{written},路灯坏了。,{written},{written},\n")
    assert isinstance(row, ImportedLetter)
    assert (row.draft.title, row.draft.written_at, row.draft.writer.name) == ("路灯坏了。", None, "")


@pytest.mark.parametrize("written", ["0001-01-01", "0001-01-01T00:00:00+08:00", "1899-12-31", "9999-12-31", "1900/1/0"])
def test_an_impossible_time_refuses_its_row(written: str) -> None:
    assert refused(rows(f"{HEADER}A,一,正文,{written},,\nB,二,正文,2026-11-05,,\n")) == [2]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.text('a1,"\n题;', max_size=14), max_size=8))
def test_broken_lines_never_swallow_the_last_row_in_silence(lines: list[str]) -> None:
    """Whatever stands above it, the last row is read, or a row with an open quote is refused by number."""
    text = HEADER + "".join(f"{line}\n" for line in lines) + "Z,最后,正文,,,\n"
    found = rows(text)
    numbers = [row.place.number for row in found]
    assert numbers == sorted(set(numbers))
    has_last = any(isinstance(row, ImportedLetter) and row.draft.channel_reference == "Z" for row in found)
    is_quoted = text.count('"') > 0
    assert has_last or (is_quoted and refused(found))
