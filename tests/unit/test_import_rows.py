"""Files of other mailboxes: encodings, headings, broken rows, dates, and when two rows are one letter."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from letterbox.channels.imports import ImportedLetter, RefusedRow, SkippedRow, read_file
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors
from letterbox.domain.letter import LetterDraft
from letterbox.domain.vocabulary import Category, Channel
from letterbox.domain.written_at import parse_written_at

HEADER = "来信编号,标题,内容,来信时间,来信人,联系电话\n"
Parsed = list[ImportedLetter | RefusedRow | SkippedRow]


def parsed(text: str | bytes, name: str = "letters.csv", mapping: dict[str, str] | None = None) -> Parsed:
    content = text.encode() if isinstance(text, str) else text
    return read_file(content, name, Channel.CITY_PORTAL, mapping).rows


def drafts(found: Parsed) -> list[LetterDraft]:
    return [each.draft for each in found if isinstance(each, ImportedLetter)]


def refused(found: Parsed) -> list[int]:
    return [each.number for each in found if isinstance(each, RefusedRow)]


NOON = datetime(2020, 1, 4, 12)  # noqa: DTZ001  # a cell of a sheet has no zone


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_encoding_and_line_end(encoding: str, end: str) -> None:
    text = (HEADER + "A1,路灯不亮,书院路路灯不亮㐀,2026-01-04,王五,13800138000\n").replace("\n", end)
    (draft,) = drafts(parsed(text.encode(encoding)))
    assert (draft.title, draft.body, draft.channel_reference) == ("路灯不亮", "书院路路灯不亮㐀", "A1")
    assert (draft.writer.name, draft.writer.phone, draft.channel) == ("王五", "13800138000", Channel.CITY_PORTAL)
    assert draft.written_at == datetime(2026, 1, 4, tzinfo=OFFICE_ZONE)


@pytest.mark.parametrize(
    "header", ["title,body", "Subject;Content", "留言主题\t留言详情", "信件标题（必填）,*来信内容："]
)
def test_headings_in_both_languages_and_other_separators(header: str) -> None:
    separator = next(mark for mark in "\t;," if mark in header)
    (draft,) = drafts(parsed(f"{header}\n甲{separator}乙\n"))
    assert (draft.title, draft.body) == ("甲", "乙")


def test_a_mapping_goes_before_the_known_headings() -> None:
    (draft,) = drafts(parsed("标题,事由,内容\n旧,新,正文\n", mapping={"title": "事由"}))
    assert draft.title == "新"


def test_missing_columns_are_named_together_in_one_error() -> None:
    with pytest.raises(FieldErrors, match=r"title（标题）、body（正文）.*现有：甲、乙") as caught:
        parsed("甲,乙\n1,2\n")
    assert caught.value.errors.keys() == {"file"}


def test_a_wrong_mapping_is_named() -> None:
    with pytest.raises(FieldErrors, match=r"没有“titel”这一列.*文件中没有标题为“没有的”的列"):
        parsed("标题,内容\n1,2\n", mapping={"titel": "标题", "body": "没有的"})


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(FieldErrors, match="空的"):
        parsed(content)


def test_a_header_alone_gives_no_rows() -> None:
    assert parsed(HEADER) == []


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FieldErrors, match=r"读不到文件.*none\.csv"):
        read_file(tmp_path / "none.csv", "none.csv", Channel.CITY_PORTAL)


@pytest.mark.parametrize(
    "broken",
    [
        'B,"坏引号,正文,2026-01-04,,',
        'B,"坏"引号,正文,2026-01-04,,',
        "B,少了列",
        "B,多,了,2026-01-04,,,一列",
        "B,没有正文, \u3000,2026-01-04,,",
        "B,日期不对,正文,去年夏天,,",
        "B,日期不存在,正文,2026-02-30,,",
        "B,电话不对,正文,2026-01-04,,123",
        f"B,太长,{'长' * 20_001},2026-01-04,,",
        f"B,{'题' * 201},正文,2026-01-04,,",
    ],
)
def test_a_broken_row_is_refused_by_number_and_the_others_go_in(broken: str) -> None:
    found = parsed(f'{HEADER}A,一,"带""引号""的正文",,,\n{broken}\nC,三,"分\n两行",,,\nD,四,正文四,,,\n')
    assert refused(found) == [3]
    assert [draft.title for draft in drafts(found)] == ["一", "三", "四"]
    assert [draft.body for draft in drafts(found)] == ['带"引号"的正文', "分\n两行", "正文四"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_row_with_damaged_bytes_is_refused_alone(encoding: str) -> None:
    rows = [f"A{n},标题{n},正文{n},,,".encode(encoding) for n in range(5)]
    rows[2] = rows[2] + b"\xff"
    found = parsed(HEADER.encode(encoding) + b"\n".join(rows))
    assert refused(found) == [4]
    assert [draft.title for draft in drafts(found)] == ["标题0", "标题1", "标题3", "标题4"]


def test_an_open_quote_in_the_last_row_costs_only_that_row() -> None:
    found = parsed(HEADER + 'A,一,正文,,,\nB,二,"没有收尾,,,\nC,三,正文,,,\n')
    assert (refused(found), [draft.title for draft in drafts(found)]) == ([3], ["一", "三"])


def test_empty_lines_count_as_rows_and_are_no_letters() -> None:
    found = parsed(HEADER + "A,一,正文,,,\n\n,,,,,\nB,二,正文,,,\n")
    assert [each.place.number for each in found if isinstance(each, ImportedLetter)] == [2, 5]


def test_a_body_of_exactly_twenty_thousand_characters_is_taken() -> None:
    assert len(drafts(parsed(f"标题,内容\n甲,{'长' * 20_000}\n"))[0].body) == 20_000


def test_control_characters_go_and_markup_stays() -> None:
    (draft,) = drafts(parsed('标题,内容\n甲\x07乙,"<script>alert(1)</script>\x00\x1b[31m好"\n'))
    assert (draft.title, draft.body) == ("甲乙", "<script>alert(1)</script>[31m好")


def test_a_blank_title_is_taken_from_the_body() -> None:
    (draft,) = drafts(parsed("标题,内容\n," + "路灯不亮" * 20 + "\n"))
    assert draft.title == ("路灯不亮" * 20)[:30]


@pytest.mark.parametrize(
    ("word", "category"),
    [
        *(
            ("政策咨询", Category.CONSULTATION),
            ("举报", Category.REPORT),
            ("建言", Category.SUGGESTION),
            ("求助", Category.HELP),
        ),
        *(
            ("complaint", Category.COMPLAINT),
            ("意见", Category.OPINION),
            ("其它", Category.OTHER),
            ("天书", None),
            ("", None),
        ),
    ],
)
def test_category_words(word: str, category: Category | None) -> None:
    (draft,) = drafts(parsed(f"标题,内容,类别\n甲,乙,{word}\n"))
    assert draft.category == category


@pytest.mark.parametrize(
    ("given_phone", "kept"),
    [
        *(("138****8000", ""), ("13800138000、0738-6822222", "13800138000"), ("138 0013 8000", "13800138000")),
        *(("１３８００１３８０００", "13800138000"), ("'13800138000", "13800138000"), ("", "")),
    ],
)
def test_phone_numbers_as_other_mailboxes_write_them(given_phone: str, kept: str) -> None:
    (draft,) = drafts(parsed(f"标题,内容,电话\n甲,乙,{given_phone}\n"))
    assert draft.writer.phone == kept


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("2019/9/12 16:15:43", (2019, 9, 12, 16, 15, 43)),
        ("2020-01-04", (2020, 1, 4)),
        ("2020-01-04 09:30", (2020, 1, 4, 9, 30)),
        ("2020.1.4", (2020, 1, 4)),
        ("2020年1月4日", (2020, 1, 4)),
        ("2020年1月4日 9时5分", (2020, 1, 4, 9, 5)),
        ("2020年1月4日 下午3:05", (2020, 1, 4, 15, 5)),
        ("2019年9月12日16:15:43", (2019, 9, 12, 16, 15, 43)),
        ("43720.5", (2019, 9, 12, 12)),
        ("43720", (2019, 9, 12)),
        ("20200104", (2020, 1, 4)),
    ],
)
def test_dates_without_an_offset_are_office_time(text: str, fields: tuple[int, ...]) -> None:
    assert parse_written_at(text).tzinfo is OFFICE_ZONE
    assert parse_written_at(text).timetuple()[: len(fields)] == fields


def test_an_offset_is_kept() -> None:
    assert parse_written_at("2020-01-04T01:30:00Z") == datetime(2020, 1, 4, 9, 30, tzinfo=OFFICE_ZONE)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_gives_an_aware_instant_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert parse_written_at(text).tzinfo is not None


def test_a_workbook_gives_the_same_letters_as_a_csv() -> None:
    book = workbook(
        ["编号", "标题", "内容", "来信时间", "电话"],
        [101, "路灯不亮", "第一行\n第二行", NOON, 13800138000],
        [None, None, None, None, None],
        [103, "没有正文", None, None, None],
        [104.0, "日期是数字", "正文", 43720.5, None],
    )
    found = parsed(book, "letters.xlsx")
    one, four = drafts(found)
    assert (one.channel_reference, one.body, one.writer.phone) == ("101", "第一行\n第二行", "13800138000")
    assert one.written_at == datetime(2020, 1, 4, 12, tzinfo=OFFICE_ZONE)
    assert (four.channel_reference, four.written_at) == ("104", datetime(2019, 9, 12, 12, tzinfo=OFFICE_ZONE))
    assert refused(found) == [4]


@pytest.mark.parametrize("content", [b"PK\x03\x04 damaged", b"\xd0\xcf\x11\xe0 old xls", b"plain text"])
def test_a_workbook_that_cannot_be_opened_says_what_to_do(content: bytes) -> None:
    with pytest.raises(FieldErrors, match="另存为"):
        parsed(content, "letters.xlsx")


def keys(text: str) -> list[str]:
    return [draft.source_key or "" for draft in drafts(parsed(text))]


def test_all_columns_and_the_files_content_are_the_row() -> None:
    text = "标题,内容,姓名,备注\n甲,乙,王五,1\n甲,乙,赵六,1\n甲,乙,王五,2\n甲,乙,王五,1\n"
    found = keys(text)
    assert keys(text) == found, "the same file twice adds nothing"
    assert len(set(found[:3])) == 3, "one differing column, also one we do not know, makes another letter"
    assert found[3] == found[0], "rows of one file that agree in every column are one letter"
    assert not set(found) & set(keys(text + "丙,丁,,\n")), "another file, other rows"


def test_columns_do_not_run_into_each_other() -> None:
    one, two = keys('标题,内容,姓名\n甲,"乙,丙",丁\n甲,乙,"丙,丁"\n')
    assert one != two
