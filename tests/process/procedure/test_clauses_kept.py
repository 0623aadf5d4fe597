"""Clauses that no other process test shows: out of scope (A3), and what is kept of an accusation (A5)."""

from __future__ import annotations

import pytest

from letterbox.domain.errors import NotFound
from letterbox.domain.vocabulary import Role
from tests.support.office.county import County, staff
from tests.support.office.staffed import DEPUTY, GOOD, HANDLER, PRINCIPAL, REVIEWER, SCREENER, UNIT

pytestmark = pytest.mark.engine

ACCUSED = "education"


def test_what_belongs_to_none_of_the_six_scopes_is_declined_as_such(county: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="decline", ground="out_of_scope", reason="属邻县事项")
    record = county.services.records.open(number, SCREENER)
    assert record.status == "declined"
    declined = next(event for event in record.events if event.name == "LetterDeclined")
    assert (declined.data["ground"], declined.data["reason"]) == ("out_of_scope", "属邻县事项")


def accusation_with_reply(county: County) -> str:
    """Accused is one unit, another one handles it; the reviewer asks for publication."""
    number = county.write()
    county.do(
        number, "Task_ScreenLetter", SCREENER, outcome="accept", category="report", scope="5", accused_unit=ACCUSED
    )
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER)
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请核实")
    county.do(number, "Task_DraftReply", HANDLER, reply="已核实。")
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    return number


def test_an_accusation_is_masked_for_the_unit_hidden_from_the_accused_and_never_public(county: County) -> None:
    number = accusation_with_reply(county)
    records = county.services.records
    assert records.open(number, HANDLER).writer.is_masked
    assert "13800000000" not in repr(records.open(number, HANDLER))
    assert records.open(number, SCREENER).writer.is_masked
    county.act(number, "unmask", SCREENER, reason="核实情况")
    assert records.open(number, SCREENER).writer.phone == "13800000000"
    assert records.open(number, HANDLER).writer.is_masked
    with pytest.raises(NotFound):
        records.open(number, staff(Role.UNIT_PRINCIPAL, ACCUSED))
    assert "LetterPublished" not in county.names(number)
    with pytest.raises(NotFound):
        county.services.publication.get(number)
