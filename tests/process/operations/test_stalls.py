"""The periodic look: each way of standing still unseen is planted, found, kept, shown with its remedy, and gone when mended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from letterbox.bundle.vocabulary import ProcessKey, Topic
from letterbox.outbox.commands import CommandKind
from letterbox.services.operations.doctor.data import DataChecks
from letterbox.services.operations.stalls.items import REMEDIES, STALL_WORDS, StallKind
from letterbox.services.operations.stalls.rules import Thresholds
from letterbox.services.operations.stalls.stalls import Stalls
from letterbox.store.people import RoleAssignment
from letterbox.wiring.operators import OperatorServices
from tests.process.engine.test_effects_in_time import assigned
from tests.support.engine.doubles import start_double
from tests.support.engine.single_steps import Machinery
from tests.support.engine.trouble import OPERATOR, failed_job, stopped_command
from tests.support.office.county import County
from tests.support.office.staffed import HANDLER, SCREENER, accepted

pytestmark = pytest.mark.engine
K = StallKind


def stalls(county: County, *, wait_s: float = 600, visits: int = 30) -> Stalls:
    services = county.services
    operator = OperatorServices(services)
    return Stalls(
        services.database,
        services.engine,
        services.rulebook,
        services.clock,
        operator.names,
        Thresholds(timedelta(seconds=wait_s), visits),
        lambda: datetime.now(UTC),
        services.administration,
        operator.reconciling,
    )


def kinds(county: County, number: str, **how: float) -> set[StallKind]:
    return {each.kind for each in stalls(county, **how).find([number])}  # type: ignore[arg-type]  # thresholds


def own_process(county: County, number: str, key: str = ProcessKey.LETTER_HANDLING) -> str:
    (instance,) = county.services.engine.processes.of(number, key)
    return instance.id


def test_every_kind_has_words_and_a_remedy() -> None:
    assert set(STALL_WORDS) == set(REMEDIES) == set(StallKind)


def test_letters_that_only_wait_are_not_found(county: County) -> None:
    asked = county.write()
    county.do(asked, "Task_ScreenLetter", SCREENER, outcome="supplement", question="哪里？")
    numbers = [asked, county.write(), accepted(county)]
    assert stalls(county).find(numbers) == []


def test_a_letter_for_which_nobody_has_a_task_and_nothing_waits(county: County) -> None:
    """Moved by hand in the engine to where only a message that nobody sends would take it on."""
    number = county.write()
    county.services.engine.moves.move(own_process(county, number), "Gateway_AwaitSupplement", {}, "elsewhere")
    assert K.NO_NEXT_STEP in kinds(county, number)


def test_a_process_missing_or_doubled_and_a_watch_missing(county: County) -> None:
    number = accepted(county)
    about = {"letterId": 1, "screeningDueAt": None}
    second = start_double(county.services.engine, ProcessKey.LETTER_HANDLING, number, about, at="Task_AssignLetter")
    assert kinds(county, number) == {K.PROCESS_DOUBLED}
    county.services.engine.processes.delete(second)
    county.services.engine.processes.delete(own_process(county, number))
    county.services.engine.processes.delete(own_process(county, number, ProcessKey.DEADLINE_WATCH))
    assert kinds(county, number) == {K.NO_PROCESS, K.WATCH_MISSING}


def test_a_suspended_process_is_found_and_resumed(county: County) -> None:
    number = accepted(county)
    county.services.engine.processes.set_suspended(own_process(county, number), True)
    looking = stalls(county)
    looking.look()
    assert [each for each in looking.open(OPERATOR) if each.number == number] == [], "once may be a moment"
    county.clock.move(minutes=5)
    looking.look()
    (found,) = [each for each in looking.open(OPERATOR) if each.number == number]
    assert (found.kind, found.is_direct) == (K.SUSPENDED, True)
    assert found.last_seen_at - found.first_seen_at == timedelta(minutes=5)
    looking.repair(OPERATOR, found.id, "有人在控制台按了暂停")
    assert [each for each in looking.open(OPERATOR) if each.number == number] == []
    county.do(number, "Task_ReceiveLetter", HANDLER)


def test_a_task_claimed_by_nobody_known_is_found_and_released(county: County) -> None:
    number = accepted(county)
    (task,) = county.services.engine.tasks.of(number)
    county.services.engine.tasks.claim(task.id, "stranger")
    looking = stalls(county)
    looking.look()
    looking.look()
    (found,) = [each for each in looking.open(OPERATOR) if each.number == number]
    assert found.kind is K.CLAIM_UNKNOWN
    looking.repair(OPERATOR, found.id, "领取人不存在")
    assert county.services.engine.tasks.get(task.id).assignee is None
    assert kinds(county, number) == set()


def test_a_task_of_a_group_to_which_nobody_belongs(county: County) -> None:
    number = accepted(county)
    with county.services.database.transaction() as session:
        relieved = update(RoleAssignment).where(
            RoleAssignment.unit_code == "transport", RoleAssignment.ended_at.is_(None)
        )
        ids = set(session.scalars(relieved.values(ended_at=county.clock.at).returning(RoleAssignment.id)))
    try:
        assert kinds(county, number) == {K.UNSEEN_TASK}
    finally:
        with county.services.database.transaction() as session:
            session.execute(update(RoleAssignment).where(RoleAssignment.id.in_(ids)).values(ended_at=None))


def test_a_step_of_the_system_that_takes_too_long(county: County) -> None:
    number = assigned(county)
    hands = Machinery(county, number)
    task = hands.bring(Topic.DISPATCH_LETTER)
    assert K.SYSTEM_WAIT not in kinds(county, number)
    assert kinds(county, number, wait_s=-1) == {K.SYSTEM_WAIT}
    hands.effect(task)
    hands.answer(task)
    hands.go_on()


def test_failed_steps_and_refused_commands_hold_a_letter(county: County) -> None:
    number, _job = failed_job(county)
    assert K.STEP_FAILED in kinds(county, number)
    other = accepted(county)
    stopped_command(county, other, CommandKind.CORRELATE, "LetterEvaluated")
    assert kinds(county, other) == {K.STEP_FAILED}


def test_a_dead_timer_is_found_and_set_going(county: County) -> None:
    number = accepted(county)
    (timer,) = county.timers(number)
    county.services.engine.jobs.set_retries(timer.id, 0)
    looking = stalls(county)
    looking.look()
    looking.look()
    (found,) = [each for each in looking.open(OPERATOR) if each.number == number]
    assert found.kind is K.TIMER_DEAD
    looking.repair(OPERATOR, found.id, "数据库当时连不上")
    assert county.timers(number)[0].retries == 1


def test_a_loop_is_the_same_element_too_often_in_an_hour(county: County) -> None:
    number = accepted(county)
    instance = own_process(county, number)
    for _ in range(4):
        county.services.engine.moves.move(instance, "Task_AssignLetter", {}, "round and round")
        county.run_until_idle(number)
    assert K.LOOP not in kinds(county, number)
    assert K.LOOP in kinds(county, number, visits=3)


def test_a_late_watch_is_found_and_repaired(county: County) -> None:
    number = accepted(county)
    (timer,) = county.timers(number)
    assert timer.due_at is not None
    county.services.engine.jobs.set_due(timer.id, timer.due_at + timedelta(hours=5))
    looking = stalls(county)
    looking.look()
    looking.look()
    (found,) = [each for each in looking.open(OPERATOR) if each.number == number]
    assert found.kind is K.WATCH_LATE
    looking.repair(OPERATOR, found.id, "定时被改过")
    county.run_until_idle(number)
    assert kinds(county, number) == set()


def test_the_doctor_says_how_many_and_whether_anybody_looks(county: County) -> None:
    services = county.services
    checks = DataChecks(services.database, services.rulebook, services.clock)
    stalls(county).look()
    county.clock.move(hours=3)
    assert "停了" in checks.stalls(300).remedy or "处停滞" in checks.stalls(300).detail
    assert services.operations.waiting()["stalls"] >= 0


def test_the_look_asks_no_more_for_many_letters_than_for_few(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    session = county.services.engine.session
    real = session.request

    def counted(method: str, url: str, **arguments: object) -> object:
        asked.append(url)
        return real(method, url, **arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(session, "request", counted)
    stalls(county).find()
    few = len(asked)
    for _ in range(5):
        county.write()
    asked.clear()
    stalls(county).find()
    assert len(asked) <= few + 3, "a version and an occupied element more, never one a letter"
