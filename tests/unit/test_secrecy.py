"""A person is taken out of a text in every spelling, and nothing else is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pytest

from letterbox.domain.secrecy import HIDDEN, Traces, as_far_as_the_street, given_name, masked, traces, without

LI_SI = traces("李四", "13800000000", "li@example.org", "中心路 8 号")


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
    assert without(text, LI_SI) == left


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        (
            "阿依古丽·买买提",
            ["阿依古丽•买买提", "阿依古丽.买买提", "阿依古丽・买买提", "阿依古丽．买买提",
             "阿依古丽 买买提", "阿依古丽买买提", "阿依古丽", "买买提"],
        ),
        ("阿依古丽.买买提", ["阿依古丽·买买提", "阿依古丽"]),
        ("阿依古丽买买提", ["阿依古丽·买买提", "阿依古丽"]),
        ("王建军（退休教师）", ["王建军", "建军", "王 建 军", "王-建-军", "王\u200b建\u200d军", "王建軍", "建軍",
             "王某", "王某某", "老王", "王先生"]),
        ("王建军(本人)", ["王建军"]),
        ("王建军【李秀英代】", ["王建军"]),
        ("王建军、李秀英", ["王建军", "李秀英", "秀英"]),
        ("王建军 李秀英", ["王建军", "李秀英"]),
        ("王建军和李秀英", ["王建军", "李秀英"]),
        ("李和平", ["李和平", "和平"]),
        ("王建军 / 13800000088", ["王建军", "138.0000.0088", "138/0000/0088"]),
        ("王建军 女士", ["王建军"]),
        ("欧阳静", ["欧阳静", "欧阳女士", "欧阳某"]),
        ("Wang Jianjun", ["wang jianjun", "WANG-JIANJUN", "jianjun wang", "Jianjun", "wangjianjun"]),
        ("李四", ["李\u200b四", "李\u2060四", "李·四"]),
    ],
)  # fmt: skip
def test_a_name_goes_in_every_spelling(name: str, texts: list[str]) -> None:
    assert {text: without(text, traces(name, None, None, None)) for text in texts} == dict.fromkeys(texts, HIDDEN)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "138.0000.0088",
            "138/0000/0088",
            "138，0000，0088",
            "138）0000 0088",
            "1 3 8 0 0 0 0 0 0 8 8",
            "一三八零零零零零零八八",
        ),
        *("138\n0000\n0088", "138_0000_0088", "138****0088", "尾号0088", "后四位是 0088", "１３８・００００・００８８"),
    ],
)
def test_a_number_goes_in_any_punctuation(text: str) -> None:
    assert without(text, traces(None, "+86 138-0000-0088", None, None)) == HIDDEN


@pytest.mark.parametrize(
    "text",
    [
        "双牌县幸福小区3栋2单元501室",
        "幸福小区3栋2单元501室",
        "幸福小区3栋2单元501",
        "幸福小区三栋二单元五零一室",
        "3栋2单元501室",
        "幸福小区 3-栋 2-单元 501",
    ],
)
def test_an_address_goes_in_part_as_well(text: str) -> None:
    assert without(text, traces(None, None, None, "双牌县幸福小区3栋2单元501室")) == HIDDEN


def test_a_line_without_its_area_goes_too_and_the_part_of_a_mail_address_before_the_sign() -> None:
    found = traces(None, "0746-7725518", "zhangsan88@example.com", None)
    assert without("座机7725518，微信zhangsan88", found) == f"座机{HIDDEN}，微信{HIDDEN}"


@pytest.mark.parametrize(
    "text",
    ["王科长收了红包", "李书记知道", "街道在县政府前", "双牌县的路", "由李，四月修好", "小王庄村", "幸福小区的路灯"],
)
def test_others_and_places_stay(text: str) -> None:
    found = traces("周小明、李四", "13800000088", "a@example.org", "双牌县幸福小区3栋2单元501室")
    assert without(text, found) == text


def test_a_single_character_is_no_secret() -> None:
    assert without("王家村的路", traces("王", "", " ", None)) == "王家村的路"
    assert traces(None, None, None, None) == Traces(frozenset(), frozenset())


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("周小明", "小明"),
        ("周 小 明", "小明"),
        ("欧阳建国", "建国"),
        ("欧阳静", None),
        ("李四", None),
        ("John Smith", None),
        ("", None),
    ],
)
def test_a_given_name_is_what_can_stand_alone(name: str, given: str | None) -> None:
    assert given_name(name) == given


@dataclass(frozen=True)
class View:
    said: str
    more: list[View]
    facts: dict[str, object] = field(default_factory=dict)
    pair: tuple[str, int] = ("李四", 4)


def test_a_view_loses_it_at_every_depth_in_whatever_field() -> None:
    view = View("我是李四", [View("李四说", [], {"shown": [["姓名", "李四"], None], "files": 2})])

    def mask(text: str) -> str:
        return without(text, LI_SI)

    hidden = masked(view, mask)
    assert "李四" not in str(hidden)
    assert hidden.more[0].facts == {"shown": [["姓名", HIDDEN], None], "files": 2}
    assert hidden.pair == (HIDDEN, 4)


def test_a_long_text_takes_its_share_of_time() -> None:
    text = "李" * 20_000
    start = time.process_time()
    assert without(text, LI_SI) == text
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("place", "left"),
    [
        ("幸福路8号钱守密家 13733334444", f"幸福路{HIDDEN}"),
        ("幸福路８号", f"幸福路{HIDDEN}"),
        ("幸福路 8", f"幸福路 {HIDDEN}"),
        ("幸福路八号楼三单元", f"幸福路{HIDDEN}"),
        ("幸福小区A3栋", f"幸福小区{HIDDEN}"),
        ("三河村五组村口", f"三河村{HIDDEN}"),
        ("李四家门口，幸福路", f"{HIDDEN}"),
        ("中心路 8 号", HIDDEN),
        ("县第一中学门口", "县第一中学门口"),
        ("104国道收费站", "104国道收费站"),
        ("三里屯社区", "三里屯社区"),
        ("地铁3号线工地", "地铁3号线工地"),
        ("", ""),
    ],
)
def test_a_place_is_told_as_far_as_its_street(place: str, left: str) -> None:
    assert as_far_as_the_street(place, lambda text: without(text, LI_SI)) == left
