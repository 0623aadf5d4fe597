"""Table D row by row on the real engine: each limit starts and ends at the instants of its events, by the regime's length.

Lengths and days come from the plodding second implementation, across the National Day holiday of 2026.
"""

from __future__ import annotations

import datetime as dt
from datetime import date, datetime
from typing import Any

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.store.letters import LetterEvent
from letterbox.store.limits import Limit
from tests.support.office.county import County, staff
from tests.support.office.side_processes import act, limits_of
from tests.support.office.staffed import DEPUTY, GOOD, HANDLER, PRINCIPAL, REVIEWER, SCREENER, UNIT
from tests.support.oracle import slow_limits as slow
from tests.support.oracle.slow_limits import SlowCalendar

pytestmark = pytest.mark.engine
CALENDAR = SlowCalendar(slow.library_of())
START = datetime(2026, 9, 28, 9, 0, tzinfo=OFFICE_ZONE)
"""The Monday between Mid-Autumn and National Day: the following Saturday week is worked."""


def step(county: County, number: str, key: str, actor: Actor, **values: Any) -> None:
    """Something takes time: no two events of a letter stand at one instant."""
    county.clock.move(minutes=25)
    county.do(number, key, actor, **values)


@pytest.fixture
def letter(county: County) -> str:
    county.clock.at = START
    return county.write()


def dispatched(county: County, number: str, category: str = "complaint", *co_units: str) -> None:
    step(county, number, "Task_ScreenLetter", SCREENER, outcome="accept", category=category, scope="5")
    step(county, number, "Task_AssignLetter", SCREENER, lead_unit=UNIT, co_units=list(co_units))


def submitted(county: County, number: str) -> None:
    step(county, number, "Task_ReceiveLetter", HANDLER)
    step(county, number, "Task_SubmitToDeputy", HANDLER)
    step(county, number, "Task_InstructHandler", DEPUTY, instruction="请办")
    step(county, number, "Task_DraftReply", HANDLER, reply="已修好。")
    step(county, number, "Task_SignOffReply", PRINCIPAL, outcome="sign")


def evaluated(county: County, number: str, *, satisfied: bool) -> None:
    step(county, number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=False)
    county.clock.move(minutes=25)
    county.services.writers_side.evaluate(number, satisfied=satisfied, solved=satisfied, comment="")
    county.run_until_idle(number)


def event(county: County, number: str, name: str) -> LetterEvent:
    return next(event for event in county.events(number) if event.name == name)


def check(county: County, number: str, kind: str, start: str, end: str, last: date) -> Limit:
    """The limit ran from the first ``start`` to the first ``end`` and was due at closing on ``last``."""
    limit = county.limits(number)[kind]
    assert limit.started_at == event(county, number, start).at
    assert limit.ended_at == event(county, number, end).at
    assert limit.due_at == datetime.combine(last, dt.time(17, 30), OFFICE_ZONE)
    return limit


def day(county: County, number: str, name: str) -> date:
    return event(county, number, name).at.astimezone(OFFICE_ZONE).date()


def after(county: County, number: str, name: str, kind: str) -> date:
    return slow.after_working_days(day(county, number, name), slow.LENGTHS[kind], CALENDAR)


def test_screening_from_intake_to_assignment(county: County, letter: str) -> None:
    dispatched(county, letter)
    last = after(county, letter, "LetterReceived", "screening")
    assert last == date(2026, 9, 30)
    check(county, letter, "screening", "LetterReceived", "LetterAssigned", last)


def test_screening_from_intake_to_decline(county: County, letter: str) -> None:
    step(county, letter, "Task_ScreenLetter", SCREENER, outcome="decline", ground="6", reason="推销信")
    last = after(county, letter, "LetterReceived", "screening")
    check(county, letter, "screening", "LetterReceived", "LetterDeclined", last)


def test_supplement_from_the_request_and_its_days_are_the_screenings(county: County, letter: str) -> None:
    step(county, letter, "Task_ScreenLetter", SCREENER, outcome="supplement", question="请写明地点")
    county.clock.move(days=2)
    county.services.writers_side.supplement(letter, "在中心路 8 号")
    county.run_until_idle(letter)
    last = after(county, letter, "SupplementRequested", "supplement")
    assert last == date(2026, 10, 10)
    check(county, letter, "supplement", "SupplementRequested", "WriterSupplied", last)
    wait = (day(county, letter, "SupplementRequested"), day(county, letter, "WriterSupplied"))
    dispatched(county, letter)
    screened = slow.screening(START.date(), [wait], CALENDAR)
    assert screened == date(2026, 10, 9)
    check(county, letter, "screening", "LetterReceived", "LetterAssigned", screened)


def test_sign_for_return_and_reply_from_the_dispatch(county: County, letter: str) -> None:
    dispatched(county, letter)
    submitted(county, letter)
    last = after(county, letter, "LetterDispatched", "sign_for")
    check(county, letter, "sign_for", "LetterDispatched", "LetterRegistered", last)
    start = day(county, letter, "LetterDispatched")
    reply = slow.after_working_days(start, slow.REPLY["complaint"], CALENDAR)
    assert reply == date(2026, 10, 10)
    check(county, letter, "reply", "LetterDispatched", "ReplySubmitted", reply)
    window = county.limits(letter)["return"]
    assert window.started_at == event(county, letter, "LetterDispatched").at
    assert window.due_at.astimezone(OFFICE_ZONE).date() == after(county, letter, "LetterDispatched", "return")
    assert (window.ended_at, window.voided_at) == (None, event(county, letter, "ReplySubmitted").at)


def test_the_reply_to_a_consultation(county: County, letter: str) -> None:
    dispatched(county, letter, "consultation")
    submitted(county, letter)
    last = slow.after_working_days(day(county, letter, "LetterDispatched"), slow.REPLY["consultation"], CALENDAR)
    check(county, letter, "reply", "LetterDispatched", "ReplySubmitted", last)


def test_a_co_handlers_opinion_from_its_dispatch(county: County, letter: str) -> None:
    dispatched(county, letter, "complaint", "housing")
    last = slow.opinion(day(county, letter, "CoHandlerAdded"), date(2026, 10, 10), CALENDAR)
    assert last == date(2026, 10, 9)
    step(county, letter, "Task_GiveOpinion", staff(Role.UNIT_HANDLER, "housing"), opinion="同意")
    check(county, letter, "co_opinion", "CoHandlerAdded", "OpinionGiven", last)


def test_ruling_on_a_return(county: County, letter: str) -> None:
    dispatched(county, letter)
    county.clock.move(minutes=25)
    county.services.actions.perform(letter, "return", {"reason": "不归本单位"}, HANDLER)
    county.run_until_idle(letter)
    step(county, letter, "Task_RuleOnReturn", SCREENER, outcome="dismiss", reason="是你单位的事")
    check(
        county,
        letter,
        "return_ruling",
        "LetterReturned",
        "ReturnDismissed",
        after(county, letter, "LetterReturned", "return_ruling"),
    )
    window = county.limits(letter)["return"]
    assert window.ended_at == event(county, letter, "LetterReturned").at


def test_review_and_redo_from_submission_and_failure(county: County, letter: str) -> None:
    dispatched(county, letter)
    submitted(county, letter)
    step(county, letter, "Task_ReviewReply", REVIEWER, **GOOD, outcome="fail", comment="请写明依据")
    check(county, letter, "review", "ReplySubmitted", "ReviewFailed", after(county, letter, "ReplySubmitted", "review"))
    first = event(county, letter, "ReplySubmitted").at
    step(county, letter, "Task_DraftReply", HANDLER, reply="依据已写明。")
    step(county, letter, "Task_SignOffReply", PRINCIPAL, outcome="sign")
    redo = county.limits(letter)["redo"]
    assert redo.started_at == event(county, letter, "ReviewFailed").at
    assert redo.ended_at == [each.at for each in county.events(letter) if each.name == "ReplySubmitted"][-1]
    assert redo.due_at.astimezone(OFFICE_ZONE).date() == after(county, letter, "ReviewFailed", "redo")
    assert county.limits(letter)["reply"].ended_at == first


def test_evaluation_and_the_decision_on_another_handling(county: County, letter: str) -> None:
    dispatched(county, letter)
    submitted(county, letter)
    evaluated(county, letter, satisfied=False)
    last = slow.evaluation(day(county, letter, "ReplyDelivered"), CALENDAR)
    check(county, letter, "evaluation", "ReplyDelivered", "LetterEvaluated", last)
    step(county, letter, "Task_DecideRehandling", SCREENER, outcome="close", reason="已经解释清楚")
    check(
        county,
        letter,
        "rehandling_decision",
        "LetterEvaluated",
        "RehandlingDecided",
        after(county, letter, "LetterEvaluated", "rehandling_decision"),
    )


def test_an_evaluation_that_would_end_within_the_holiday_moves_behind_it(county: County) -> None:
    county.clock.at = datetime(2026, 9, 17, 9, 0, tzinfo=OFFICE_ZONE)
    number = county.write()
    dispatched(county, number)
    submitted(county, number)
    step(county, number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=False)
    limit = county.limits(number)["evaluation"]
    assert limit.due_at == datetime(2026, 10, 8, 17, 30, tzinfo=OFFICE_ZONE)


def test_decision_on_an_extension(county: County, letter: str) -> None:
    dispatched(county, letter)
    step(county, letter, "Task_ReceiveLetter", HANDLER)
    spoken = {"at": "2026-09-28T09:30", "means": "phone", "person": "李四", "said": "要检测，同意", "reached": True}
    county.clock.move(minutes=25)
    wanted = {"reason": "要检测", "due_on": "2026-10-20", "contacts": [spoken]}
    act(county, letter, "apply-for-extension", HANDLER, **wanted)
    step(county, letter, "Task_DecideExtension", SCREENER, outcome="grant")
    check(
        county,
        letter,
        "extension_decision",
        "ExtensionRequested",
        "ExtensionGranted",
        after(county, letter, "ExtensionRequested", "extension_decision"),
    )
    reply = county.limits(letter)["reply"]
    assert reply.started_at == event(county, letter, "LetterDispatched").at
    assert reply.due_at.astimezone(OFFICE_ZONE).date() == date(2026, 10, 20)


def test_supervision_by_default_and_by_the_notices_date(county: County, letter: str) -> None:
    dispatched(county, letter)
    for office, date_set in (("government", {}), ("party", {"due_on": "2026-10-16"})):
        county.clock.move(minutes=25)
        act(county, letter, "supervise", staff(Role.SUPERVISOR), office=office, request="请查明", **date_set)
    by_default, by_notice = limits_of(county, letter, "supervision")
    assert by_default.started_at == event(county, letter, "SupervisionOpened").at
    last = slow.after_working_days(START.date(), slow.LENGTHS["supervision"], CALENDAR)
    assert by_default.due_at == datetime.combine(last, dt.time(17, 30), OFFICE_ZONE)
    assert by_notice.due_at == datetime(2026, 10, 16, 17, 30, tzinfo=OFFICE_ZONE)


def test_a_leaders_instruction(county: County, letter: str) -> None:
    dispatched(county, letter)
    county.clock.move(minutes=25)
    act(county, letter, "instruct", staff(Role.LEADER), instruction="请尽快办好")
    step(county, letter, "Task_AnswerInstruction", HANDLER, answer="已办好")
    check(
        county,
        letter,
        "instruction",
        "InstructionGiven",
        "InstructionAnswered",
        after(county, letter, "InstructionGiven", "instruction"),
    )


def test_a_promise_is_due_on_its_own_date(county: County, letter: str) -> None:
    dispatched(county, letter)
    step(county, letter, "Task_ReceiveLetter", HANDLER)
    step(county, letter, "Task_SubmitToDeputy", HANDLER)
    step(county, letter, "Task_InstructHandler", DEPUTY, instruction="请办")
    step(county, letter, "Task_DraftReply", HANDLER, reply="节后修好。", promise_on="2026-10-18")
    step(county, letter, "Task_SignOffReply", PRINCIPAL, outcome="sign")
    step(county, letter, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=False)
    step(county, letter, "Task_ReportPromise", HANDLER, kept=True, comment="昨天修好")
    check(county, letter, "promise", "ReplyDelivered", "PromiseReported", date(2026, 10, 18))
