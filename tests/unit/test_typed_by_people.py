"""Numbers and addresses as people type and paste them: spaced, full-width, with marks nobody sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from letterbox.domain.clean_text import clean_text, is_blank, plain_number
from letterbox.domain.contact_data import counted_contact
from letterbox.domain.errors import FieldErrors
from letterbox.domain.keys import Keys
from letterbox.domain.letter import LetterDraft, WriterDetails, checked
from letterbox.domain.vocabulary import Channel
from letterbox.services.intake.query_codes import CodeKeeper

NOW = datetime(2026, 9, 28, 1, tzinfo=UTC)
DRAFT = LetterDraft(
    Channel.PORTAL, "路灯不亮", "路灯坏了。", is_public=True, writer=WriterDetails("李四", "13800138000")
)


def writer_of(**details: str) -> WriterDetails:
    return checked(replace(DRAFT, writer=WriterDetails(**{"name": "李四", **details})), NOW).writer


@pytest.mark.parametrize(
    "typed",
    [
        "138 0013 8000",
        "138-0013-8000",
        "１３８００１３８０００",
        "+86 138 0013 8000",
        "86-13800138000",
        "\u202d13800138000\u202c",
    ],
)
def test_a_mobile_number_is_kept_one_way_however_it_is_typed(typed: str) -> None:
    assert writer_of(phone=typed).phone == "13800138000"


@pytest.mark.parametrize(
    "typed", ["0738-6821234", "0738 6821234", "（0738）6821234", "(0738) 682-1234", "０７３８－６８２１２３４"]
)
def test_so_is_a_telephone_with_its_area(typed: str) -> None:
    assert writer_of(phone=typed).phone == "07386821234"


def test_an_extension_stays_apart() -> None:
    assert writer_of(phone="0738-6821234-801").phone == "0738-6821234-801"


@pytest.mark.parametrize("typed", ["1380013800", "138001380000", "电话", "١٣٨٠٠١٣٨", "--", "8000-13800138000"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        writer_of(phone=typed)
    assert set(refused.value.errors) == {"phone"}


@pytest.mark.parametrize(
    "typed", ["name＠example．com", "ｎａｍｅ@example.com", "name@example.com\u200b", " name @example.com"]
)
def test_an_address_loses_what_no_mail_server_takes(typed: str) -> None:
    assert writer_of(email=typed).email == "name@example.com"


SAME_CONTACTS = [
    ("wang.wu@example.com", ["WangWu@Example.COM", "wang.wu+7@example.com", "w.a.n.g.wu@example.com.", "ｗａｎｇｗｕ@example.com"]),
    ("wangwu@gmail.com", ["wang.wu+letters@googlemail.com"]),
    ("li@例子.中国", ["li+1@xn--fsqu00a.xn--fiqs8s"]),
    ("13800000000", ["+86 138-0000-0000", "008613800000000", "１３８００００００００", "(86)13800000000"]),
    ("0731-7221234", ["7221234", "07317221234", "（0731）7221234转8", "0731-7221234-102"]),
    ("86221234", ["0731-86221234", "86221234-1"]),
]  # fmt: skip


@pytest.mark.parametrize(("contact", "others"), SAME_CONTACTS)
def test_a_contact_counts_as_one_however_it_is_written(contact: str, others: list[str]) -> None:
    assert {counted_contact(each) for each in others} == {counted_contact(contact)}


def test_different_contacts_count_for_themselves() -> None:
    contacts = [
        "li@example.com",
        "wang@example.com",
        "li@example.org",
        "13800000000",
        "13800000001",
        "7221234",
        "+@example.com",
    ]
    assert len({counted_contact(each) for each in contacts}) == len(contacts)


@pytest.mark.parametrize("typed", ["a,b@example.com", "<li@example.com", "li;si@example.com", "name@", "张三"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        writer_of(email=typed)
    assert set(refused.value.errors) == {"email"}


@pytest.mark.parametrize(
    "typed", ["sx20261100023", " SX 2026 11 00023 ", "ＳＸ２０２６１１０００２３", "SX20261100023\u200b"]
)
def test_a_letters_number_is_found_however_it_is_typed(typed: str) -> None:
    assert plain_number(typed) == "SX20261100023"


@pytest.mark.parametrize(
    "typed", ["0409179708", "04091 79708", "０４０９１７９７０８", "0409179708\u200b", "0409－179－708"]
)
def test_so_is_a_query_code(typed: str) -> None:
    keeper = CodeKeeper(Keys("secret"))
    assert keeper.matches("SX1", typed, keeper.digest("SX1", "0409179708"))


@pytest.mark.parametrize("typed", ["²409179708", "④09179708", "½", "x" * 40])
def test_a_code_that_is_none_is_only_wrong(typed: str) -> None:
    keeper = CodeKeeper(Keys("secret"))
    assert not keeper.matches("SX1", typed, keeper.digest("SX1", "0409179708"))


@pytest.mark.parametrize("text", ["\u3164", "\u2800\u2800", "\ufe0f", "\u200b\u3000", "\u115f\u1160"])
def test_a_text_without_a_visible_sign_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["😀", "👩‍👩‍👧", "م", "é", "。"])
def test_a_single_sign_is_a_text(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize("lines", [True, False])
def test_in_a_form_a_text_without_a_visible_sign_is_none(lines: bool) -> None:
    """A refusal to a citizen has a reason that he can read."""
    assert clean_text("\u200b\u3164", lines=lines) == ""
    assert clean_text("👩‍👩‍👧", lines=lines) == "👩‍👩‍👧"


def test_a_letter_reads_as_it_is_written() -> None:
    letter = checked(replace(DRAFT, title="扫描件\u202egnp.exe", body="a\u2066b\u2069"), NOW)
    assert (letter.title, letter.body) == ("扫描件gnp.exe", "ab")
