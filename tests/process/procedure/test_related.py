"""What stands beside a letter on the desk: the same matter, what is joined, earlier final rulings (A6, H8)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from letterbox.domain.errors import NotFound
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel, Role
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from letterbox.store.people import Person
from tests.support.office.county import County, staff
from tests.support.office.staffed import HANDLER, SCREENER, UNIT, accepted

pytestmark = pytest.mark.engine

COORDINATOR = staff(Role.COORDINATOR)
WELL = ("井盖翘起来了", "文昌路邮局门口的井盖翘起来了，骑车差点摔倒，希望尽快修。")


def test_letters_of_the_same_matter_are_found_and_others_are_not(county: County) -> None:
    for _ in range(6):  # more than are shown: the newest of equally alike ones are kept
        county.write(*WELL)
    first = county.write(*WELL)
    gone = county.write(*WELL)
    county.act(gone, "join", SCREENER, joined_to=first, reason="同一个井盖")
    other = county.write("菜市场太吵", "凌晨三点就开始卸货，整栋楼都睡不着。")
    number = county.write("井盖坏了", "文昌路邮局门口的井盖坏了，骑车差点摔倒，请尽快修。")
    found = {each.number for each in county.services.related.same_matter(number, SCREENER)}
    assert first in found
    assert found & {number, gone, other} == set()


def test_the_leading_letter_shows_what_is_joined_to_it_to_its_unit_too(county: County) -> None:
    leading, number = accepted(county), county.write("路灯也不亮", "我家门口的也不亮。")
    county.act(number, "join", SCREENER, joined_to=leading, reason="同一条路")
    (joined,) = county.services.related.family(leading, HANDLER).joined
    assert (joined.number, joined.body) == (number, "我家门口的也不亮。")
    county.services.writers_side.supplement(number, "8 号门前那盏也是。")
    (joined,) = county.services.related.family(leading, HANDLER).joined
    assert joined.body.endswith("补充：8 号门前那盏也是。")
    with county.services.database.reading() as session:
        query = select(Person.login).join(Delivery, Delivery.person_id == Person.id).join(Notice).join(Letter)
        told = set(session.scalars(query.where(Letter.number == number, Notice.text == "writer_added")))
    assert f"handler.{UNIT}" in told
    above = county.services.related.family(number, SCREENER).leading
    assert above is not None
    assert above.number == leading
    with pytest.raises(NotFound):
        county.services.related.family(number, HANDLER)


def test_of_many_letters_of_one_writer_the_page_says_how_many_more_there_are(county: County) -> None:
    draft = LetterDraft(Channel.PORTAL, "路灯", "不亮。", True, WriterDetails("孙多信", "13877776666"))
    numbers = [county.services.intake.submit(draft, WRITER).number for _each in range(12)]
    earlier = county.services.records.earlier(numbers[-1], SCREENER)
    assert (len(earlier), earlier.more) == (10, 1)
    assert county.services.records.earlier(numbers[-1], SCREENER, 20).more == 0


def test_a_final_ruling_is_a_precedent_for_the_next_letter_of_the_kind(county: County) -> None:
    number = county.write("河道垃圾", "测水河边堆满建筑垃圾，已经臭了。")
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    county.act(number, "return", HANDLER, reason="不归我们")
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="uphold", lead_unit="housing", reason="先由住建办理")
    county.act(number, "return", staff(Role.UNIT_HANDLER, "housing"), reason="也不归我们")
    related = county.services.related
    assert number not in [each.number for each in related.precedents(SCREENER)]
    county.do(number, "Task_RuleOnReturn", COORDINATOR, outcome="uphold", lead_unit="education", reason="河道归水利")
    following = county.write("河道建筑垃圾", "测水河边又堆满建筑垃圾，臭得很。")
    (found,) = [each for each in related.precedents_for(following, SCREENER) if each.number == number]
    assert (found.outcome, found.reason, found.ruled_by) == ("uphold", "河道归水利", COORDINATOR.name)
    assert found.from_unit != found.to_unit
    unlike = county.write("公交车太少", "五路车一小时一班，上班总迟到。")
    assert number not in [each.number for each in related.precedents_for(unlike, SCREENER)]
