"""Who wrote an accusation (A5): nowhere to be read but by a deliberate act, which is recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from letterbox.domain.errors import NotAllowed, WrongState
from letterbox.domain.permissions import Actor
from letterbox.domain.secrecy import HIDDEN
from letterbox.domain.vocabulary import Role
from letterbox.services.records.exporting import Exporting
from letterbox.services.tasks.my_tasks import TaskFilter
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from letterbox.wiring.desk import Desk
from tests.support.office.county import County, staff
from tests.support.office.staffed import HANDLER, UNIT, accepted

pytestmark = pytest.mark.engine

NAME, PHONE = "李四", "13800000000"
TITLE, BODY = "举报住建局（李四）", "我叫李四，电话 138-0000-0000。住建局的人收了红包。"
COORDINATOR, LEADER = staff(Role.COORDINATOR), staff(Role.LEADER)


def person(county: County, login: str) -> Actor:
    return county.services.sign_in.of_login(login).actor


def accusation(county: County, **details: str) -> str:
    """Screened as an accusation against housing, handled by UNIT."""
    number, screener = county.write(TITLE, BODY, **details), person(county, "screener")
    values = {"outcome": "accept", "category": "report", "scope": "5", "accused_unit": "housing"}
    county.do(number, "Task_ScreenLetter", screener, **values)
    county.do(number, "Task_AssignLetter", screener, lead_unit=UNIT)
    return number


def traces(text: object) -> list[str]:
    return [secret for secret in (NAME, PHONE, "138-0000-0000") if secret in str(text)]


@pytest.mark.parametrize("who", [HANDLER, COORDINATOR, LEADER])
def test_the_record_tells_nobody_who_wrote(county: County, who: Actor) -> None:
    number = accusation(county)
    county.services.writers_side.supplement(number, "我是李四，再补充：还有照片。")
    record = county.services.records.open(number, who)
    assert record.writer.is_masked
    assert not record.may_unmask
    assert traces(record) == []
    assert record.title == f"举报住建局（{HIDDEN}）"
    assert "收了红包" in record.body
    assert record.suggestion is None


def test_the_place_is_told_as_far_as_its_street_and_whole_to_whoever_unmasks(county: County) -> None:
    place, screener = "幸福路8号李四家", person(county, "screener")
    number = accusation(county, place=place)
    assert county.services.records.open(number, HANDLER).place == f"幸福路{HIDDEN}"
    county.act(number, "unmask", screener, reason="需要核实")
    assert county.services.records.open(number, screener).place == place


def test_the_office_and_supervision_unmask_by_an_act_with_a_reason(county: County) -> None:
    number, screener, supervisor = accusation(county), person(county, "screener"), person(county, "supervisor.party")
    records = county.services.records
    assert traces(records.open(number, screener)) == []
    assert records.open(number, screener).suggestion is not None
    assert records.open(number, screener).may_unmask
    county.act(number, "unmask", screener, reason="需要核实")
    shown = records.open(number, screener)
    assert (shown.writer.name, shown.writer.phone, shown.title, shown.body) == (NAME, PHONE, TITLE, BODY)
    assert traces(records.open(number, supervisor)) == []
    with pytest.raises(WrongState):
        county.services.actions.perform(number, "unmask", {"reason": "再看"}, screener)
    county.clock.at += timedelta(minutes=30)
    assert traces(records.open(number, screener)) == []


def test_an_unmasking_is_on_the_timeline_of_those_who_may_and_of_nobody_else(county: County) -> None:
    number, screener = accusation(county), person(county, "screener")
    county.act(number, "unmask", screener, reason="需要核实")
    event = county.event(number, "WriterUnmasked")
    assert (event.by_name, event.by_role, event.data) == (screener.name, "reviewer", {"reason": "需要核实"})

    def seen_by(who: Actor) -> bool:
        return "WriterUnmasked" in [each.name for each in county.services.records.open(number, who).events]

    assert [seen_by(who) for who in (screener, staff(Role.SUPERVISOR))] == [True, True]
    assert [seen_by(who) for who in (HANDLER, COORDINATOR, LEADER)] == [False, False, False]


def test_others_cannot_unmask_and_nothing_else_is_masked(county: County) -> None:
    number, plain = accusation(county), accepted(county)
    for who in (HANDLER, COORDINATOR, LEADER):
        with pytest.raises(NotAllowed):
            county.services.actions.perform(number, "unmask", {"reason": "想知道"}, who)
    assert county.services.records.open(plain, HANDLER).writer.name == NAME
    with pytest.raises(WrongState):
        county.services.actions.perform(plain, "unmask", {"reason": "想知道"}, staff(Role.SUPERVISOR))


def test_lists_and_searches_do_not_lead_to_the_writer(county: County) -> None:
    number, records = accusation(county), county.services.records
    for who in (HANDLER, LEADER, person(county, "screener")):
        for words in (NAME, PHONE, "138-0000-0000"):
            assert number not in [line.number for line in records.search(who, q=words).items]
        assert traces(records.search(who, q=number).items) == []
    desk = Desk.on(county.services).tasks
    handler = person(county, f"handler.{UNIT}")
    assert traces(desk.page(handler, TaskFilter(q=number)).items) == []
    assert [row.number for row in desk.page(handler, TaskFilter(q=NAME)).items if row.number == number] == []


def test_another_letter_of_the_same_writer_does_not_lead_to_it(county: County) -> None:
    number, plain = accusation(county), accepted(county)
    for who in (HANDLER, person(county, "screener")):
        assert number not in [line.number for line in county.services.records.earlier(plain, who, 500)]
        assert county.services.records.earlier(number, who) == []


def test_notices_to_staff_do_not_name_him_and_those_to_him_do(county: County) -> None:
    number = accusation(county)
    while county.clock.at.day < 9:
        county.fire_timer(number)
    with county.services.database.reading() as session:
        query = (
            select(Delivery).join(Notice).join(Letter).where(Letter.number == number, Delivery.person_id.is_not(None))
        )
        told = [(each.subject, each.body) for each in session.scalars(query)]
    assert len(told) > 2
    assert traces(told) == []


def test_exports_do_not_name_him(county: County) -> None:
    number = accusation(county)
    rows = Exporting(county.services.database).letters(date(2026, 9, 1), date(2026, 9, 30))
    (row,) = [row for row in rows if row["number"] == number]
    assert traces(row) == []


def test_the_writer_reads_his_own_words(county: County) -> None:
    number = accusation(county)
    tracked = county.services.writers_side.read(number, county.code(number), "test")
    assert (tracked.title, tracked.body) == (TITLE, BODY)


def test_what_is_no_accusation_after_all_has_its_words_back(county: County) -> None:
    number = accusation(county)
    county.act(number, "recategorise", person(county, "screener"), category="complaint", reason="只是投诉")
    county.act(number, "confirm-category", person(county, "screener2"), outcome="agree", reason="只是投诉")
    record = county.services.records.open(number, HANDLER)
    assert (record.title, record.body, record.writer.name) == (TITLE, BODY, NAME)
    county.act(
        number, "recategorise", person(county, "screener"), category="report", accused_unit="housing", reason="还是检举"
    )
    assert traces(county.services.records.open(number, HANDLER)) == []


def test_what_its_writer_calls_an_accusation_is_masked_from_the_first_moment(county: County) -> None:
    number = county.write(TITLE, BODY, category="report")
    assert traces(county.services.records.open(number, LEADER)) == []


def test_a_given_name_alone_is_taken_out_too(county: County) -> None:
    number = county.write("小明举报", "住建局的人对小明说：别告。我叫周小明。", name="周小明", category="report")
    record = county.services.records.open(number, LEADER)
    assert record.title == f"{HIDDEN}举报"
    assert record.body == f"住建局的人对{HIDDEN}说：别告。我叫{HIDDEN}。"
