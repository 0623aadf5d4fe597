"""Extension (H7): until the very second, contacted and explained, decided by the office, at most to the 30th working day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.dates import day
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound, WrongState
from letterbox.domain.vocabulary import Role
from letterbox.store.letters import Letter
from letterbox.store.notices import Notice
from tests.support.office.county import County, staff
from tests.support.office.staffed import (
    AT_THE_DESK,
    DEPUTY,
    HANDLER,
    PRINCIPAL,
    SCREENER,
    UNIT,
    accepted,
    drafted,
    submitted,
)
from tests.support.office.watching import assert_watch, plain_days

pytestmark = pytest.mark.engine

SPOKEN = {
    "at": "2026-09-07T08:30",
    "means": "phone",
    "person": "李四",
    "said": "说明要做检测，本人理解",
    "reached": True,
}
MISSED = [{"at": f"2026-09-0{day}T08:00", "means": "phone", "reached": False} for day in (7, 8)]
LAST_DAY, _ = plain_days().after(date(2026, 9, 7), 30)


def at(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=OFFICE_ZONE)


def application(due_on: str = "2026-09-25", **values: Any) -> dict[str, Any]:
    return {"reason": "要请第三方检测", "due_on": due_on, "contacts": [SPOKEN], **values}


def applied(county: County, **values: Any) -> str:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.act(number, "apply-for-extension", HANDLER, **application(**values))
    return number


def told(county: County, number: str) -> list[str]:
    with county.services.database.reading() as session:
        query = select(Notice.text).join(Letter).where(Letter.number == number).order_by(Notice.id)
        return list(session.scalars(query))


def test_an_application_leaves_the_old_due_date_and_asks_the_office(county: County) -> None:
    number = applied(county)
    assert sorted(county.open_tasks(number)) == ["Task_DecideExtension", "Task_SubmitToDeputy"]
    limits = county.limits(number)
    assert limits["reply"].due_at == at(14, 17, 30)
    assert limits["extension_decision"].due_at == county.due_of(number, "Task_DecideExtension") == at(8, 17, 30)
    assert county.event(number, "ExtensionRequested").data == {
        "unit": UNIT,
        "reason": "要请第三方检测",
        "due_on": "2026-09-25",
        "contacts": 1,
    }
    task = county.task(number, "Task_DecideExtension", SCREENER)
    assert county.services.tasks.open(task.id, SCREENER).values["due_on"] == "2026-09-25"
    assert "extension_requested" in told(county, number)
    assert_watch(county, number)


def test_a_granted_extension_moves_the_reply_its_tasks_and_its_watch(county: County) -> None:
    number = applied(county)
    county.clock.at = at(8, 10)
    county.do(number, "Task_DecideExtension", SCREENER, outcome="grant")
    limits = county.limits(number)
    assert limits["extension_decision"].in_time is True
    assert (limits["reply"].started_at, limits["reply"].due_at) == (at(7, 9), at(25, 17, 30))
    assert county.due_of(number, "Task_SubmitToDeputy") == at(25, 17, 30)
    assert county.event(number, "ExtensionGranted").data == {"unit": UNIT, "due_on": "2026-09-25", "reason": None}
    moved = county.event(number, "LimitMoved").data
    assert (moved["limit"], moved["because"]) == ("reply", "extension")
    assert {"extension_decided"} <= set(told(county, number))
    assert_watch(county, number)
    county.do(number, "Task_SubmitToDeputy", HANDLER)
    assert county.due_of(number, "Task_InstructHandler") == at(25, 17, 30)


def test_the_writer_is_told_of_the_later_date(county: County) -> None:
    number = applied(county)
    county.do(number, "Task_DecideExtension", SCREENER, outcome="grant")
    code = county.code(number)
    tracked = county.services.writers_side.read(number, code, "test")
    assert "办理期限已延长" in [entry.words for entry in tracked.timeline]
    assert tracked.due_at == at(25, 17, 30)


def test_the_office_may_grant_another_date_than_asked(county: County) -> None:
    number = applied(county)
    county.do(number, "Task_DecideExtension", SCREENER, outcome="grant", due_on="2026-09-18", reason="一周够了")
    assert county.limits(number)["reply"].due_at == at(18, 17, 30)
    assert_watch(county, number)


def test_a_refusal_leaves_everything_and_says_why(county: County) -> None:
    number = applied(county)
    task = county.task(number, "Task_DecideExtension", SCREENER)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, {"outcome": "refuse"}, SCREENER)
    assert set(refused.value.errors) == {"reason"}
    county.do(number, "Task_DecideExtension", SCREENER, outcome="refuse", reason="不需要检测")
    assert county.limits(number)["reply"].due_at == at(14, 17, 30)
    assert county.names(number)[-1] == "ExtensionRefused"
    assert county.open_tasks(number) == ["Task_SubmitToDeputy"]
    assert_watch(county, number)
    county.act(number, "apply-for-extension", HANDLER, **application())
    assert sorted(county.open_tasks(number)) == ["Task_DecideExtension", "Task_SubmitToDeputy"]


def test_the_last_day_is_the_thirtieth_working_day_and_not_a_day_more(county: County) -> None:
    number = accepted(county)
    after = (LAST_DAY + timedelta(days=1)).isoformat()
    with pytest.raises(FieldErrors, match=day(LAST_DAY)):
        county.services.actions.perform(number, "apply-for-extension", application(after), HANDLER)
    county.act(number, "apply-for-extension", HANDLER, **application(LAST_DAY.isoformat()))
    task = county.task(number, "Task_DecideExtension", SCREENER)
    with pytest.raises(FieldErrors, match=day(LAST_DAY)) as refused:
        county.services.tasks.complete(task.id, {"outcome": "grant", "due_on": after}, SCREENER)
    assert set(refused.value.errors) == {"due_on"}
    county.do(number, "Task_DecideExtension", SCREENER, outcome="grant")
    assert county.limits(number)["reply"].due_at.astimezone(OFFICE_ZONE).date() == LAST_DAY
    assert_watch(county, number)


def test_in_the_very_second_it_is_in_time_and_a_second_later_refused(county: County) -> None:
    number, late = accepted(county), accepted(county)
    county.clock.at = at(14, 17, 30)
    county.act(number, "apply-for-extension", HANDLER, **application())
    assert county.limits(number)["extension_decision"].due_at == at(15, 17, 30)
    county.clock.at = at(14, 17, 30, 1)
    with pytest.raises(WrongState, match="已过"):
        county.services.actions.perform(late, "apply-for-extension", application(), HANDLER)
    assert "ExtensionRequested" not in county.names(late)


def test_a_grant_after_the_old_due_date_withdraws_the_overdue_step(county: County) -> None:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    while county.clock.at < at(14, 9):
        county.fire_timer(number)
    county.clock.at = at(14, 16)
    county.act(number, "apply-for-extension", HANDLER, **application())
    while county.clock.at < at(15, 9):
        county.fire_timer(number)
    taken = [
        e.data["step"] for e in county.events(number) if e.name == "DeadlineStepTaken" and e.data["limit"] == "reply"
    ]
    assert taken == ["near_due", "due_today", "overdue", "overdue_1"]
    county.clock.at = at(15, 10)
    county.do(number, "Task_DecideExtension", SCREENER, outcome="grant")
    withdrawn = [event.data["step"] for event in county.events(number) if event.name == "StepWithdrawn"]
    assert sorted(withdrawn) == sorted(taken)
    assert county.limits(number)["reply"].due_at == at(25, 17, 30)
    assert county.services.records.search(SCREENER, q=number, overdue=True).total == 0
    assert_watch(county, number)


def test_a_submission_voids_a_pending_application(county: County) -> None:
    number = drafted(county)
    county.act(number, "apply-for-extension", HANDLER, **application())
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")
    assert county.open_tasks(number) == ["Task_ReviewReply"]
    decision = county.limits(number)["extension_decision"]
    assert (decision.is_open, decision.in_time) == (False, None)
    assert_watch(county, number)


def test_a_return_drops_a_pending_application_which_can_be_made_again(county: County) -> None:
    number = applied(county)
    county.act(number, "return", HANDLER, reason="其实不归本单位")
    assert county.open_tasks(number) == ["Task_RuleOnReturn"]
    with pytest.raises(WrongState, match="等候裁定"):
        county.services.actions.perform(number, "apply-for-extension", application(), HANDLER)
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="dismiss", reason="归你们")
    assert county.open_tasks(number) == ["Task_SubmitToDeputy"]
    county.act(number, "apply-for-extension", HANDLER, **application())
    assert_watch(county, number)


def test_two_attempts_on_different_days_are_contact_enough(county: County) -> None:
    number = accepted(county)
    county.clock.at = at(8, 9)
    county.act(number, "apply-for-extension", HANDLER, **application(contacts=MISSED))
    assert county.event(number, "ExtensionRequested").data["contacts"] == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contacts": []}, "contacts"),
        ({"contacts": MISSED[:1]}, "contacts"),
        ({"contacts": [{**SPOKEN, "at": "2026-09-08T10:00"}]}, "contacts[0].at"),
        ({"contacts": [SPOKEN, {**SPOKEN, "at": "2026-09-06T23:59"}]}, "contacts[1].at"),
        ({"contacts": [{**SPOKEN, "said": " "}]}, "contacts[0].said"),
        ({"reason": ""}, "reason"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": "2026-09-14"}, "due_on"),
        ({"due_on": "2026-09-01"}, "due_on"),
        ({"due_on": "yesterday"}, "due_on"),
        ({"until": "2026-09-25"}, "until"),
    ],
)
def test_a_bad_application_names_the_field(county: County, change: dict[str, Any], field: str) -> None:
    number = accepted(county)
    with pytest.raises(FieldErrors) as refused:
        county.services.actions.perform(number, "apply-for-extension", application(**change), AT_THE_DESK)
    assert set(refused.value.errors) == {field}


def test_a_consultation_is_never_extended(county: County) -> None:
    number = accepted(county, "consultation")
    with pytest.raises(WrongState, match="更改来信类别"):
        county.services.actions.perform(number, "apply-for-extension", application(), HANDLER)


def test_not_twice_at_a_time_nor_after_the_submission(county: County) -> None:
    pending, done = applied(county), submitted(county)
    for number, words in ((pending, "等候"), (done, "已经提交")):
        with pytest.raises(WrongState, match=words):
            county.services.actions.perform(number, "apply-for-extension", application(), HANDLER)


def test_only_the_leads_handler_applies(county: County) -> None:
    number = accepted(county)
    for actor, refusal in ((DEPUTY, NotAllowed), (staff(Role.UNIT_HANDLER, "housing"), NotFound)):
        with pytest.raises(refusal):
            county.services.actions.perform(number, "apply-for-extension", application(), actor)
