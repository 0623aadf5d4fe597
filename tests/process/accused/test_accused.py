"""Who is accused (A5): a person says a unit or that it is none; what a machine left open shows where the letter is assigned."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.domain.errors import FieldErrors
from letterbox.domain.permissions import Actor
from letterbox.services.case.accused import NO_UNIT
from tests.support.office.county import County
from tests.support.office.staffed import SCREENER, accepted

pytestmark = pytest.mark.engine

REPORT = {"outcome": "accept", "category": "report", "scope": "5"}


@pytest.fixture
def officer(county: County) -> Actor:
    """A screener who signed in, not a machine's token."""
    return county.services.sign_in.of_login("screener").actor


def said(county: County, number: str, name: str) -> tuple[Any, Any]:
    data, letter = county.event(number, name).data, county.letter(number)
    assert (data["accused_unit"], data["accused_stated"]) == (letter.accused_unit, letter.accused_stated)
    return data["accused_unit"], data["accused_stated"]


def test_a_person_may_not_pass_over_who_is_accused(county: County, officer: Actor) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", officer)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, REPORT, officer)
    assert set(refused.value.errors) == {"accused_unit"}
    assert county.letter(number).status == "received"


@pytest.mark.parametrize(("answer", "kept"), [("housing", "housing"), (NO_UNIT, None)])
def test_a_unit_or_none_is_an_answer(county: County, officer: Actor, answer: str, kept: str | None) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", officer, **REPORT, accused_unit=answer)
    assert said(county, number, "LetterScreened") == (kept, True)
    assert county.services.records.open(number, officer).accused_stated


def test_a_machine_may_leave_it_open_and_then_nobody_has_said_it(county: County) -> None:
    number = accepted(county, "report")
    assert said(county, number, "LetterScreened") == (None, False)


def test_another_category_asks_nobody(county: County, officer: Actor) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", officer, outcome="accept", category="complaint", scope="5")
    assert said(county, number, "LetterScreened") == (None, False)


def test_re_categorising_asks_the_same(county: County, officer: Actor) -> None:
    number = accepted(county)
    change = {"category": "report", "reason": "检举站长"}
    with pytest.raises(FieldErrors) as refused:
        county.services.actions.perform(number, "recategorise", change, officer)
    assert set(refused.value.errors) == {"accused_unit"}
    county.act(number, "recategorise", officer, **change, accused_unit=NO_UNIT)
    assert said(county, number, "LetterRecategorised") == (None, True)
    assert county.services.actions.open(number, "recategorise", officer).values["accused_unit"] == NO_UNIT


def test_what_was_left_open_is_made_good_by_re_categorising(county: County, officer: Actor) -> None:
    number = accepted(county, "report")
    assert county.services.actions.open(number, "recategorise", officer).values["accused_unit"] is None
    county.act(number, "recategorise", officer, category="report", reason="补上", accused_unit="housing")
    assert said(county, number, "LetterRecategorised") == ("housing", True)
    with pytest.raises(FieldErrors, match="已经是"):
        county.act(number, "recategorise", SCREENER, category="report", reason="再来", accused_unit="housing")
