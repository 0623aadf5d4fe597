"""Words that somebody types, and the texts that hold them: the keys of a text never miss what a reader would find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterbox.domain.search import (
    HERE,
    LINE,
    Word,
    folded_line,
    keys_of,
    looked_through,
    marked,
    typed_words,
    unit_line,
)
from letterbox.domain.writer_keys import keys_asked_for, keys_of_writer

SIGNS = st.sampled_from("桥面破损的水123sx-，。 ７橋")
TEXT = "".join


def matches(part: str, keys: list[str], block: str) -> bool:
    """As PostgreSQL would answer the query of a single part: all terms, a star for a beginning."""
    terms = Word(part, (part,)).query.strip("()").split(" & ")
    return all(
        any(key.startswith(block + wanted) for key in keys) if term.endswith(":*") else block + wanted in keys
        for term in terms
        for wanted in [term.removesuffix(":*").strip("()").strip("'").removeprefix(HERE)]
    )


@given(st.lists(SIGNS, max_size=30).map(TEXT), st.integers(0, 30), st.integers(1, 8), st.integers(0, 10_000_000))
def test_every_part_of_a_text_is_found_by_its_keys(text: str, start: int, length: int, letter_id: int) -> None:
    line = folded_line(text)
    part = line[start : start + length]
    if part:
        assert matches(part, keys_of(letter_id, looked_through([text], None)), f"{letter_id // 4096:x}:")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("橋面", "桥面破损"),
        ("桥面", "橋面破損"),
        ("ＳＸ2026", "来信 sx20261100174 的办理"),
        ("07386821234", "请打0738-6821234"),
        ("三塘村", "3塘村五组"),
        ("2期", "二期工程"),
        ("ktv", "楼下ＫＴＶ太吵"),
    ],
)
def test_spelling_makes_no_difference(typed: str, text: str) -> None:
    assert folded_line(typed) in folded_line(text)
    assert marked(text, [typed])


def test_no_word_reaches_over_two_texts() -> None:
    text = looked_through(["路灯坏", "了半月"], "transport")
    assert text == LINE.join(["路灯坏", "了半月", unit_line("transport")])
    assert not {"0:坏了", "0:坏\n"} & set(keys_of(1, text))


def test_words_are_typed_between_blanks_and_a_telephone_is_one() -> None:
    assert typed_words(" 桥面　破损 ，。 桥面 ") == ["桥面", "破损"]
    assert typed_words("138 7380 1234") == ["138 7380 1234"]
    assert typed_words("2026 11") == ["2026", "11"]
    assert len(typed_words(" ".join("甲乙丙丁戊己庚辛壬癸子丑"))) == 10


def test_places_that_touch_are_marked_as_one() -> None:
    text = "自来水，老人用水难"
    assert [text[start:end] for start, end in marked(text, ["老人", "自来", "来水", "用水"])] == ["自来水", "老人用水"]


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("周德福", True),
        ("周德福先生", True),
        ("周德", False),
        ("13873801234", True),
        ("+86 138-7380-1234", True),
        ("1234", True),
        ("3801234", False),
        ("ZhouDeFu@qq.com", True),
        ("zhoudefu", False),
        ("自来水", False),
    ],
)
def test_a_writer_is_found_by_what_is_wholly_his(asked: str, is_found: bool) -> None:
    keys = keys_of_writer("周德福（代笔：张三）", "13873801234", "zhoudefu@qq.com")
    assert bool(keys & keys_asked_for(asked)) is is_found


def test_each_of_several_writers_is_found() -> None:
    keys = keys_of_writer("周德福、陈晓岚", None, None)
    assert keys & keys_asked_for("周德福")
    assert keys & keys_asked_for("陈晓岚")


def test_a_landline_is_found_with_and_without_its_area() -> None:
    keys = keys_of_writer(None, "0738-6821234", None)
    assert keys & keys_asked_for("6821234")
    assert keys & keys_asked_for("0738-6821234")
    assert keys & keys_asked_for("1234")
