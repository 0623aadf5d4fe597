"""Personal data are found with their places, masked, and look-alikes are left alone. All numbers are made up."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterbox.intelligence.number_finders import is_card_number, is_identity_number
from letterbox.intelligence.personal_data import PersonalDataKind, find, mask

KIND = PersonalDataKind
CARD = "6222020000000000018"


def found(text: str) -> list[tuple[PersonalDataKind, str]]:
    return [(each.kind, text[each.start : each.end]) for each in find(text)]


@pytest.mark.parametrize(
    ("kind", "piece"),
    [
        (KIND.PHONE, "13800138000"),
        (KIND.PHONE, "138-0013-8000"),
        (KIND.PHONE, "+86 138 0013 8000"),
        (KIND.PHONE, "0738-6822222"),
        (KIND.PHONE, "（0738）6822222"),
        (KIND.PHONE, "１３８００１３８０００"),
        (KIND.IDENTITY_NUMBER, "11010519491231002X"),
        (KIND.IDENTITY_NUMBER, "11010519491231002x"),
        (KIND.BANK_CARD, CARD),
        (KIND.BANK_CARD, "4111 1111 1111 1111"),
        (KIND.EMAIL, "zhang.san@example.com"),
        (KIND.EMAIL, "12345@mail.example.cn"),
        (KIND.PLATE, "湘K12345"),
        (KIND.PLATE, "湘K·D2345"),
        (KIND.PLATE, "湘KD12345"),
    ],
)
def test_found_within_a_sentence(kind: PersonalDataKind, piece: str) -> None:
    assert found(f"请联系{piece}，谢谢") == [(kind, piece)]


@pytest.mark.parametrize(
    "text",
    [
        *("11010519491231002", "110105194912310021", "110105199913310021", "4111 1111 1111 1112", "0000000000000000"),
        *("12800138000", "138001380001", "2026年10月10日", "SX2026110001", "湘潭大学A栋", "a@b", "12345", "1.25万元"),
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    assert found(text) == []
    assert mask(text) == text


def test_check_digits() -> None:
    assert is_identity_number("11010519491231002X")
    assert not is_identity_number("110105194912310020")
    assert not is_identity_number("11010519490231002X")
    assert not is_identity_number("")
    assert is_card_number("4111111111111111")
    assert not is_card_number("411111111111111")


def test_several_in_order_without_overlap() -> None:
    text = f"身份证11010519491231002X 卡号{CARD} 电话13800138000"
    assert [kind for kind, _ in found(text)] == [KIND.IDENTITY_NUMBER, KIND.BANK_CARD, KIND.PHONE]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800138000。", "电话138****8000。"),
        ("身份证11010519491231002X", "身份证110*************2X"),
        ("卡4111111111111111", "卡************1111"),
        ("邮箱zhang@example.com", "邮箱z****@example.com"),
        ("车牌湘K12345", "车牌湘K****5"),
        ("没有", "没有"),
    ],
)
def test_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("0123456789xX@.-+ a湘K电＠１"), max_size=80))
def test_places_are_in_order_and_masking_keeps_the_length(text: str) -> None:
    places = find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in places)
    assert all(one.end <= other.start for one, other in pairwise(places))
    assert len(mask(text)) == len(text)


@pytest.mark.parametrize("piece", ["1", "6 ", "a.", "a@", "0738", "湘K", "13800138000 "])
def test_no_text_of_twenty_thousand_characters_takes_long(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    start = time.perf_counter()
    find(text)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("农民工名单：张三元、李四喜、周五生", ["张三元", "李四喜", "周五生"]),
        ("青山村、石门村、周国强", ["周国强"]),
        ("路灯、水管、周国强", ["周国强"]),
        ("女儿王一诺六岁", ["王一诺"]),
        ("身份证后六位是277587", ["277587"]),
        ("出生年月：195604", ["195604"]),
        ("我的账号是xiaoming_99", ["xiaoming_99"]),
        ("联系人：王 建 军", ["王 建 军"]),
        ("此致\n王 建 军", ["王 建 军"]),
        ("我叫高峰，今年四十", ["高峰"]),
        ("听说高峰论坛", []),
        ("学堂巷12号就是我家，出不了门", ["学堂巷12号"]),
        ("学堂巷12号是一家网吧", []),
        ("选举办电话0738-6822222没人接", []),
        ("八十岁的高桂枝一个人住", ["高桂枝"]),
        ("申请人自行承担。", []),
        ("请查云水居小区", []),
        ("由华盛建设集团承建", []),
        ("取件码5-2-3018", []),
        ("李四喜，男，11010519491231002X", ["李四喜", "11010519491231002X"]),
        ("“xiaoli_88”这个快手号卖假药", ["xiaoli_88"]),
        ("粮补折子号81010000382917465", ["81010000382917465"]),
        ("弟弟周小虎精神分裂", ["周小虎"]),
        ("签名的有陆凤英、白玉兰、康淑珍", ["陆凤英", "白玉兰", "康淑珍"]),
        ("包工头韦家宝不付钱", ["韦家宝"]),
        ("老王家宝贝丢了", []),
        ("户主 周 敏 家庭人口 4", ["周 敏"]),
        ("阚玉亭也没有拿到钱", ["阚玉亭"]),
        ("花园里没有灯，海边有", []),
        ("我叫王某某，姓名：王先生", []),
        ("找过周国强镇长", ["周国强"]),
        ("请到石门镇长江路", []),
        ("请与人社局养老科联系，电话0738-6822222", []),
        ("我在家，电话0738-6822222", ["0738-6822222"]),
        ("家住纺织厂家属院4排7号，没水", ["纺织厂家属院4排7号"]),
        ("已入住的1100户没有电", []),
        ("我家在东经110.9723，北纬30.8291", ["东经110.9723，北纬30.8291"]),
        ("滑坡点在东经110.9723，北纬30.8291", []),
        ("操作证号T420527197503122844", ["T420527197503122844"]),
        ("经营许可证号420527197503", []),
        ("先生马克·约翰逊", ["马克·约翰逊"]),
        ("根据楚政办〔2018〕24号", []),
        ("我叫高原，水渠堵了。高原附近的人都来挑水，高原不让", ["高原", "高原"]),
        ("工友高原从架子上掉下来，青藏高原很远", ["高原"]),
        ("残疾人车位被占，群众的安全谁管", []),
        ("反映人王建国。王建国路不平，王建国不管", ["王建国", "王建国"]),
        ("张亮麻辣烫、陈克明面条", []),
        ("我在金福禧餐饮有限责任公司上班", []),
        ("变更姓名的时候", []),
        ("付1万元，王志红签字", ["王志红"]),
        ("孩子李王子涵上一年级", ["李王子涵"]),
        ("同事迪丽努尔·艾力", ["迪丽努尔·艾力"]),
        ("欧阳先生来过", []),
        ("拖拉机川06-18273没有尾灯", ["川06-18273"]),
        ("出生日期是2004年11月8日，身份证上却是2004年8月11日", ["2004年11月8日", "2004年8月11日"]),
        ("住三中教师公寓2-301，漏水", ["三中教师公寓2-301"]),
        ("公租房2栋，360套", []),
    ],
)
def test_pieces_that_their_surroundings_tell(text: str, pieces: list[str]) -> None:
    assert [piece for _, piece in found(text)] == pieces
