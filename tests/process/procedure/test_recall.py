"""Recall (A6): taken back from the unit, assigned anew by a new limit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound, WrongState
from tests.support.office.county import County
from tests.support.office.staffed import GOOD, HANDLER, REVIEWER, SCREENER, UNIT, accepted, answered, drafted, submitted
from tests.support.office.watching import assert_watch

pytestmark = pytest.mark.engine


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=OFFICE_ZONE)


def failed(county: County) -> str:
    number = submitted(county)
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="fail", comment="写明依据")
    return number


@pytest.mark.parametrize("reach", [accepted, drafted, failed])
def test_a_recalled_letter_is_assigned_anew(county: County, reach: Callable[[County], str]) -> None:
    number = reach(county)
    county.clock.at = at(8, 10)
    county.act(number, "recall", SCREENER, reason="派错了单位")
    assert county.open_tasks(number) == ["Task_AssignLetter"]
    letter, limits = county.letter(number), county.limits(number)
    assert (letter.status, letter.lead_unit) == ("screened", None)
    assert county.event(number, "LetterRecalled").data == {"unit": UNIT, "reason": "派错了单位"}
    assert [kind for kind, each in limits.items() if each.is_open] == ["screening"]
    assert (limits["screening"].started_at, limits["screening"].due_at) == (at(8, 10), at(10, 17, 30))
    assert county.due_of(number, "Task_AssignLetter") == at(10, 17, 30)
    assert_watch(county, number)
    with pytest.raises(NotFound):
        county.services.records.open(number, HANDLER)
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit="housing")
    assert county.limits(number)["reply"].due_at == at(15, 17, 30)
    assert_watch(county, number)


@pytest.mark.parametrize("reach", [County.write, submitted, answered])
def test_only_from_the_unit(county: County, reach: Callable[[County], str]) -> None:
    number = reach(county)
    with pytest.raises(WrongState):
        county.services.actions.perform(number, "recall", {"reason": "派错了"}, SCREENER)


def test_only_by_the_screener_and_with_a_reason(county: County) -> None:
    number = accepted(county)
    with pytest.raises(NotAllowed):
        county.services.actions.perform(number, "recall", {"reason": "派错了"}, HANDLER)
    with pytest.raises(FieldErrors):
        county.services.actions.perform(number, "recall", {}, SCREENER)
