"""Letters with something beside them: a co-handling, a supervision, a leader's instruction, a promise."""

from __future__ import annotations

from letterbox.domain.vocabulary import Role
from tests.support.office.county import County, staff
from tests.support.office.staffed import GOOD, REVIEWER, SCREENER, accepted, submitted

SUPERVISOR, LEADER = staff(Role.SUPERVISOR), staff(Role.LEADER)
CO_HANDLER = staff(Role.UNIT_HANDLER, "water")


def co_handled(county: County) -> str:
    number = accepted(county)
    county.act(number, "add-co-handler", SCREENER, unit="water")
    return number


def supervised(county: County) -> str:
    number = accepted(county)
    county.act(number, "supervise", SUPERVISOR, office="party", request="请查明原因")
    return number


def instructed(county: County) -> str:
    number = accepted(county)
    county.act(number, "instruct", LEADER, instruction="请尽快修好")
    return number


def promised(county: County) -> str:
    number = submitted(county, promise_on="2026-09-16")
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    return number
