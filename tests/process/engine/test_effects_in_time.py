"""A worker that pauses: what it does afterwards must still belong to where the letter is by then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from letterbox.bundle.vocabulary import Topic
from letterbox.domain.errors import TaskGone, WrongState
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import FINAL_STATUSES, Channel
from letterbox.services.case.effects import NotOnRecord
from letterbox.services.operations.reconcile.differences import Difference
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from letterbox.store.people import Person
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.single_steps import Machinery, SentLate
from tests.support.engine.trouble import OPERATOR
from tests.support.office.county import County
from tests.support.office.staffed import GOOD, HANDLER, REVIEWER, SCREENER, UNIT, accepted, answered, submitted
from tests.support.office.watching import assert_watch

pytestmark = pytest.mark.engine


def differences(county: County, *numbers: str) -> list[Difference]:
    return list(OperatorServices(county.services).reconciling.compare(OPERATOR, numbers).differences)


def assigned(county: County) -> str:
    """Assigned; the worker that dispatches has not run."""
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    county.services.tasks.complete(county.task(number, "Task_AssignLetter", SCREENER).id, {"lead_unit": UNIT}, SCREENER)
    return number


def after(county: County, number: str, event: str) -> list[str]:
    names = county.names(number)
    return names[names.index(event) + 1 :]


def assert_over(county: County, number: str) -> None:
    """Nothing of a finished letter goes on: no limit, no watch, no process, no task."""
    assert county.letter(number).status in FINAL_STATUSES
    assert [kind for kind, limit in county.limits(number).items() if limit.is_open] == []
    assert county.services.engine.processes.of(number) == ()
    assert county.open_tasks(number) == []
    assert_watch(county, number)


def test_a_letter_withdrawn_between_assignment_and_dispatch_is_not_dispatched(county: County) -> None:
    number = assigned(county)
    hands = Machinery(county, number)
    task = hands.bring(Topic.DISPATCH_LETTER)
    county.services.writers_side.withdraw(number, "不用了")
    hands.effect(task)
    hands.answer(task)
    hands.go_on()
    assert "LetterDispatched" not in county.names(number)
    assert after(county, number, "LetterClosed") == ["EffectSkipped"]
    assert county.event(number, "EffectSkipped").data == {"effect": "dispatch-letter", "status": "withdrawn"}
    assert {"sign_for", "return", "reply"} & set(county.limits(number)) == set()
    assert_over(county, number)


def withdraw(county: County, number: str) -> None:
    county.services.writers_side.withdraw(number, "不用了")


def reassigned(county: County) -> str:
    """A return upheld for another unit; the worker that dispatches to it has not run."""
    number = accepted(county)
    county.act(number, "return", HANDLER, reason="路灯不归本单位")
    ruling = county.task(number, "Task_RuleOnReturn", SCREENER)
    values = {"outcome": "uphold", "lead_unit": "housing", "reason": "改派"}
    county.services.tasks.complete(ruling.id, values, SCREENER)
    return number


def rehandled(county: County) -> str:
    """To be handled once more; the worker that dispatches has not run."""
    number = answered(county)
    county.services.writers_side.evaluate(number, satisfied=False, solved=False)
    county.run_until_idle(number)
    decision = county.task(number, "Task_DecideRehandling", SCREENER)
    county.services.tasks.complete(decision.id, {"outcome": "rehandle", "reason": "再查"}, SCREENER)
    return number


def passed(county: County) -> str:
    """Passed by review; the worker that delivers has not run."""
    number = submitted(county)
    task = county.task(number, "Task_ReviewReply", REVIEWER)
    county.services.tasks.complete(task.id, {**GOOD, "outcome": "pass", "publish": True}, REVIEWER)
    return number


def received(county: County) -> str:
    """Just received; the worker that classifies has not run."""
    draft = LetterDraft(
        Channel.PORTAL, "路灯不亮", "中心路的路灯坏了，再不修我就去堵路", True, WriterDetails("李四", "13800000000")
    )
    return county.services.intake.submit(draft, WRITER).number


@pytest.mark.parametrize("heard", [False, True], ids=["the engine has not heard", "the engine has heard"])
@pytest.mark.parametrize(
    ("reach", "topic"),
    [
        (assigned, Topic.DISPATCH_LETTER),
        (reassigned, Topic.DISPATCH_LETTER),
        (rehandled, Topic.DISPATCH_LETTER),
        (passed, Topic.DELIVER_REPLY),
        (received, Topic.CLASSIFY_LETTER),
    ],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_what_a_worker_had_in_hand_is_a_recorded_nothing_after_withdrawal(
    county: County, reach: Callable[[County], str], topic: str, heard: bool
) -> None:
    """Whether the outbox was quicker than the worker or not."""
    number = reach(county)
    hands = Machinery(county, number)
    task = hands.bring(topic)
    if heard:
        withdraw(county, number)
    else:
        with SentLate(county):
            withdraw(county, number)
    hands.effect(task)
    assert hands.answer(task) is not heard
    hands.go_on()
    assert after(county, number, "LetterClosed") == ["EffectSkipped"]
    assert_over(county, number)
    assert differences(county, number) == []


@pytest.mark.parametrize("released", [False, True])
def test_a_letter_joined_before_its_dispatch_is_not_dispatched(county: County, released: bool) -> None:
    """The engine takes it past the unit to its leading letter, and from there back to screening if it is released."""
    leading, number = accepted(county), reassigned(county)
    hands = Machinery(county, number)
    task = hands.bring(Topic.DISPATCH_LETTER)
    county.services.actions.perform(number, "join", {"joined_to": leading, "reason": "同一盏灯"}, SCREENER)
    if released:
        county.services.actions.perform(number, "release", {"reason": "不是同一盏灯"}, SCREENER)
    hands.effect(task)
    assert hands.answer(task)
    hands.go_on()
    assert county.names(number).count("LetterDispatched") == 1, "the first unit's"
    assert county.event(number, "EffectSkipped").data["effect"] == "dispatch-letter"
    assert county.letter(number).status == ("received" if released else "joined")
    assert county.open_tasks(number) == (["Task_ScreenLetter"] if released else [])
    assert differences(county, number) == []
    assert_watch(county, number)


def test_a_joined_letter_is_still_looked_at_for_danger(county: County) -> None:
    leading, number = accepted(county), received(county)
    hands = Machinery(county, number)
    task = hands.bring(Topic.CLASSIFY_LETTER)
    county.services.actions.perform(number, "join", {"joined_to": leading, "reason": "同一件"}, SCREENER)
    hands.effect(task)
    hands.answer(task)
    hands.go_on()
    assert county.letter(number).status == "joined"
    assert "LetterClassified" in county.names(number)
    assert differences(county, number) == []


def test_a_reply_whose_review_nobody_recorded_is_not_delivered_and_operators_see_why(county: County) -> None:
    """Somebody completed the review in the engine: the reply stays where it is, and goes on when it is reviewed."""
    number = submitted(county)
    (task,) = county.services.engine.tasks.of(number)
    county.services.engine.tasks.complete(task.id, {"reviewOutcome": "pass", "publish": True})
    hands = Machinery(county, number)
    work = hands.bring(Topic.DELIVER_REPLY)
    with pytest.raises(NotOnRecord, match="没有审核通过的记录"):
        hands.effect(work)
    assert not NotOnRecord.retryable, "an incident at once, not a loop"
    assert (county.letter(number).status, county.letter(number).answered_at) == ("in_review", None)
    assert "ReplyDelivered" not in county.names(number)
    county.services.engine.external_tasks.unlock(work.id)
    OperatorServices(county.services).repositioning.move(OPERATOR, [number], "审核没有记录")
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    assert county.letter(number).status == "answered"
    assert differences(county, number) == []


def test_a_letter_dispatched_behind_the_records_back_stops(county: County) -> None:
    number = county.write()
    (task,) = county.services.engine.tasks.of(number)
    county.services.engine.tasks.complete(task.id, {"screeningOutcome": "accept", "category": "complaint"})
    county.run_until_idle(number)
    (task,) = county.services.engine.tasks.of(number)
    county.services.engine.tasks.complete(task.id, {"leadUnit": UNIT})
    hands = Machinery(county, number)
    work = hands.bring(Topic.DISPATCH_LETTER)
    with pytest.raises(NotOnRecord, match="绕过"):
        hands.effect(work)
    assert county.letter(number).status == "received"
    county.services.engine.external_tasks.unlock(work.id)


def test_the_ladder_leaves_a_limit_alone_that_the_letter_cannot_have(county: County) -> None:
    """What stands wrongly open on a finished letter climbs no further and opens no supervision."""
    number = accepted(county)
    with county.services.database.transaction() as session:
        session.execute(update(Letter).where(Letter.number == number).values(status="withdrawn"))
    for _ in range(12):
        county.fire_timer(number)
    assert not {"DeadlineStepTaken", "SupervisionOpened"} & set(county.names(number))


def test_a_reminder_that_waited_for_the_morning_is_not_sent_once_its_limit_has_ended(county: County) -> None:
    number = accepted(county)
    county.fire_timer(number)
    with county.services.database.transaction() as session:
        pressing = select(Notice.id).where(Notice.limit_id == county.limits(number)["sign_for"].id)
        by_mail = update(Delivery).where(Delivery.notice_id.in_(pressing)).values(channel="mail", status="pending")
        waiting = set(session.scalars(by_mail.returning(Delivery.notice_id)))
    assert waiting
    county.do(number, "Task_ReceiveLetter", HANDLER)
    for notice_id in waiting:
        county.services.delivery.send(notice_id)
    with county.services.database.reading() as session:
        rows = select(Delivery.status, Delivery.last_error).where(Delivery.notice_id.in_(waiting))
        assert {tuple(row) for row in session.execute(rows)} == {("dropped", "时限已经了结，不用再提醒")}


def test_a_task_of_a_withdrawn_letter_cannot_be_handed_on(county: County) -> None:
    number = accepted(county)
    task = county.task(number, "Task_ReceiveLetter", HANDLER)
    county.services.reassigning.colleagues(task.id, HANDLER)
    with SentLate(county):
        withdraw(county, number)
    with pytest.raises(TaskGone):
        county.services.reassigning.reassign(task.id, handler_id(county), "请办", HANDLER)
    assert county.names(number)[-1] == "LetterClosed"
    county.run_until_idle(number)


def handler_id(county: County) -> int:
    with county.services.database.reading() as session:
        return session.scalars(select(Person.id).where(Person.login == f"handler.{UNIT}")).one()


def test_what_does_not_belong_is_rolled_back_even_if_nobody_else_asked(county: County) -> None:
    number = answered(county)
    with (
        pytest.raises(WrongState, match="已答复"),
        county.services.casebook.open(number, SCREENER, act="recall") as case,
    ):
        case.letter.urgent = True
    assert not county.letter(number).urgent
