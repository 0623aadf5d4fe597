"""A letter's whole way through the services and the real engine."""

from __future__ import annotations

import pytest

from letterbox.domain.vocabulary import Role
from tests.support.county import County, staff

pytestmark = pytest.mark.engine

SCREENER, REVIEWER = staff(Role.SCREENER), staff(Role.REVIEWER)
UNIT = "transport"
HANDLER, DEPUTY, PRINCIPAL = (staff(role, UNIT) for role in (Role.UNIT_HANDLER, Role.UNIT_DEPUTY, Role.UNIT_PRINCIPAL))
GOOD = dict.fromkeys(
    ("every_point", "facts_and_basis", "unmet_explained", "action_and_date", "wording_and_privacy"), "pass"
)


def accepted(county: County, category: str = "complaint") -> str:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category=category, scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    return number


def submitted(county: County) -> str:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER, note="拟派人查看")
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请三日内修好")
    county.do(number, "Task_DraftReply", HANDLER, reply="路灯已修好。")
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")
    return number


def test_from_receipt_to_evaluation(county: County) -> None:
    number = submitted(county)
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    assert county.letter(number).status == "answered"
    county.services.writers_side.evaluate(number, satisfied=True, solved=True)
    county.settle(number)
    assert county.letter(number).status == "closed"
    assert county.services.engine.processes.of(number) == ()
    assert county.names(number) == [
        "LetterReceived", "LetterClassified", "LetterScreened", "LetterAssigned", "LetterDispatched", "LetterRegistered",
        "LetterSubmittedToDeputy", "HandlerInstructed", "ReplyDrafted", "ReplySubmitted", "ReviewPassed", "ReplyDelivered",
        "LetterPublished", "LetterEvaluated", "LetterClosed",
    ]  # fmt: skip
