"""While a technical fault holds a letter nobody is pressed and no lateness counts; afterwards its days are added."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.cli import run
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import WrongState
from letterbox.oracle.verdict import judge
from letterbox.services.operations.stalls.faults import FaultOutcome
from letterbox.store.notices import Delivery, Notice
from letterbox.store.people import Person
from letterbox.wiring.operators import OperatorServices
from tests.process.engine.test_effects_in_time import differences
from tests.process.operations.test_stalls import own_process
from tests.support.engine.trouble import OPERATOR
from tests.support.office.county import County
from tests.support.office.staffed import HANDLER, SCREENER, accepted, answered, submitted
from tests.support.office.watching import assert_watch
from tests.support.oracle.of import document, judged
from tests.support.stack.environment import commands_work_on

pytestmark = pytest.mark.engine


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=OFFICE_ZONE)


def look(county: County, number: str, times: int = 1) -> None:
    for _ in range(times):
        OperatorServices(county.services).stalls.look()
    county.run_until_idle(number)


def suspend(county: County, number: str, *, suspended: bool) -> None:
    """The letter's process with its unit's, by somebody in the engine's console."""
    for key in (ProcessKey.LETTER_HANDLING, ProcessKey.UNIT_HANDLING):
        for each in county.services.engine.processes.of(number, key):
            county.services.engine.processes.set_suspended(each.id, suspended)


def steps(county: County, number: str) -> list[str]:
    return [event.data["step"] for event in county.events(number) if event.name == "DeadlineStepTaken"]


def test_a_letter_held_over_two_days_gets_them_back_and_nobody_was_pressed(county: County) -> None:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    assert county.limits(number)["reply"].due_at == at(14, 17, 30)
    county.clock.at = at(10, 16)
    suspend(county, number, suspended=True)
    look(county, number, 2)
    assert county.event(number, "FaultBegan").data["cause"] == "suspended"
    assert county.limits(number)["reply"].due_at == at(15, 17, 30), "the day it came on is not the unit's"
    county.clock.at = at(11, 10)
    for _ in range(3):
        county.fire_timer(number)
    assert steps(county, number) == [], "the ladder is silent"
    county.clock.at = at(11, 16)
    look(county, number)
    assert county.limits(number)["reply"].due_at == at(16, 17, 30)
    suspend(county, number, suspended=False)
    look(county, number)
    assert (county.limits(number)["reply"].fault_days, county.limits(number)["reply"].due_at) == (2, at(16, 17, 30))
    assert county.due_of(number, "Task_SubmitToDeputy") == at(16, 17, 30), "the engine's task follows"
    assert_watch(county, number)
    assert differences(county, number) == []
    assert judged(county, number) == []
    moved = [event.data["because"] for event in county.events(number) if event.name == "LimitMoved"]
    assert set(moved) == {"fault"}
    for _ in range(12):
        county.fire_timer(number)
        if "overdue" in steps(county, number):
            break
    assert county.clock.at == at(16, 17, 30)
    assert judged(county, number) == []


def test_the_oracle_counts_the_days_by_itself(county: County) -> None:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    operator = OperatorServices(county.services)
    county.clock.at = at(9, 10)
    operator.faults.mark(OPERATOR, [number], "数据库切换")
    county.clock.at = at(10, 12)
    operator.faults.end(OPERATOR, [number], "已切换")
    county.run_until_idle(number)
    assert county.limits(number)["reply"].due_at == at(16, 17, 30)
    log = document(county, number)
    assert [each.kind for each in judge(log)] == []
    for row in log["letters"][0]["limits"]:
        if row["kind"] == "reply":
            row["due_at"] = at(17, 17, 30).isoformat()
    assert "limit_due" in {each.kind for each in judge(log)}


def test_what_was_late_before_the_fault_stays_late(county: County) -> None:
    number = accepted(county)
    county.clock.at = at(15, 10)
    for _ in range(20):
        (timer,) = county.timers(number)
        if timer.due_at is not None and timer.due_at > county.clock.at:
            break
        county.fire_timer(number)
    operator = OperatorServices(county.services)
    operator.faults.mark(OPERATOR, [number], "停电")
    county.clock.at = at(18, 10)
    operator.faults.end(OPERATOR, [number], "来电")
    county.run_until_idle(number)
    assert county.limits(number)["reply"].due_at == at(14, 17, 30)
    assert county.limits(number)["reply"].fault_days == 0


def test_the_reviewer_is_told_that_his_limit_moved(county: County) -> None:
    number = submitted(county)
    county.clock.at = at(8, 10)
    operator = OperatorServices(county.services)
    operator.faults.mark(OPERATOR, [number], "停电")
    operator.faults.end(OPERATOR, [number], "来电")
    county.run_until_idle(number)
    query = select(Person.login).join(Delivery, Delivery.person_id == Person.id).join(Notice)
    with county.services.database.reading() as session:
        told = query.where(Notice.letter_id == county.letter(number).id, Notice.text == "fault_ended")
        assert set(session.scalars(told)) == {"reviewer", "screener"}, "screener reviews, too; screener2 does not"


def test_a_writers_own_time_is_longer_too_and_the_limit_says_why(county: County) -> None:
    number = answered(county)
    due = county.limits(number)["evaluation"].due_at
    operator = OperatorServices(county.services)
    county.clock.at = at(8, 10)
    operator.faults.mark(OPERATOR, [number], "网络中断")
    operator.faults.end(OPERATOR, [number], "网络恢复")
    county.run_until_idle(number)
    limit = county.limits(number)["evaluation"]
    assert limit.due_at - due == timedelta(days=1)
    story = county.services.limit_stories.of(number, limit.id, SCREENER)
    assert (story.limit.fault_days, [each.because for each in story.moved]) == (1, ["fault"])
    assert story.days[-1].day.date == limit.due_at.astimezone(OFFICE_ZONE).date()
    assert judged(county, number) == []


def test_by_hand_it_is_said_beforehand_refused_twice_and_nobody_may_remind(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = accepted(county)
    faults = OperatorServices(county.services).faults
    (planned,) = faults.mark(OPERATOR, [number], "", dry_run=True)
    assert (planned.outcome, "不催办" in planned.detail) == (FaultOutcome.PLANNED, True)
    commands_work_on(monkeypatch, county.services.settings)
    assert run(["instances", "hold", number, "--reason", "引擎卡住", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["results"][0]["outcome"] == "held"
    (again,) = faults.mark(OPERATOR, [number], "再来")
    assert again.outcome is FaultOutcome.REFUSED
    with pytest.raises(WrongState, match="技术故障"):
        county.services.actions.perform(number, "remind", {}, SCREENER)
    look(county, number, 2)
    assert "FaultEnded" not in county.names(number), "what an operator marked is his to end"
    assert run(["instances", "go-on", number, "--reason", "已恢复"]) == 0
    county.run_until_idle(number)
    assert county.event(number, "FaultEnded").data["cause"] == "by_hand"
    (done,) = faults.end(OPERATOR, [number], "再来")
    assert done.outcome is FaultOutcome.REFUSED


def test_an_outage_of_all_is_marked_afterwards_for_every_open_letter(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From when it began: what fell due meanwhile is not late."""
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.clock.at = at(15, 9)
    faults = OperatorServices(county.services).faults
    assert number in faults.every(OPERATOR, marked=False)
    (early,) = faults.mark(OPERATOR, [number], "停电", since=at(1, 9))
    assert early.outcome is FaultOutcome.REFUSED
    (marked,) = faults.mark(OPERATOR, [number], "机房停电", since=at(11, 9))
    assert marked.outcome is FaultOutcome.MARKED
    assert number in faults.every(OPERATOR, marked=True)
    faults.end(OPERATOR, [number], "来电")
    county.run_until_idle(number)
    reply = county.limits(number)["reply"]
    assert (reply.fault_days, reply.due_at) == (3, at(17, 17, 30)), "Friday, Monday and this Tuesday"
    assert [line.is_overdue for line in county.services.records.search(SCREENER, q=number).items] == [False]
    commands_work_on(monkeypatch, county.services.settings)
    assert run(["instances", "hold", "--reason", "不知哪几封"]) == 2
    assert "--all" in capsys.readouterr().err


def test_a_fault_beside_the_letter_holds_nobody(county: County) -> None:
    """A suspended watch is found and shown; the unit's time goes on."""
    number = accepted(county)
    watch = own_process(county, number, ProcessKey.DEADLINE_WATCH)
    county.services.engine.processes.set_suspended(watch, True)
    look(county, number, 2)
    assert "FaultBegan" not in county.names(number)
    county.services.engine.processes.set_suspended(watch, False)
