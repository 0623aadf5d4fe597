"""An unsatisfied writer: a decision within two working days, at most one re-handling, another evaluation (D)."""

from __future__ import annotations

from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, WrongState
from tests.support.office.county import County
from tests.support.office.staffed import GOOD, REVIEWER, SCREENER, answered, through_the_unit

pytestmark = pytest.mark.engine


def due(county: County, number: str, kind: str) -> datetime:
    return county.limits(number)[kind].due_at.astimezone(OFFICE_ZONE)


def unsatisfied(county: County) -> str:
    number = answered(county)
    county.services.writers_side.evaluate(number, satisfied=False, solved=False, comment="路灯还是不亮")
    county.run_until_idle(number)
    return number


def test_a_satisfied_writer_whose_problem_is_not_solved_asks_for_nothing(county: County) -> None:
    number = answered(county)
    county.services.writers_side.evaluate(number, satisfied=True, solved=False)
    county.run_until_idle(number)
    assert county.letter(number).status == "closed"
    assert county.services.engine.processes.of(number) == ()


def test_an_unsatisfied_one_is_decided_on_within_two_working_days(county: County) -> None:
    number = unsatisfied(county)
    assert county.open_tasks(number) == ["Task_DecideRehandling"]
    assert due(county, number, "rehandling_decision").isoformat() == "2026-09-09T17:30:00+08:00"
    assert (
        county.task(number, "Task_DecideRehandling", SCREENER).due_at
        == county.limits(number)["rehandling_decision"].due_at
    )
    assert county.letter(number).closed_at is None


def test_the_decision_needs_a_reason_that_the_writer_reads(county: County) -> None:
    number = unsatisfied(county)
    task = county.task(number, "Task_DecideRehandling", SCREENER)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, {"outcome": "close"}, SCREENER)
    assert set(refused.value.errors) == {"reason"}
    county.do(number, "Task_DecideRehandling", SCREENER, outcome="close", reason="线路改造年底完成")
    assert county.letter(number).status == "closed"
    assert county.services.engine.processes.of(number) == ()
    opened = county.services.writers_side.read(number, county.code(number), "client")
    assert "线路改造年底完成" in [entry.note for entry in opened.timeline]


def test_taken_up_once_more_from_a_new_dispatch_and_never_a_third_time(county: County) -> None:
    number = unsatisfied(county)
    before = county.limits(number)["reply"]
    county.clock.at = datetime(2026, 9, 8, 10, 0, tzinfo=OFFICE_ZONE)
    county.do(number, "Task_DecideRehandling", SCREENER, outcome="rehandle", reason="请单位到现场再查")
    assert county.letter(number).status == "handling"
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]
    again = county.limits(number)["reply"]
    assert (again.id != before.id, again.started_at) == (True, county.clock.at)
    assert due(county, number, "reply").isoformat() == "2026-09-15T17:30:00+08:00"
    through_the_unit(county, number, reply="已更换灯具，今晚恢复照明。")
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass")
    assert county.letter(number).status == "answered"
    county.services.writers_side.evaluate(number, satisfied=False, solved=False)
    county.run_until_idle(number)
    assert county.letter(number).status == "closed"
    assert county.names(number).count("LetterEvaluated") == 2
    assert county.services.engine.processes.of(number) == ()
    with pytest.raises(WrongState):
        county.services.writers_side.evaluate(number, satisfied=False, solved=False)
