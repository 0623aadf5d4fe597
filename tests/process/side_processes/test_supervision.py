"""Supervision (S1, S3, S4) and a leader's instruction (R2): what starts them, what the unit and the office then do."""

from __future__ import annotations

from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotAllowed, WrongState
from letterbox.domain.vocabulary import EventName, LimitKind, MoveCause, Role
from letterbox.services.procedure.actions import Values
from tests.support.office.county import County, staff
from tests.support.office.office import as_actor, person_id
from tests.support.office.side_processes import act, assert_watch, done, due_of, event, events_of, told
from tests.support.office.staffed import (
    GOOD,
    HANDLER,
    PRINCIPAL,
    REVIEWER,
    SCREENER,
    UNIT,
    accepted,
    answered,
    submitted,
)

pytestmark = pytest.mark.engine

SUPERVISOR, LEADER = staff(Role.SUPERVISOR), staff(Role.LEADER)
HOUSING = staff(Role.UNIT_HANDLER, "housing")
NOTICE: Values = {"office": "party", "request": "请查明原因", "due_on": "2026-09-11"}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=OFFICE_ZONE)


def evaluated(county: County, number: str) -> None:
    county.services.writers_side.evaluate(number, satisfied=True, solved=True)
    county.run_until_idle(number)


def test_from_notice_to_report(county: County) -> None:
    number = accepted(county)
    act(county, number, "supervise", SUPERVISOR, **NOTICE)
    opened = event(county, number, EventName.SUPERVISION_OPENED)
    assert (opened.data["office"], opened.data["cause"], opened.data["unit"]) == ("party", "by_hand", UNIT)
    assert county.task(number, "Task_AnswerSupervision", HANDLER).due_at == at(11, 17, 30)
    staff_of_unit = {"handler.transport", "deputy.transport", "principal.transport"}
    assert told(county, number, "supervision_opened") == staff_of_unit
    assert {"supervisor.party", "supervisor.gov"} <= told(county, number, "supervision_started")
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="已派人查看")
    assert county.limits(number)["supervision"].in_time is True
    county.do(number, "Task_AssessFeedback", SUPERVISOR, outcome="close", comment="情况属实")
    names = [name for name in county.names(number) if name.startswith("Supervision")]
    assert names == ["SupervisionOpened", "SupervisionAnswered", "SupervisionClosed", "SupervisionReported"]
    assert "leader" in told(county, number, "supervision_reported")
    assert county.services.engine.processes.of(number, "SupervisionProcess") == ()
    assert_watch(county, number)


def test_pressed_again_with_a_new_date_and_without_one(county: County) -> None:
    number = accepted(county)
    act(county, number, "supervise", SUPERVISOR, office="government", request="请查明原因")
    assert due_of(county, number, "supervision", UNIT) == at(10, 17, 30)
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="正在办")
    county.do(
        number, "Task_AssessFeedback", SUPERVISOR, outcome="press_again", comment="没有说明原因", due_on="2026-09-16"
    )
    assert county.task(number, "Task_AnswerSupervision", HANDLER).due_at == at(16, 17, 30)
    assert due_of(county, number, "supervision", UNIT) == at(16, 17, 30)
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="原因是缺料")
    county.do(number, "Task_AssessFeedback", SUPERVISOR, outcome="press_again", comment="请写明完工日期")
    assert due_of(county, number, "supervision", UNIT) == at(10, 17, 30)
    assert [each.data["times"] for each in events_of(county, number, EventName.SUPERVISION_PRESSED)] == [1, 2]
    assert_watch(county, number)


@pytest.mark.parametrize("day", ["2026-09-04", "2029-09-08", "9999-12-31"])
def test_a_date_that_is_over_or_years_away_is_refused_at_its_field(county: County, day: str) -> None:
    number = accepted(county)
    with pytest.raises(FieldErrors) as refused:
        act(county, number, "supervise", SUPERVISOR, **{**NOTICE, "due_on": day})
    assert set(refused.value.errors) == {"due_on"}
    with pytest.raises(FieldErrors) as refused:
        act(county, number, "instruct", LEADER, instruction="请办好", due_on=day)
    assert set(refused.value.errors) == {"due_on"}
    act(county, number, "supervise", SUPERVISOR, **NOTICE)
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="正在办")
    task = county.task(number, "Task_AssessFeedback", SUPERVISOR)
    again = {"outcome": "press_again", "comment": "再查", "due_on": day}
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, again, SUPERVISOR)
    assert set(refused.value.errors) == {"due_on"}


def test_one_office_supervises_once_at_a_time_the_other_may_too(county: County) -> None:
    number = accepted(county)
    act(county, number, "supervise", SUPERVISOR, **NOTICE)
    with pytest.raises(WrongState):
        act(county, number, "supervise", SUPERVISOR, **NOTICE)
    act(county, number, "supervise", SUPERVISOR, **{**NOTICE, "office": "government", "due_on": "2026-09-14"})
    tasks = county.services.engine.tasks.of(number)
    by_due = sorted(task.due_at for task in tasks if task.key == "Task_AnswerSupervision")
    assert by_due == [at(11, 17, 30), at(14, 17, 30)]
    assert_watch(county, number)


def test_two_supervisions_of_one_unit_are_told_apart(county: County) -> None:
    number = accepted(county)
    act(county, number, "supervise", SUPERVISOR, **NOTICE)
    act(county, number, "supervise", SUPERVISOR, **{**NOTICE, "office": "government", "due_on": "2026-09-14"})
    tasks = county.services.engine.tasks.of(number)
    second = max(tasks, key=lambda task: (task.key == "Task_AnswerSupervision", task.due_at))
    county.services.tasks.complete(second.id, {"feedback": "答复县政府督查室"}, HANDLER)
    county.run_until_idle(number)
    answer = event(county, number, EventName.SUPERVISION_ANSWERED)
    opened = events_of(county, number, EventName.SUPERVISION_OPENED)
    assert answer.data["supervision_id"] == opened[1].data["supervision_id"]
    assert due_of(county, number, "supervision", UNIT) == at(14, 17, 30)


def test_without_a_unit_there_is_nobody_to_supervise(county: County) -> None:
    number = county.write()
    with pytest.raises(WrongState):
        act(county, number, "supervise", SUPERVISOR, **NOTICE)
    with pytest.raises(NotAllowed):
        act(county, number, "supervise", SCREENER, **NOTICE)


def test_the_second_failed_review_starts_supervision_with_the_opinion(county: County) -> None:
    number = submitted(county)
    fail(county, number)
    assert done(county, number, EventName.SUPERVISION_OPENED) == 0
    redo(county, number)
    fail(county, number, handling_opinion="敷衍应付，建议督办")
    opened = event(county, number, EventName.SUPERVISION_OPENED)
    assert (opened.data["cause"], opened.data["request"]) == ("failed_review", "敷衍应付，建议督办")
    assert {"supervisor.party", "supervisor.gov"} <= told(county, number, "supervision_started")
    redo(county, number)
    fail(county, number, handling_opinion="仍不合格")
    assert done(county, number, EventName.SUPERVISION_OPENED) == 1
    assert_watch(county, number)


def fail(county: County, number: str, **opinion: str) -> None:
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="fail", comment="没有答复", **opinion)


def redo(county: County, number: str) -> None:
    county.do(number, "Task_DraftReply", HANDLER, reply="再答复")
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")


def test_the_ladder_starts_it_once_for_a_unit_however_many_limits_are_late(county: County) -> None:
    number = accepted(county)
    for _ in range(30):
        if ("reply", "overdue_3") in steps(county, number):
            break
        county.fire_timer(number)
    assert {("sign_for", "overdue_3"), ("reply", "overdue_3")} <= set(steps(county, number))
    opened = event(county, number, EventName.SUPERVISION_OPENED)
    assert (opened.data["cause"], opened.data["unit"], opened.at) == ("overdue", UNIT, at(11, 9))
    assert done(county, number, EventName.SUPERVISION_OPENED) == 1
    assert due_of(county, number, "supervision", UNIT) == at(16, 17, 30)


def steps(county: County, number: str) -> list[tuple[str, str]]:
    taken = events_of(county, number, EventName.DEADLINE_STEP_TAKEN)
    return [(each.data["limit"], each.data["step"]) for each in taken]


def test_an_important_letter_is_supervised_from_its_dispatch_until_the_reply_is_due(county: County) -> None:
    number = accepted(county, important=True)
    opened = event(county, number, EventName.SUPERVISION_OPENED)
    assert (opened.data["cause"], opened.data["office"]) == ("importance", "government")
    assert due_of(county, number, "supervision", UNIT) == due_of(county, number, "reply", UNIT) == at(14, 17, 30)


def test_supervision_goes_on_after_the_letter_has_closed_and_so_does_the_watch(county: County) -> None:
    number = answered(county)
    act(county, number, "supervise", SUPERVISOR, **NOTICE)
    evaluated(county, number)
    assert county.letter(number).status == "closed"
    assert_watch(county, number)
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="已查明")
    assert county.services.engine.processes.of(number, "DeadlineWatchProcess") == ()
    county.do(number, "Task_AssessFeedback", SUPERVISOR, outcome="press_again", comment="不够清楚")
    assert_watch(county, number)
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="补充说明")
    county.do(number, "Task_AssessFeedback", SUPERVISOR, outcome="close")
    assert county.services.engine.processes.of(number) == ()
    assert county.letter(number).status == "closed"


def test_a_closed_letter_may_be_supervised_and_its_late_feedback_is_pressed(county: County) -> None:
    number = answered(county)
    evaluated(county, number)
    assert county.services.engine.processes.of(number) == ()
    act(county, number, "supervise", SUPERVISOR, **NOTICE)
    assert_watch(county, number)
    for _ in range(12):
        if ("supervision", "overdue_3") in steps(county, number):
            break
        county.fire_timer(number)
    late = [each for each in steps(county, number) if each[0] == "supervision"]
    assert late == [("supervision", name) for name in ("near_due", "due_today", "overdue", "overdue_1", "overdue_3")]
    assert done(county, number, EventName.SUPERVISION_OPENED) == 1


def test_a_withdrawn_letter_ends_supervision_and_instruction(county: County) -> None:
    number = accepted(county)
    act(county, number, "supervise", SUPERVISOR, **NOTICE)
    act(county, number, "instruct", LEADER, instruction="请尽快办好")
    county.services.writers_side.withdraw(number, "已解决")
    county.run_until_idle(number)
    assert county.services.engine.processes.of(number) == ()
    assert event(county, number, EventName.SUPERVISION_CLOSED).data["because"] == "withdrawn"
    assert all(not limit.is_open for limit in county.limits(number).values())


def test_an_instruction_is_answered_and_its_leader_told(county: County) -> None:
    number = accepted(county)
    services = county.services
    act(county, number, "instruct", as_actor(services, person_id(services, "leader")), instruction="请尽快办好")
    assert county.task(number, "Task_AnswerInstruction", HANDLER).due_at == at(14, 17, 30)
    given = event(county, number, EventName.INSTRUCTION_GIVEN)
    assert (given.data["unit"], given.data["instruction"]) == (UNIT, "请尽快办好")
    assert_watch(county, number)
    county.do(number, "Task_AnswerInstruction", HANDLER, answer="已办好")
    assert county.limits(number)["instruction"].in_time is True
    assert told(county, number, "instruction_answered") == {"leader"}, "whoever gave it"
    (shown,) = county.services.records.open(number, LEADER).instructions
    assert (shown.instruction, shown.answer) == ("请尽快办好", "已办好")


def test_an_instruction_may_name_date_and_unit_and_ask_for_supervision(county: County) -> None:
    number = accepted(county)
    wanted = {"instruction": "请住建局查处", "due_on": "2026-09-18", "unit": "housing", "supervise": True}
    act(county, number, "instruct", LEADER, **wanted)
    assert county.task(number, "Task_AnswerInstruction", HOUSING).due_at == at(18, 17, 30)
    opened = event(county, number, EventName.SUPERVISION_OPENED)
    assert (opened.data["cause"], opened.data["unit"]) == ("instruction", "housing")
    assert due_of(county, number, "supervision", "housing") == at(18, 17, 30)
    assert county.services.records.open(number, HOUSING).title == "路灯不亮"
    assert_watch(county, number)


def test_before_assignment_a_leader_names_the_unit(county: County) -> None:
    number = county.write()
    with pytest.raises(FieldErrors) as refused:
        act(county, number, "instruct", LEADER, instruction="请研究")
    assert set(refused.value.errors) == {"unit"}
    act(county, number, "instruct", LEADER, instruction="请研究", unit="housing")
    assert county.task(number, "Task_AnswerInstruction", HOUSING).due_at == at(14, 17, 30)


def test_a_moved_limit_takes_its_task_and_its_record_along(county: County) -> None:
    """As when a calendar is published: a limit by length moves, one by a date that a person set stands."""
    number = accepted(county)
    act(county, number, "supervise", SUPERVISOR, office="government", request="请查明原因")
    act(county, number, "instruct", LEADER, instruction="请尽快办好")
    with county.services.casebook.open(number, SUPERVISOR) as case:
        for kind, count in ((LimitKind.SUPERVISION, at(14, 9)), (LimitKind.INSTRUCTION, at(15, 9))):
            (limit,) = case.limits.running(kind)
            case.limits.move(limit, case.rulebook.on_date(kind, case.now, count.date()), because=MoveCause.CALENDAR)
    county.run_until_idle(number)
    assert county.task(number, "Task_AnswerSupervision", HANDLER).due_at == at(14, 17, 30)
    assert county.task(number, "Task_AnswerInstruction", HANDLER).due_at == at(15, 17, 30)
    (shown,) = county.services.records.open(number, SUPERVISOR).supervisions
    assert shown.rounds[-1].due_at == at(14, 17, 30)
    assert_watch(county, number)


def test_the_ladder_tells_the_unit_that_was_instructed_not_the_lead(county: County) -> None:
    number = accepted(county)
    act(county, number, "instruct", LEADER, instruction="请住建局查处", unit="housing", due_on="2026-09-09")
    for _ in range(6):
        if ("instruction", "overdue") in steps(county, number):
            break
        county.fire_timer(number)
    every = events_of(county, number, EventName.DEADLINE_STEP_TAKEN)
    taken = [each for each in every if each.data["limit"] == "instruction"]
    assert [(each.data["step"], each.data["unit"], each.at) for each in taken] == [
        ("near_due", "housing", at(8, 9)),
        ("due_today", "housing", at(9, 9)),
        ("overdue", "housing", at(9, 17, 30)),
    ]
    assert "handler.housing" in told(county, number, "overdue")


def test_another_lead_leaves_the_supervised_unit_answerable_and_knowing(county: County) -> None:
    number = accepted(county, important=True)
    act(county, number, "recall", SCREENER, reason="交办有误")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit="housing")
    opened = events_of(county, number, EventName.SUPERVISION_OPENED)
    assert [each.data["unit"] for each in opened] == [UNIT, "housing"]
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="已移交住建局")
    assert county.services.records.open(number, HANDLER).title == "路灯不亮"
