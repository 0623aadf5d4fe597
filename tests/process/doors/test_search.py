"""Letters found by words: in any spelling, wherever they stand, and never more than the asker may read."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Channel, Role
from letterbox.services.records.ordering import Order
from letterbox.services.records.views import LetterLine
from letterbox.store.search import LetterSearch, WriterKey
from tests.process.accused.test_secrecy import NAME, PHONE, accusation
from tests.support.office.county import County, staff
from tests.support.office.staffed import GOOD, HANDLER, REVIEWER, UNIT, accepted, submitted

pytestmark = pytest.mark.engine
SCREENER, LEADER, OTHERS = staff(Role.SCREENER), staff(Role.LEADER), staff(Role.UNIT_HANDLER, "education")


def found(county: County, q: str, actor: Actor = SCREENER) -> list[str]:
    """Of the letters of this test."""
    numbers = [each.number for each in county.services.records.search(actor, q=q, per_page=1000).items]
    return [each for each in numbers if each in county.written()]


def line(county: County, q: str, number: str, actor: Actor = SCREENER) -> LetterLine:
    (it,) = [each for each in county.services.records.search(actor, q=q, per_page=1000).items if each.number == number]
    return it


@pytest.mark.parametrize("q", ["橋面", "桥面 破损", "破损 桥面", "桥", "３塘村", "三塘村五组", "面破", "ktv", "ＫＴＶ"])
def test_a_letter_is_found_in_any_spelling(county: County, q: str) -> None:
    number = county.write("三塘村桥面破损", "三塘村五组的桥面破损，KTV旁边。")
    other = county.write("井水发黄", "请求接通自来水。")
    assert found(county, q) == [number]
    assert found(county, "发黄 自来水") == [other]
    assert found(county, "桥面 自来水") == []


def test_a_number_in_any_spelling_is_the_letter(county: County) -> None:
    number, prefix = county.write(), county.services.settings.number_prefix
    wide = "".join(chr(ord(each) + 0xFEE0) for each in number)
    for spelled in (number, number.lower(), wide, number.removeprefix(prefix)):
        assert found(county, spelled) == [number]
        assert county.services.records.numbered(SCREENER, f" {spelled} ", prefix) == number
        assert county.services.records.numbered(OTHERS, spelled, prefix) is None


def test_a_word_of_the_reply_finds_it_once_it_was_delivered(county: County) -> None:
    drafted = submitted(county, reply="我镇已派送水车每日送水两次。")
    assert drafted not in found(county, "送水车")
    county.do(drafted, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=False)
    number = drafted
    assert number in found(county, "送水车")
    (hit,) = line(county, "送水车", number).hits
    assert hit.where == "reply"
    assert ("送水车", True) in hit.pieces


def test_what_the_writer_added_and_the_place_are_found(county: County) -> None:
    number = accepted(county)
    placed = county.write(place="石桥镇玉带河边")
    county.services.writers_side.supplement(number, "白天没人接，请晚上七点后打。")
    assert found(county, "晚上七点") == [number]
    assert found(county, "玉带河") == [placed]


def test_a_letter_is_found_by_the_unit_that_has_it(county: County) -> None:
    number = accepted(county)
    assert number in found(county, "交通运输局")
    assert number in found(county, "交通运输局 路灯")
    assert number not in found(county, "交通运输局 自来水")


@pytest.mark.parametrize("q", ["周德福", "周德福先生", "13873801234", "138-7380-1234", "138 7380 1234", "1234"])
def test_a_writer_is_found_by_whoever_may_read_his_letter(county: County, q: str) -> None:
    number = county.write(name="周德福", phone="13873801234")
    assert found(county, q) == [number]
    assert line(county, q, number).hits[-1].where == "writer"
    assert found(county, "周德福 路灯") == [number]
    assert found(county, "周德福 自来水") == []
    assert found(county, q, OTHERS) == []


def test_a_writer_is_found_by_his_mailbox(county: County) -> None:
    writer = WriterDetails("周德福", email="De.Fu@qq.com")
    draft = LetterDraft(Channel.COUNTER, "路灯不亮", "中心路的路灯坏了半个月。", is_public=True, writer=writer)
    number = county.services.intake.submit(draft, SCREENER).number
    page = county.services.records.search(SCREENER, q="de.fu@qq.com")
    assert number in [each.number for each in page.items]


@pytest.mark.parametrize("who", [SCREENER, LEADER, HANDLER, staff(Role.SUPERVISOR)])
def test_nobody_finds_an_accusation_by_who_wrote_it(county: County, who: Actor) -> None:
    number = accusation(county)
    county.services.writers_side.supplement(number, f"我是{NAME}，电话{PHONE}，再补充：还有照片。")
    assert number in found(county, "收了红包 还有照片", who)
    for q in (NAME, PHONE, PHONE[-4:], f"{NAME} 红包", f"我叫{NAME}"):
        assert number not in found(county, q, who)


def test_what_becomes_an_accusation_is_no_longer_found_by_its_writer(county: County) -> None:
    number = county.write("住建局的人收钱", f"我叫{NAME}。")
    assert number in found(county, NAME)
    county.do(
        number, "Task_ScreenLetter", SCREENER, outcome="accept", category="report", scope="5", accused_unit="housing"
    )
    assert number not in found(county, NAME)
    assert number in found(county, "住建局 收钱")


def test_the_accused_find_nothing_of_it(county: County) -> None:
    number = accusation(county)
    accused = staff(Role.UNIT_HANDLER, "housing")
    page = county.services.records.search(accused, q="收了红包")
    assert number not in [each.number for each in page.items]
    assert county.services.records.numbered(accused, number, "") is None


def test_a_unit_finds_only_its_own(county: County) -> None:
    own, foreign = accepted(county), county.write()
    assert {own, foreign} <= set(found(county, "路灯"))
    assert foreign not in found(county, "路灯", HANDLER)
    assert own in found(county, "路灯", HANDLER)
    assert own not in found(county, "路灯", OTHERS)


def test_a_letter_that_changes_hands_is_found_by_the_new_unit(county: County) -> None:
    number = accepted(county)
    assert county.letter(number).lead_unit == UNIT
    assert number not in found(county, "教育局")


def test_signs_alone_find_nothing(county: County) -> None:
    county.write()
    for q in ("%", "，。", "_", "'"):
        assert county.services.records.search(SCREENER, q=q).total == 0


def test_sorted_and_within_days(county: County) -> None:
    first = county.write("海螺沟桥面")
    county.clock.move(days=3)
    second = county.write("海螺沟桥面")
    first_day, second_day = (county.letter(each).received_at.date() for each in (first, second))
    search = county.services.records.search

    def listed(**asked: object) -> list[str]:
        found = search(SCREENER, q="海螺沟", per_page=1000, **asked).items  # type: ignore[arg-type]
        return [each.number for each in found if each.number in county.written()]

    assert listed() == [second, first]
    assert listed(order=Order.OLDEST) == [first, second]
    assert listed(order=Order.DUE) == [first, second]
    assert listed(until=first_day) == [first]
    assert listed(since=second_day) == [second]
    assert listed(since=first_day, until=second_day) == [second, first]


def test_an_index_that_drifted_is_noticed_and_mended(county: County) -> None:
    number, index = county.write("海螺沟桥面"), county.services.search_index
    assert index.missing() == 0
    with county.services.database.transaction() as session:
        session.execute(delete(LetterSearch).where(LetterSearch.letter_id == county.letter(number).id))
    assert index.missing() == 1
    assert found(county, "海螺沟") == []
    assert index.fill() == 1
    assert found(county, "海螺沟") == [number]
    with county.services.database.transaction() as session:
        session.execute(delete(WriterKey).where(WriterKey.letter_id == county.letter(number).id))
    assert index.drifted() == [number]
    assert index.rebuild().changed == 1
    assert index.rebuild().changed == 0
    assert index.drifted() == []
