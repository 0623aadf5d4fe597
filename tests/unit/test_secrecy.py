"""A person is taken out of a text, and nothing else is."""

from __future__ import annotations

import pytest

from letterbox.domain.secrecy import HIDDEN, given_name, without, without_in

SECRETS = ("李四", "13800000000", "li@example.org", "中心路 8 号")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("我是李四，电话13800000000。", f"我是{HIDDEN}，电话{HIDDEN}。"),
        ("请打 138 0000 0000 或 138-0000-0000", f"请打 {HIDDEN} 或 {HIDDEN}"),
        ("LI@Example.org", HIDDEN),
        ("住中心路 8 号", f"住{HIDDEN}"),
        ("住中心路8号，又写中心路８号", f"住{HIDDEN}，又写{HIDDEN}"),
        ("１３８００００００００", HIDDEN),
        ("本人李 四", f"本人{HIDDEN}"),
        ("ｌｉ＠example.org", HIDDEN),
        ("路灯坏了，电话 13800000001", "路灯坏了，电话 13800000001"),
        ("", ""),
    ],
)
def test_every_trace_goes_and_the_rest_stays(text: str, left: str) -> None:
    assert without(text, SECRETS) == left


def test_a_single_character_is_no_secret() -> None:
    assert without("王家村的路", ("王", "", " ")) == "王家村的路"


@pytest.mark.parametrize(
    ("name", "given"),
    [("周小明", "小明"), ("周 小 明", "小明"), ("欧阳建国", "建国"), ("李四", None), ("John Smith", None), ("", None)],
)
def test_a_given_name_is_what_can_stand_alone(name: str, given: str | None) -> None:
    assert given_name(name) == given


def test_words_that_look_like_patterns_are_words() -> None:
    assert without("a.c abc", ("a.c",)) == f"{HIDDEN} abc"


def test_an_events_facts_lose_it_at_every_depth() -> None:
    facts = {"body": "我是李四", "files": 2, "shown": [["姓名", "李四"], None], "more": {"said": "李四说"}}
    assert without_in(facts, SECRETS) == {
        "body": f"我是{HIDDEN}", "files": 2, "shown": [["姓名", HIDDEN], None], "more": {"said": f"{HIDDEN}说"},
    }  # fmt: skip
