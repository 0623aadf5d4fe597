"""An open limit moves: its tasks, its process variables, its watch and its steps follow, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from letterbox.bundle.vocabulary import Topic
from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.vocabulary import LimitKind, MoveCause
from letterbox.engine.records import ExternalTask
from letterbox.services.rules.rulebook import ComputedLimit
from letterbox.store.commands import OutboxCommand
from letterbox.wiring import Services
from tests.support.engine.wire import Fault, Wire
from tests.support.office.county import County
from tests.support.office.staffed import DEPUTY, HANDLER, SCREENER, accepted
from tests.support.stack.stack import EngineStack

pytestmark = pytest.mark.engine


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=OFFICE_ZONE)


OLD, NEW = at(14, 17, 30), at(21, 17, 30)


@pytest.fixture
def wire(engine_stack: EngineStack) -> Iterator[Wire]:
    parts = urlsplit(engine_stack.engine_url)
    with Wire((parts.hostname or "", parts.port or 0)) as wire:
        yield wire


def move(
    services: Services, number: str, to: datetime, kind: LimitKind = LimitKind.REPLY, because: MoveCause | None = None
) -> None:
    """As an extension, a new category or a published calendar does."""
    with services.casebook.open(number, SCREENER) as case:
        (limit,) = case.limits.running(kind)
        case.limits.move(limit, ComputedLimit(to, False, limit.rule_id, limit.length, "working_days"), because=because)


def variables(county: County, number: str, name: str) -> dict[str, str]:
    """The variable in every instance of the letter that has it, by process."""
    engine = county.services.engine
    found = {each.process_key: engine.processes.variables(each.id).get(name) for each in engine.processes.of(number)}
    return {key: str(value) for key, value in found.items() if value is not None}


def task_dues(county: County, number: str) -> dict[str, datetime | None]:
    return {task.key: task.due_at for task in county.services.engine.tasks.of(number)}


def moves(county: County, number: str) -> list[str]:
    """The states of the engine commands that take moved limits along."""
    with county.services.database.reading() as session:
        query = select(OutboxCommand.status).where(OutboxCommand.number == number, OutboxCommand.kind == "move_due")
        return list(session.scalars(query.order_by(OutboxCommand.id)))


def hurry(county: County, number: str) -> None:
    """Do not wait for the back-off."""
    with county.services.database.transaction() as session:
        past = datetime.now(UTC) - timedelta(1)
        session.execute(update(OutboxCommand).where(OutboxCommand.number == number).values(available_at=past))


def at_the_deputys(county: County) -> str:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER)
    return number


def test_open_task_and_variables_follow_and_later_tasks_are_due_by_the_new_instant(county: County) -> None:
    number = at_the_deputys(county)
    assert task_dues(county, number) == {"Task_InstructHandler": OLD}
    move(county.services, number, NEW)
    county.run_until_idle(number)
    assert task_dues(county, number) == {"Task_InstructHandler": NEW}
    assert set(variables(county, number, "replyDueAt").values()) == {iso(NEW)}
    assert variables(county, number, "replyDueAt").keys() == {"LetterHandlingProcess", "UnitHandlingProcess"}
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请办")
    assert task_dues(county, number) == {"Task_DraftReply": NEW}
    assert moves(county, number) == ["done"]


def test_the_watch_waits_for_the_moved_limit(county: County) -> None:
    number = at_the_deputys(county)
    move(county.services, number, at(8, 17, 30))
    county.run_until_idle(number)
    (timer,) = county.timers(number)
    assert timer.due_at == at(8, 9)


def test_other_limits_tasks_and_dates_set_otherwise_stay(county: County) -> None:
    number = accepted(county)
    engine = county.services.engine
    move(county.services, number, NEW)
    county.run_until_idle(number)
    assert task_dues(county, number) == {"Task_ReceiveLetter": at(8, 17, 30)}
    county.do(number, "Task_ReceiveLetter", HANDLER)
    (task,) = engine.tasks.of(number)
    assert task.due_at == NEW
    engine.tasks.set_due(task.id, at(10, 12))
    move(county.services, number, OLD)
    county.run_until_idle(number)
    assert task_dues(county, number) == {"Task_SubmitToDeputy": at(10, 12)}
    assert set(variables(county, number, "replyDueAt").values()) == {iso(OLD)}


def test_a_units_own_date_never_stays_later_than_the_limit(county: County) -> None:
    number = at_the_deputys(county)
    engine = county.services.engine
    (task,) = engine.tasks.of(number)
    engine.tasks.set_due(task.id, at(11, 17, 30))
    for instance in engine.processes.of(number, "UnitHandlingProcess"):
        engine.processes.set_variables(instance.id, {"unitDueAt": at(11, 17, 30)})
    move(county.services, number, at(10, 17, 30))
    county.run_until_idle(number)
    assert task_dues(county, number) == {"Task_InstructHandler": at(10, 17, 30)}
    assert variables(county, number, "unitDueAt")["UnitHandlingProcess"] == iso(at(10, 17, 30))


def test_a_limit_that_gets_the_same_end_again_tells_nobody(county: County) -> None:
    number = at_the_deputys(county)
    move(county.services, number, OLD)
    assert moves(county, number) == []
    assert "LimitMoved" not in county.names(number)


def test_a_lost_answer_is_sent_again(county: County, wire: Wire, engine_stack: EngineStack) -> None:
    number = at_the_deputys(county)
    url = engine_stack.engine_url.replace(urlsplit(engine_stack.engine_url).netloc, f"127.0.0.1:{wire.port}")
    remote = Services(replace(county.services.settings, engine_url=url), county.clock)
    wire.fault = Fault.LOSE_ANSWERS
    move(remote, number, NEW)
    remote.close()
    assert moves(county, number) == ["pending"]
    for _ in range(2):
        hurry(county, number)
        county.run_until_idle(number)
    assert task_dues(county, number) == {"Task_InstructHandler": NEW}
    assert moves(county, number) == ["done"]


def test_two_moves_one_after_the_other_end_at_the_second(county: County, wire: Wire, engine_stack: EngineStack) -> None:
    number = at_the_deputys(county)
    wire.fault = Fault.CUT
    url = engine_stack.engine_url.replace(urlsplit(engine_stack.engine_url).netloc, f"127.0.0.1:{wire.port}")
    remote = Services(replace(county.services.settings, engine_url=url), county.clock)
    move(remote, number, NEW)
    move(remote, number, at(16, 17, 30))
    remote.close()
    hurry(county, number)
    county.run_until_idle(number)
    assert moves(county, number) == ["done", "done"]
    assert task_dues(county, number) == {"Task_InstructHandler": at(16, 17, 30)}


class Hasty(County):
    """The sign-for limit moves after the dispatch is recorded and before the engine has the worker's answer."""

    def _work(self, task: ExternalTask) -> dict[str, Any]:
        answer = super()._work(task)
        if task.topic == Topic.DISPATCH_LETTER:
            move(self.services, str(task.business_key), at(10, 17, 30), LimitKind.SIGN_FOR)
            assert moves(self, str(task.business_key)) == ["pending"]
        return answer


def test_a_due_that_a_worker_is_just_bringing_is_waited_for(county: County) -> None:
    hasty = Hasty(county.services, county.clock)
    number = accepted(hasty)
    assert task_dues(hasty, number) == {"Task_ReceiveLetter": at(10, 17, 30)}
    assert moves(hasty, number) == ["done"]


def test_a_limit_that_is_nowhere_in_the_engine_holds_nothing_up(county: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="supplement", question="请写明地点")
    move(county.services, number, NEW, LimitKind.SUPPLEMENT)
    for _ in range(5):
        hurry(county, number)
        county.run_until_idle(number)
    assert moves(county, number) == ["superseded"]
    county.services.writers_side.supplement(number, "在中心路 8 号")
    county.run_until_idle(number)
    assert county.open_tasks(number) == ["Task_ScreenLetter"]


def test_the_timeline_says_what_moved_and_why(county: County) -> None:
    number = at_the_deputys(county)
    move(county.services, number, NEW, because=MoveCause.CALENDAR)
    (event,) = [event for event in county.events(number) if event.name == "LimitMoved"]
    assert event.data == {
        "limit": "reply",
        "unit": "transport",
        "from": iso(OLD),
        "to": iso(NEW),
        "because": "calendar",
    }


def test_steps_that_lie_ahead_again_are_withdrawn_and_taken_in_their_turn(county: County) -> None:
    number = at_the_deputys(county)
    while "due_today" not in reply_steps(county, number, "DeadlineStepTaken"):
        county.fire_timer(number)
    move(county.services, number, NEW)
    county.run_until_idle(number)
    assert reply_steps(county, number, "StepWithdrawn") == ["near_due", "due_today"]
    while reply_steps(county, number, "DeadlineStepTaken").count("due_today") < 2:
        county.fire_timer(number)
    assert county.clock.at == at(21, 9)
    assert reply_steps(county, number, "DeadlineStepTaken") == ["near_due", "due_today"] * 2


def test_steps_behind_us_are_not_taken_twice_when_a_limit_moves_earlier(county: County) -> None:
    number = at_the_deputys(county)
    while "near_due" not in reply_steps(county, number, "DeadlineStepTaken"):
        county.fire_timer(number)
    move(county.services, number, at(11, 17, 30))
    county.run_until_idle(number)
    assert reply_steps(county, number, "StepWithdrawn") == []
    while "due_today" not in reply_steps(county, number, "DeadlineStepTaken"):
        county.fire_timer(number)
    assert reply_steps(county, number, "DeadlineStepTaken") == ["near_due", "due_today"]


def reply_steps(county: County, number: str, name: str) -> list[str]:
    return [each.data["step"] for each in county.events(number) if each.name == name and each.data["limit"] == "reply"]
