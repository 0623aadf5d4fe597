"""What of a letter may become public: every piece found is masked until somebody decided that it stays."""

from __future__ import annotations

import pytest

from letterbox.domain.secrecy import HIDDEN
from letterbox.services.publication.public_text import (
    PieceDecision,
    PublicText,
    automatic,
    findings,
    kept_of,
    key_of,
    pieces,
    redacted,
    traces_for_public,
)
from letterbox.store.letters import Writer

WRITER = Writer(name="王建军", phone="13800000088", email="wang.jj@example.org", address="幸福小区3栋2单元501室")
TRACES = traces_for_public(WRITER)
BODY = (
    "我叫王建军，身份证432924198612277587，手机139 1111 0000，住幸福小区3栋2单元501室。村支书刘德富不给我办低保，"
    "手机13911110000打不通。城管局王科长让我找12345。"
)
LETTER = PublicText("低保被取消", BODY, "王建军同志：您好。请拨打0738-12345或到政务大厅办理。")


def test_everything_found_is_masked_beforehand_and_the_rest_reads_on() -> None:
    public = automatic(LETTER, TRACES, frozenset())
    assert public.body == (
        f"我叫王某某，身份证{HIDDEN}，手机{HIDDEN}，住{HIDDEN}。村支书刘某某不给我办低保，手机{HIDDEN}打不通。城管局王科长让我找12345。"
    )
    assert public.reply == "王某某同志：您好。请拨打0738-12345或到政务大厅办理。"
    assert public.title == LETTER.title


def test_a_masked_text_has_nothing_left_to_find() -> None:
    public = automatic(LETTER, TRACES, frozenset())
    assert findings(public, public, TRACES, {}) == []
    assert automatic(public, TRACES, frozenset()) == public


def test_the_same_number_twice_is_one_piece_however_it_is_written() -> None:
    found = findings(LETTER, LETTER, TRACES, {})
    phones = [each for each in found if each.kind == "phone"]
    assert [(each.text, each.times) for each in phones] == [("139 1111 0000", 2)]
    assert phones[0].key == key_of("body", "13911110000", "phone")
    assert phones[0].before.endswith("手机")


def test_what_is_kept_stays_and_only_that() -> None:
    accused = key_of("body", "刘德富", "name")
    decisions = {accused: str(PieceDecision.KEEP), key_of("body", "王建军", "name"): str(PieceDecision.MASK)}
    public = automatic(LETTER, TRACES, kept_of(decisions))
    assert "村支书刘德富" in public.body
    assert "王建军" not in public.body
    found = {each.key: each.decision for each in findings(LETTER, public, TRACES, decisions)}
    assert found[accused] == "keep"
    assert found[key_of("body", "13911110000", "phone")] is None


def test_a_name_in_letter_and_reply_is_found_once_and_decided_once() -> None:
    letter = PublicText("反映刘德富", "村支书刘德富不给我办低保。", "经查，刘德富已按程序评议，刘德富也作了说明。")
    found = [each for each in findings(letter, letter, TRACES, {}) if each.kind == "name"]
    assert [(each.text, each.fields, each.times) for each in found] == [("刘德富", ("title", "body", "reply"), 4)]
    assert automatic(letter, TRACES, {found[0].key}) == letter
    assert "刘德富" not in "".join(text for _, text in automatic(letter, TRACES, frozenset()).fields())


def test_who_is_named_in_the_letter_is_found_in_the_reply_where_nothing_else_says_so() -> None:
    letter = PublicText("水渠", "我叫高原，水渠堵了。", "已告知高原，下周清淤。")
    assert automatic(letter, TRACES, frozenset()).reply == "已告知高某某，下周清淤。"
    edited = PublicText(letter.title, "我的水渠堵了。", letter.reply)
    assert automatic(edited, TRACES, frozenset(), letter.named).reply == "已告知高某某，下周清淤。"


def test_a_number_is_decided_in_each_text() -> None:
    letter = PublicText("电话", "我的电话13911110000。", "已拨打13911110000。")
    assert [each.fields for each in findings(letter, letter, TRACES, {})] == [("body",), ("reply",)]


def test_what_was_typed_into_the_copy_is_found_there() -> None:
    typed = PublicText(LETTER.title, LETTER.body, "请联系张桂花，电话13522223333。")
    found = findings(LETTER, typed, TRACES, {})
    assert {"13522223333", "张桂花"} <= {each.text for each in found if each.field == "reply"}


@pytest.mark.parametrize("text", ["王　建　军说的", "王\u200b建军说的", "王建軍說的", "建军说的"])
def test_the_writers_own_name_is_found_in_every_spelling(text: str) -> None:
    assert [each.start for each in pieces("body", text, TRACES)] == [0]


def test_a_surname_with_an_office_or_an_address_is_nobody_to_the_public() -> None:
    text = "王科长和老王都来过，王女士也在。"
    assert redacted("body", text, TRACES, frozenset()) == text
