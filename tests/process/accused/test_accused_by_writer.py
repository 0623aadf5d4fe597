"""Whom the writer accuses is kept away from the letter's first moment, before anybody screened it (A5)."""

from __future__ import annotations

import pytest

from letterbox.domain.errors import FieldErrors, NotFound
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER, Actor
from letterbox.domain.vocabulary import Channel, Role
from letterbox.services.case.accused import NO_UNIT
from tests.support.office.county import County, staff
from tests.support.office.office import as_actor, person_id
from tests.support.office.staffed import SCREENER

pytestmark = pytest.mark.engine


def written(county: County, accused: str | None, category: str = "report") -> str:
    draft = LetterDraft(
        Channel.PORTAL,
        "举报采购舞弊",
        "有人收钱。",
        is_public=False,
        writer=WriterDetails("钱守密", "13733334444"),
        category=category,
        accused=accused,
    )
    number = county.services.intake.submit(draft, WRITER).number
    county.run_until_idle(number)
    return number


def person(county: County, login: str) -> Actor:
    return as_actor(county.services, person_id(county.services, login))


def knows(county: County, actor: Actor, number: str) -> bool:
    services = county.services
    listed = [row.number for row in services.tasks.page(actor, per_page=300).items]
    found = services.records.search(actor, q=number).total
    try:
        services.records.open(number, actor)
    except NotFound:
        assert number not in listed
        assert not found
        return False
    return True


def test_the_accused_office_does_not_screen_the_letter_and_the_next_one_does(county: County) -> None:
    number, coordinator = written(county, "egov"), person(county, "coordinator")
    assert not knows(county, person(county, "screener"), number)
    assert not knows(county, person(county, "reviewer"), number)
    assert number in [each.number for each in county.services.inbox.list(coordinator).items]
    values = {"outcome": "accept", "category": "report", "scope": "5", "accused_unit": "egov"}
    county.do(number, "Task_ScreenLetter", coordinator, **values)
    assert county.letter(number).status == "screened"
    assert not knows(county, person(county, "screener"), number)


def test_what_the_writer_said_holds_until_he_or_a_second_person_agrees(county: County) -> None:
    number = written(county, "water")
    letter = county.letter(number)
    assert (letter.accused_unit, letter.accused_stated, letter.excluded_units) == ("water", True, ["water"])
    values = {"outcome": "accept", "category": "report", "scope": "5", "accused_unit": "housing"}
    county.do(number, "Task_ScreenLetter", SCREENER, **values)
    assert set(county.letter(number).excluded_units) == {"water", "housing"}
    assert not knows(county, staff(Role.UNIT_HANDLER, "water"), number)


def test_the_answer_may_be_nobody_or_none_and_of_another_letter_it_says_nothing(county: County) -> None:
    nobody, unsaid, complaint = written(county, NO_UNIT), written(county, None), written(county, "water", "complaint")
    said = {
        each: (county.letter(each).accused_stated, county.letter(each).excluded_units)
        for each in (nobody, unsaid, complaint)
    }
    assert said == {nobody: (True, []), unsaid: (False, []), complaint: (False, [])}
    with pytest.raises(FieldErrors) as refused:
        written(county, "no-such-unit")
    assert set(refused.value.errors) == {"accused"}
