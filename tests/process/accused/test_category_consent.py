"""What was an accusation stays one until its writer or a second person agrees (A5, A6)."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.case.accused import NO_UNIT
from tests.process.accused.test_accused_first import ACCUSED, BODY, TITLE, WATER, accusation, assert_nothing_for
from tests.support.office.county import County, staff
from tests.support.office.staffed import HANDLER, SCREENER, UNIT, accepted

pytestmark = pytest.mark.engine

HOUSING = staff(Role.UNIT_HANDLER, "housing")


def official(county: County, login: str) -> Actor:
    return county.services.sign_in.of_login(login).actor


def wish(county: County, number: str, by: Actor = SCREENER, **values: Any) -> dict[str, Any]:
    return county.act(number, "recategorise", by, **{"category": "complaint", "reason": "属一般投诉", **values})


def assert_kept(county: County, number: str, *units: str) -> None:
    letter = county.letter(number)
    assert (letter.category, letter.excluded_units) == ("report", sorted(units))
    assert county.services.records.open(number, staff(Role.LEADER)).writer.is_masked
    task = county.task(number, "Task_AssignLetter", SCREENER)
    for unit in units:
        with pytest.raises(FieldErrors):
            county.services.tasks.complete(task.id, {"lead_unit": unit}, SCREENER)
        assert_nothing_for(county, staff(Role.UNIT_HANDLER, unit), number)


def assert_read_as_ordinary(county: County, number: str) -> None:
    """By the unit that was accused and now handles it."""
    record = county.services.records.open(number, WATER)
    assert (record.category, record.writer.name, record.accused_unit) == ("complaint", "李四", None)
    told = str([(each.name, each.data) for each in record.events])
    for word in ("report", "accused", "before", "举报", "检举", "一般投诉"):
        assert word not in told


def test_one_screener_alone_opens_an_accusation_to_nobody(county: County) -> None:
    number = accusation(county)
    assert wish(county, number) == {"number": number, "status": "screened"}
    assert_kept(county, number, ACCUSED)
    assert county.event(number, "CategoryChangeAsked").data["category"] == "complaint"
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    assert "CategoryChangeAsked" not in [each.name for each in county.services.records.open(number, HANDLER).events]


def test_the_writer_agrees(county: County) -> None:
    number, writers = accusation(county), county.services.writers_side
    assert not writers.read(number, county.code(number), "test").can_category
    wish(county, number)
    tracked = writers.read(number, county.code(number), "test")
    assert tracked.asked_category == "complaint"
    writers.answer_category(number, agrees=True, comment="")
    county.run_until_idle(number)
    assert county.letter(number).category == "complaint"
    assert county.event(number, "LetterRecategorised").data["agreed_by"] == "writer"
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=ACCUSED)
    assert_read_as_ordinary(county, number)
    with pytest.raises(WrongState):
        writers.answer_category(number, agrees=False, comment="")


def test_a_second_person_of_the_office_agrees(county: County) -> None:
    number, first, second = accusation(county), official(county, "screener2"), official(county, "reviewer")
    wish(county, number, first)
    for who in (first, SCREENER):
        with pytest.raises(WrongState):
            county.act(number, "confirm-category", who, outcome="agree", reason="是")
    assert_kept(county, number, ACCUSED)
    county.act(number, "confirm-category", second, outcome="agree", reason="是")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=ACCUSED)
    assert_read_as_ordinary(county, number)


def token_of(county: County, login: str) -> Actor:
    """A screener's token for which the person answers; nobody, if ``login`` is empty."""
    services = county.services
    actor = services.token_entry.actor_of(services.tokens.create("screener", "甄别接口", person=login), None)
    assert actor is not None
    return actor


@pytest.mark.parametrize(("owner", "said"), [("screener2", "另一位工作人员"), ("", "分不清")])
def test_a_token_and_the_account_of_one_human_are_not_two_people(county: County, owner: str, said: str) -> None:
    number, human, other = accusation(county), official(county, "screener2"), official(county, "reviewer")
    wish(county, number, token_of(county, owner))
    with pytest.raises(WrongState, match=said):
        county.act(number, "confirm-category", human, outcome="agree", reason="是")
    assert_kept(county, number, ACCUSED)
    if owner:
        county.act(number, "confirm-category", other, outcome="agree", reason="是")
        assert county.letter(number).category == "complaint"


def test_a_token_is_kept_away_where_its_person_is(county: County) -> None:
    """Whatever role the token has: he who answers for it is of the accused unit."""
    number = accusation(county)
    assert county.services.records.open(number, token_of(county, "screener2")).number == number
    assert_nothing_for(county, token_of(county, f"handler.{ACCUSED}"), number)


def test_what_the_writer_refuses_nobody_else_grants(county: County) -> None:
    number, writers = accusation(county), county.services.writers_side
    wish(county, number)
    writers.answer_category(number, agrees=False, comment="就是检举")
    assert_kept(county, number, ACCUSED)
    wish(county, number, official(county, "screener2"), reason="再问一次")
    with pytest.raises(WrongState, match="只有他本人"):
        county.act(number, "confirm-category", official(county, "reviewer"), outcome="agree", reason="是")
    writers.answer_category(number, agrees=True, comment="")
    assert county.letter(number).category == "complaint"


def test_a_second_person_may_say_no(county: County) -> None:
    number = accusation(county)
    wish(county, number)
    county.act(number, "confirm-category", official(county, "reviewer"), outcome="refuse", reason="确是检举")
    assert_kept(county, number, ACCUSED)
    assert county.event(number, "CategoryChangeRefused").data == {"by": "office", "reason": "确是检举"}


def test_what_its_writer_calls_an_accusation_is_not_screened_away(county: County) -> None:
    number, screener = county.write(TITLE, BODY, category="report"), official(county, "screener2")
    task = county.task(number, "Task_ScreenLetter", screener)
    values = {"outcome": "accept", "category": "complaint", "scope": "5"}
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, values, screener)
    assert set(refused.value.errors) == {"accused_unit"}
    county.do(number, "Task_ScreenLetter", screener, **values, accused_unit=ACCUSED)
    assert county.event(number, "LetterScreened").data["category"] == "report"
    assert_kept(county, number, ACCUSED)
    county.act(number, "confirm-category", official(county, "reviewer"), outcome="agree", reason="是")
    assert county.letter(number).category == "complaint"


def test_a_machine_that_screens_it_away_leaves_it_masked(county: County) -> None:
    number = county.write(TITLE, BODY, category="report")
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="consultation", scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    record = county.services.records.open(number, HANDLER)
    assert (record.category, record.writer.is_masked) == ("report", True)


def test_another_accused_unit_is_kept_away_at_once_and_the_first_one_until_somebody_agrees(county: County) -> None:
    number, second = accusation(county), official(county, "reviewer")
    wish(county, number, category="report", accused_unit="housing", reason="其实是住建局")
    assert county.letter(number).accused_unit == "housing"
    assert_kept(county, number, "housing", ACCUSED)
    county.act(number, "confirm-category", second, outcome="agree", reason="是")
    assert_kept(county, number, "housing")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=ACCUSED)
    record = county.services.records.open(number, WATER)
    assert record.writer.is_masked
    assert ACCUSED not in str(
        [each.data for each in record.events if each.name not in {"LetterAssigned", "LetterDispatched"}]
    )


def test_nobody_being_accused_after_all_waits_as_well(county: County) -> None:
    number = accusation(county)
    wish(county, number, category="report", accused_unit=NO_UNIT, reason="针对个人")
    assert_kept(county, number, ACCUSED)


def test_an_ordinary_letter_still_changes_at_once(county: County) -> None:
    number = accepted(county, "consultation")
    wish(county, number)
    assert county.letter(number).category == "complaint"
    wish(county, number, category="report", accused_unit="housing", reason="是检举")
    assert county.letter(number).excluded_units == ["housing"]
    with pytest.raises(NotFound):
        county.services.records.open(number, HOUSING)
