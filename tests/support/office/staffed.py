"""The people of a test county and the usual steps of a letter, done by them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from letterbox.domain.permissions import Actor, ActorKind
from letterbox.domain.vocabulary import Criterion, Role
from tests.support.office.county import County, staff

UNIT = "transport"
SCREENER, REVIEWER = staff(Role.SCREENER), staff(Role.REVIEWER)
HANDLER, DEPUTY, PRINCIPAL = (staff(role, UNIT) for role in (Role.UNIT_HANDLER, Role.UNIT_DEPUTY, Role.UNIT_PRINCIPAL))
AT_THE_DESK = replace(HANDLER, kind=ActorKind.PERSON)
"""The handler signed in as a person; the others act by token."""
GOOD: dict[str, Any] = dict.fromkeys(map(str, Criterion), "pass")


def accepted(county: County, category: str = "complaint", **screening: Any) -> str:
    """Screened, assigned and dispatched to UNIT."""
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category=category, scope="5", **screening)
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    return number


def drafted(county: County, **draft: Any) -> str:
    """On the principal's table."""
    number = accepted(county)
    to_the_principal(county, number, **draft)
    return number


def to_the_principal(county: County, number: str, drafter: Actor = HANDLER, **draft: Any) -> None:
    """From the unit's desk to its principal's."""
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER, note="拟派人查看")
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请三日内修好")
    county.do(number, "Task_DraftReply", drafter, **{"reply": "路灯已修好。", **draft})


def through_the_unit(county: County, number: str, **draft: Any) -> None:
    """From the unit's desk to review."""
    to_the_principal(county, number, **draft)
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")


def submitted(county: County, **draft: Any) -> str:
    """Waiting for review."""
    number = accepted(county)
    through_the_unit(county, number, **draft)
    return number


def answered(county: County) -> str:
    """Delivered, waiting for the writer's evaluation."""
    number = submitted(county)
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    return number
