"""Telephone numbers and mail addresses in the forms that people use; what cannot be one is refused at its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterbox.domain.contact_data import Reached, plain_email, plain_phone, read_email, read_phone
from letterbox.domain.errors import FieldErrors
from letterbox.domain.letter import LetterDraft, WriterDetails, checked
from letterbox.domain.vocabulary import Channel

NOW = datetime(2026, 9, 28, 1, tzinfo=UTC)
DRAFT = LetterDraft(channel=Channel.PORTAL, title="路灯不亮", body="路灯坏了。", is_public=True)


@pytest.mark.parametrize(
    "typed",
    [
        *("+86 138 0000 0000", "(+86)13800000000", "0086-13800000000", "0086 138-0000-0000", "138.0000.0000"),
        *(
            "１３８００００００００",
            "13800000000（本人）",
            "电话：13800000000",
            "手机号码 13800000000",
            "Tel: 13800000000",
        ),
        *("13800000000,", "13800000000。", "'13800000000", "138 0000 0000 ", "138—0000—0000"),
    ],
)
def test_a_mobile_number_is_understood(typed: str) -> None:
    assert plain_phone(typed) == "13800000000"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("400-800-1234", "4008001234"),
        ("0738-6821234转8001", "0738-6821234-8001"),
        ("（0738）6821234", "07386821234"),
        ("+86-738-6821234", "07386821234"),
        ("6821234", "6821234"),
        ("座机 0738 6821234 分机 8", "07386821234-8"),
    ],
)
def test_so_is_another_number(typed: str, kept: str) -> None:
    assert plain_phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "first", "remark"),
    [
        ("13800000000 13900000001", "13800000000", "13900000001"),
        ("13800000000，13900000001", "13800000000", "13900000001"),
        ("13800000000\n13900000001", "13800000000", "13900000001"),
        ("0738-6821234/6821235", "07386821234", "6821235"),
        ("138 0000 0000 / 139 0000 0001", "13800000000", "139 0000 0001"),
        ("13800000000（家属）", "13800000000", "家属"),
        ("13800000000沈二", "13800000000", "沈二"),
    ],
)
def test_what_stands_beside_the_first_number_is_kept(typed: str, first: str, remark: str) -> None:
    assert read_phone(typed) == Reached(first=first, remark=remark)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "1381234",
            "0123456",
            "1380000000",
            "138000000000",
            "8000-13800000000",
            "1.38E+10",
            "138****0000",
            "电话",
            "--",
        ),
        *("13800000000@qq.com", "430482198001011234", "a13800000000", "12345", "1" * 500),
    ],
)
def test_an_impossible_number_is_none(typed: str) -> None:
    assert plain_phone(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        *("a@qq.com。", "a@qq.com、", "“a@qq.com”", "a@qq.com!", "a@qq.com/", "a@qq.com?", "a@qq.com#", "a@qq.com="),
        *(
            "a@qq.com·",
            "a@qq.com，",
            "邮箱a@qq.com",
            "邮箱：a@qq.com",
            "电子邮件: a@qq.com",
            "mailto:a@qq.com",
            "<a@qq.com>",
        ),
        *("ａ＠ｑｑ．ｃｏｍ", " a @qq.com", "a@qq。com", "a@qq.com（本人）", "a@qq.com\u200b"),
    ],
)
def test_an_address_loses_what_stands_around_it(typed: str) -> None:
    assert plain_email(typed) == "a@qq.com"


@pytest.mark.parametrize(
    "typed",
    [
        *("a..b@qq.com", ".a@qq.com", "a.@qq.com", "a@qq..com", "a@-qq.com", "a@qq-.com", "a@qq.c", "a@qq", "@qq.com"),
        *("张三@qq.com", "a@b@qq.com", "a b,c@qq.com", "<a@qq.com", "a@1.2.3.4", f"{'a' * 65}@qq.com", "a" * 500),
    ],
)
def test_an_impossible_address_is_none(typed: str) -> None:
    assert plain_email(typed) is None


@pytest.mark.parametrize(
    "typed", ["mail@qq.com", "email@163.com", "a_b-c+d@my-host.gov.cn", "a@例子.中国", "x@a--b.cn"]
)
def test_a_sound_address_stays_as_it_is(typed: str) -> None:
    assert plain_email(typed) == typed


def test_of_two_addresses_the_second_is_kept_as_a_remark() -> None:
    assert read_email("a@qq.com；b@qq.com") == Reached(first="a@qq.com", remark="b@qq.com")


def test_a_letter_keeps_both_and_loses_nothing() -> None:
    writer = checked(replace(DRAFT, writer=WriterDetails("李四", "13800000000 13900000001", "a@qq.com。")), NOW).writer
    assert (writer.phone, writer.email, writer.contact_remark) == ("13800000000", "a@qq.com", "13900000001")


@pytest.mark.parametrize(("field", "typed"), [("phone", "1380000000"), ("phone", "无"), ("email", "a..b@qq.com")])
def test_a_field_that_will_not_do_says_what_would(field: str, typed: str) -> None:
    details = WriterDetails(**{"name": "李四", "phone": "13800000000", field: typed})
    with pytest.raises(FieldErrors) as refused:
        checked(replace(DRAFT, writer=details), NOW)
    assert list(refused.value.errors) == [field]
    assert "例如" in refused.value.errors[field]


@given(st.text(st.sampled_from("01389-.+ ()（）转@qq.com。a电话/，\n'"), max_size=40))
def test_what_was_understood_is_understood_again(typed: str) -> None:
    for read in (plain_phone, plain_email):
        found = read(typed)
        assert found is None or read(found) == found
