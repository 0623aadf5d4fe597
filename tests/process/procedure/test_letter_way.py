"""A letter's whole way through the services and the real engine, and its shorter ways."""

from __future__ import annotations

from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.domain.vocabulary import Role
from tests.support.office.county import County, staff
from tests.support.office.staffed import (
    AT_THE_DESK,
    GOOD,
    HANDLER,
    PRINCIPAL,
    REVIEWER,
    SCREENER,
    UNIT,
    accepted,
    answered,
    drafted,
    submitted,
    to_the_principal,
)

pytestmark = pytest.mark.engine


def is_over(county: County, number: str) -> bool:
    """No process instance is left, so no timer and no watch either."""
    return county.services.engine.processes.of(number) == ()


def test_from_receipt_to_evaluation(county: County) -> None:
    number = answered(county)
    assert county.letter(number).status == "answered"
    county.services.writers_side.evaluate(number, satisfied=True, solved=True)
    county.run_until_idle(number)
    assert county.letter(number).status == "closed"
    assert is_over(county, number)
    assert county.names(number) == [
        "LetterReceived",
        "LetterClassified",
        "LetterScreened",
        "LetterAssigned",
        "LetterDispatched",
        "LetterRegistered",
        "LetterSubmittedToDeputy",
        "HandlerInstructed",
        "ReplyDrafted",
        "ReplySubmitted",
        "ReviewPassed",
        "ReplyDelivered",
        "LetterPublished",
        "LetterEvaluated",
        "LetterClosed",
    ]


def test_declined_letter_is_over_and_its_limit_kept(county: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="decline", ground="1", reason="法院正在审理")
    assert county.letter(number).status == "declined"
    assert county.limits(number)["screening"].in_time is True
    assert is_over(county, number)


def test_ground_five_needs_a_supplement_first(county: County) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, {"outcome": "decline", "ground": "5", "reason": "说不清"}, SCREENER)
    assert set(refused.value.errors) == {"ground"}
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="supplement", question="请写明地点")
    assert county.letter(number).status == "awaiting_supplement"
    county.services.writers_side.supplement(number, "不记得了")
    county.run_until_idle(number)
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="decline", ground="5", reason="无法核实")
    assert county.letter(number).status == "declined"


def test_ground_two_names_its_reference(county: County) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, {"outcome": "decline", "ground": "2", "reason": "已受理"}, SCREENER)
    assert set(refused.value.errors) == {"reference"}


def test_failed_review_is_redone_and_the_second_needs_an_opinion(county: County) -> None:
    number = submitted(county)
    task = county.task(number, "Task_ReviewReply", REVIEWER)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, {**GOOD, "every_point": "fail", "outcome": "pass"}, REVIEWER)
    assert set(refused.value.errors) == {"outcome"}
    county.do(
        number,
        "Task_ReviewReply",
        REVIEWER,
        **{**GOOD, "every_point": "fail"},
        outcome="fail",
        comment="没有答复第二问",
    )
    assert county.letter(number).status == "in_redo"
    assert county.open_tasks(number) == ["Task_DraftReply"]
    from_unit(county, number, "补充：第二问……")
    task = county.task(number, "Task_ReviewReply", REVIEWER)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, {**GOOD, "outcome": "fail", "comment": "仍不清楚"}, REVIEWER)
    assert set(refused.value.errors) == {"handling_opinion"}
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass")
    assert county.letter(number).failed_reviews == 1
    assert county.limits(number)["redo"].in_time is True
    assert county.names(number).count("ReplySubmitted") == 2


def from_unit(county: County, number: str, reply: str) -> None:
    county.do(number, "Task_DraftReply", HANDLER, reply=reply)
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")


def test_principal_sends_back_for_another_draft(county: County) -> None:
    number = drafted(county)
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="send_back", comment="写明依据")
    assert county.open_tasks(number) == ["Task_DraftReply"]
    from_unit(county, number, "依据《城市道路照明管理规定》，路灯已修好。")
    assert county.letter(number).status == "in_review"
    assert county.names(number).count("ReplySubmitted") == 1


def test_unmet_demand_needs_a_contact_record(county: County) -> None:
    with pytest.raises(FieldErrors) as refused:
        drafted(county, unmet_demand=True)
    assert set(refused.value.errors) == {"contacts"}


def test_two_attempts_on_different_days_are_enough(county: County) -> None:
    missed = [
        {"at": f"2026-09-0{day}T08:00", "means": "phone", "person": "李四", "said": "", "reached": False}
        for day in (7, 8)
    ]
    number = accepted(county)
    county.clock.move(days=1)
    to_the_principal(county, number, unmet_demand=True, contacts=missed)
    assert county.letter(number).status == "handling"


def test_contact_in_the_future_is_refused(county: County) -> None:
    with pytest.raises(FieldErrors) as refused:
        drafted(county, contacts=[spoken("2026-12-01T10:00")])
    assert set(refused.value.errors) == {"contacts[0].at"}


def test_a_persons_contact_before_the_day_of_the_letter_is_refused_and_that_day_is_named(county: County) -> None:
    """A token's is taken: the machine interface refuses the future only."""
    number = accepted(county)
    draft = {"unmet_demand": True, "contacts": [spoken("2026-09-06T23:59")]}
    with pytest.raises(FieldErrors, match="2026年9月7日") as refused:
        to_the_principal(county, number, drafter=AT_THE_DESK, **draft)
    assert set(refused.value.errors) == {"contacts[0].at"}
    county.do(number, "Task_DraftReply", HANDLER, reply="路灯已修好。", **draft)
    assert county.event(number, "ReplyDrafted").data["contacts"] == 1


def test_a_contact_sent_again_as_the_form_shows_it_is_not_recorded_twice(county: County) -> None:
    """The form shows minutes; a client may have recorded seconds."""
    number = accepted(county)
    to_the_principal(county, number, contacts=[spoken("2026-09-07T08:05:33+08:00")])
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="send_back", comment="请补充")
    county.do(number, "Task_DraftReply", HANDLER, reply="路灯已修好。", contacts=[spoken("2026-09-07T08:05")])
    assert len(county.services.records.open(number, HANDLER).contacts) == 1


def test_contact_counts_from_the_day_the_letter_was_written(county: County) -> None:
    """A channel brings letters later than they were written; the unit may have spoken with the writer already."""
    number = county.write(written_at=datetime(2026, 9, 3, 22, 0, tzinfo=OFFICE_ZONE))
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    contacts = [spoken("2026-09-03T08:00")]
    to_the_principal(county, number, drafter=AT_THE_DESK, unmet_demand=True, contacts=contacts)
    assert county.event(number, "ReplyDrafted").data["contacts"] == 1


def spoken(when: str) -> dict[str, object]:
    return {"at": when, "means": "phone", "person": "李四", "said": "已说明", "reached": True}


@pytest.mark.parametrize("reach", [County.write, accepted, submitted])
def test_writer_withdraws_anywhere_before_the_answer(county: County, reach: object) -> None:
    number = reach(county)  # type: ignore[operator]
    county.services.writers_side.withdraw(number, "问题已经解决")
    county.run_until_idle(number)
    assert county.letter(number).status == "withdrawn"
    assert is_over(county, number)
    assert all(limit.is_open is False for limit in county.limits(number).values())


def test_an_answered_letter_is_not_withdrawn(county: County) -> None:
    number = answered(county)
    with pytest.raises(WrongState):
        county.services.writers_side.withdraw(number, "不想要了")


def test_a_letter_is_evaluated_once(county: County) -> None:
    number = answered(county)
    county.services.writers_side.evaluate(number, satisfied=False, solved=False, comment="没修好")
    with pytest.raises(WrongState):
        county.services.writers_side.evaluate(number, satisfied=True, solved=True)


def test_another_units_task_is_as_if_it_were_not_there(county: County) -> None:
    number = accepted(county)
    task = county.services.engine.tasks.of(number)[0]
    other = staff(Role.UNIT_HANDLER, "education")
    with pytest.raises(NotFound):
        county.services.tasks.open(task.id, other)
    with pytest.raises(NotFound):
        county.services.tasks.complete(task.id, {}, other)
    assert county.letter(number).lead_unit == UNIT


def test_accusation_is_kept_from_the_accused(county: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="report", scope="5", accused_unit=UNIT)
    task = county.task(number, "Task_AssignLetter", SCREENER)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, {"lead_unit": UNIT}, SCREENER)
    assert set(refused.value.errors) == {"lead_unit"}


@pytest.mark.parametrize(("reference", "words"), [("{own}", "本信"), ("{prefix}20260999999", "没有编号")])
def test_ground_two_with_a_number_of_ours_needs_another_letter_that_exists(
    county: County, reference: str, words: str
) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    given = reference.format(own=number, prefix=number[:-11])
    values = {"outcome": "decline", "ground": "2", "reason": "已受理", "reference": given}
    with pytest.raises(FieldErrors, match=words) as refused:
        county.services.tasks.complete(task.id, values, SCREENER)
    assert set(refused.value.errors) == {"reference"}


def test_ground_two_takes_an_earlier_letter_or_an_outside_reference(county: County) -> None:
    earlier, first, second = (county.write() for _ in range(3))
    for number, reference in ((first, earlier.lower()), (second, "信访〔2026〕15号")):
        values = {"outcome": "decline", "ground": "2", "reason": "已受理", "reference": reference}
        county.do(number, "Task_ScreenLetter", SCREENER, **values)
        assert county.letter(number).status == "declined"
