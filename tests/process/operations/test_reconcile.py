"""Database and engine compared: each planted difference is found, what needs no decision is mended."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from letterbox.bundle.diagrams import read_bundle
from letterbox.bundle.vocabulary import ProcessKey, Variable
from letterbox.cli import run
from letterbox.domain.clock import iso
from letterbox.domain.errors import NotAllowed
from letterbox.domain.events.handling import LetterSubmittedToDeputy
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.outbox.commands import CommandKind
from letterbox.services.audit.log import AdminAction
from letterbox.services.case.places import PLACES
from letterbox.services.deployment.design import repository_files
from letterbox.services.operations.reconcile.differences import Difference, DifferenceKind
from letterbox.services.operations.reconcile.repairs import Repairs
from letterbox.services.operations.reconcile.run import Reconciling
from letterbox.store.admin_events import AdminEvent
from letterbox.store.commands import OutboxCommand
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.doubles import start_double
from tests.support.engine.trouble import OPERATOR, completion_that_the_engine_lost, queued
from tests.support.office.county import County, staff
from tests.support.office.histories import History
from tests.support.office.staffed import HANDLER, SCREENER, accepted, answered, submitted
from tests.support.stack.environment import commands_work_on

pytestmark = pytest.mark.engine
K = DifferenceKind


def reconciling(county: County) -> Reconciling:
    services = county.services
    cleanup = OperatorServices(services).cleanup
    repairs = Repairs(services.database, services.engine, services.casebook, services.relay, cleanup)
    return Reconciling(
        services.database, services.engine, services.rulebook, services.administration, repairs, lambda _s: None
    )


def found(county: County, *numbers: str, actor: Actor = OPERATOR) -> list[Difference]:
    return list(reconciling(county).compare(actor, numbers).differences)


def kinds(county: County, number: str) -> set[DifferenceKind]:
    return {each.kind for each in found(county, number)}


def repaired(county: County, number: str) -> dict[DifferenceKind, bool]:
    result = reconciling(county).repair(OPERATOR, [number])
    county.run_until_idle(number)
    return {each.kind: each.repaired for each in result.differences}


def watches(county: County, number: str) -> list[str]:
    return [each.id for each in county.services.engine.processes.of(number, ProcessKey.DEADLINE_WATCH)]


def another_watch(county: County, number: str) -> None:
    about = {
        Variable.LETTER_ID: county.letter(number).id,
        Variable.NEXT_STEP_AT: iso(county.clock.at + timedelta(hours=9)),
    }
    start_double(county.services.engine, ProcessKey.DEADLINE_WATCH, number, about)
    county.run_until_idle(number)


def the_process(county: County, number: str) -> str:
    (instance,) = county.services.engine.processes.of(number, ProcessKey.LETTER_HANDLING)
    return instance.id


def change(county: County, number: str, **values: object) -> None:
    with county.services.database.transaction() as session:
        session.execute(update(Letter).where(Letter.number == number).values(**values))


def test_letters_on_their_way_agree_at_every_stage(county: County) -> None:
    waiting = county.write()
    county.do(waiting, "Task_ScreenLetter", SCREENER, outcome="supplement", question="请写明地点")
    declined = county.write()
    county.do(declined, "Task_ScreenLetter", SCREENER, outcome="decline", ground="6", reason="广告")
    numbers = (county.write(), waiting, declined, accepted(county), submitted(county), answered(county))
    result = reconciling(county).compare(OPERATOR, numbers)
    assert result.differences == ()
    assert result.checked == len(numbers) - 1, "a declined letter has neither process nor limit nor watch"


def test_letters_off_the_straight_way_agree_too(county: County) -> None:
    returned, joined, unsatisfied = accepted(county), accepted(county), answered(county)
    county.act(returned, "return", HANDLER, reason="路灯不归本单位")
    county.act(joined, "join", SCREENER, joined_to=returned, reason="同一盏路灯")
    county.services.writers_side.evaluate(unsatisfied, satisfied=False, solved=False, comment="路灯还是不亮")
    county.run_until_idle(unsatisfied)
    supervised = answered(county)
    county.act(supervised, "supervise", staff(Role.SUPERVISOR), office="party", request="请查明原因")
    county.services.writers_side.evaluate(supervised, satisfied=True, solved=True)
    county.run_until_idle(supervised)
    numbers = (returned, joined, unsatisfied, supervised)
    assert [county.letter(each).status for each in numbers] == ["returned", "joined", "answered", "closed"]
    result = reconciling(county).compare(OPERATOR, numbers)
    assert (result.checked, result.differences) == (4, ())


@pytest.mark.parametrize("seed", [1, 5])
def test_whatever_people_do_both_sides_agree(county: County, seed: int) -> None:
    chance, history = random.Random(seed), History(county)
    for _ in range(8):
        moves = history.moves()
        if not moves:
            break
        history.take(chance.choice(moves))
        assert found(county, history.number, history.leading) == [], history.told


def test_every_place_that_is_judged_is_in_the_diagram() -> None:
    drawn = {node.id for diagram in read_bundle(repository_files()) for node in diagram.nodes}
    assert set(PLACES) <= drawn


def test_a_letter_without_its_process_is_not_started_again_in_the_middle(county: County) -> None:
    number = accepted(county)
    county.services.engine.processes.delete(the_process(county, number))
    assert K.NO_PROCESS in kinds(county, number)
    assert repaired(county, number)[K.NO_PROCESS] is False
    assert county.services.engine.processes.of(number, ProcessKey.LETTER_HANDLING) == ()


def test_a_start_that_the_engine_never_heard_of_is_sent_again(county: County) -> None:
    number = county.write()
    instance = the_process(county, number)
    county.services.engine.processes.delete(instance)
    county.services.engine.session.command("DELETE", f"/history/process-instance/{instance}")
    assert repaired(county, number) == {K.START_LOST: True}
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    assert found(county, number) == []


def test_a_falsified_status_and_a_process_of_a_finished_or_unknown_letter_are_named(county: County) -> None:
    number = county.write()
    change(county, number, status="closed", closed_at=county.clock.at)
    assert kinds(county, number) == {K.RECORD_STATUS}, "one cause hides its consequences"
    assert repaired(county, number) == {K.RECORD_STATUS: True}
    assert (county.letter(number).status, county.letter(number).closed_at) == ("received", None)
    assert found(county, number) == []
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="decline", ground="6", reason="广告")
    county.services.engine.processes.start(
        ProcessKey.LETTER_HANDLING, number, {Variable.LETTER_ID: county.letter(number).id, "screeningDueAt": None}
    )
    assert kinds(county, number) == {K.PROCESS_LEFT_OVER}
    assert repaired(county, number)[K.PROCESS_LEFT_OVER] is False
    stranger = f"{number}-X"
    county.services.engine.processes.start(ProcessKey.LETTER_HANDLING, stranger, {Variable.LETTER_ID: 1})
    (unknown,) = found(county, stranger)
    assert unknown.kind is K.PROCESS_LEFT_OVER
    assert "数据库里没有" in unknown.detail


def test_a_missing_watch_is_started_with_the_right_timer(county: County) -> None:
    number = accepted(county)
    (timer,) = county.timers(number)
    county.services.engine.processes.delete(watches(county, number)[0])
    assert kinds(county, number) == {K.WATCH_MISSING}
    assert repaired(county, number) == {K.WATCH_MISSING: True}
    assert [each.due_at for each in county.timers(number)] == [timer.due_at]
    assert found(county, number) == []
    with county.services.database.reading() as session:
        (entry,) = session.scalars(select(AdminEvent).where(AdminEvent.subject_id == number))
    assert (entry.action, entry.by_name) == (AdminAction.DIFFERENCE_REPAIRED, OPERATOR.name)


def test_of_two_watches_one_is_left(county: County) -> None:
    number = accepted(county)
    another_watch(county, number)
    assert len(watches(county, number)) == 2
    assert kinds(county, number) == {K.WATCH_DOUBLED}
    assert repaired(county, number) == {K.WATCH_DOUBLED: True}
    assert len(watches(county, number)) == len(county.timers(number)) == 1
    county.fire_timer(number)
    assert found(county, number) == []


def test_a_watch_over_nothing_is_ended(county: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="decline", ground="6", reason="广告")
    another_watch(county, number)
    assert kinds(county, number) == {K.WATCH_LEFT_OVER}
    assert repaired(county, number)[K.WATCH_LEFT_OVER] is True
    assert watches(county, number) == []


def test_a_watch_that_waits_too_long_is_told(county: County) -> None:
    number = accepted(county)
    (timer,) = county.timers(number)
    assert timer.due_at is not None
    county.services.engine.jobs.set_due(timer.id, timer.due_at + timedelta(hours=5))
    assert kinds(county, number) == {K.WATCH_LATE}
    assert repaired(county, number) == {K.WATCH_LATE: True}
    assert [each.due_at for each in county.timers(number)] == [timer.due_at]


def test_a_task_gets_its_limits_date_back(county: County) -> None:
    number = accepted(county)
    (task,) = county.services.engine.tasks.of(number)
    assert task.due_at is not None
    for wrong in (task.due_at + timedelta(days=3), task.due_at - timedelta(hours=1), None):
        county.services.engine.tasks.set_due(task.id, wrong)
        assert kinds(county, number) == {K.TASK_DUE}
        assert repaired(county, number) == {K.TASK_DUE: True}
        assert county.services.engine.tasks.get(task.id).due_at == task.due_at


def test_a_status_that_does_not_fit_is_named_and_left_to_people(county: County) -> None:
    number = accepted(county)
    county.services.engine.moves.move(
        the_process(county, number), "Task_ReviewReply", {"reviewDueAt": None}, "elsewhere"
    )
    county.run_until_idle(number)
    (difference,) = found(county, number)
    assert difference.kind is K.STATUS
    assert "Task_ReviewReply" in difference.detail
    assert repaired(county, number) == {K.STATUS: False}


def test_limits_left_open_on_a_finished_letter_are_named_and_voided(county: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="decline", ground="6", reason="广告")
    with county.services.database.transaction() as session:
        query = update(Limit).where(Limit.letter_id == county.letter(number).id)
        session.execute(query.values(ended_at=None, voided_at=None))
    assert kinds(county, number) == {K.ENDED_GOES_ON, K.WATCH_MISSING}
    assert repaired(county, number)[K.ENDED_GOES_ON]
    assert found(county, number) == []
    assert county.limits(number)["screening"].voided_at == county.clock.at


def test_a_completion_that_the_engine_lost_is_sent_again(county: County) -> None:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    (task,) = county.services.engine.tasks.of(number)
    with county.services.casebook.open(number, HANDLER) as case:
        case.record(LetterSubmittedToDeputy(note=None))
        completion_that_the_engine_lost(county, case.session, number, task.id)
    assert kinds(county, number) == {K.COMPLETION_LOST}
    assert repaired(county, number) == {K.COMPLETION_LOST: True}
    assert county.open_tasks(number) == ["Task_InstructHandler"]
    assert found(county, number) == []


def test_a_letter_just_under_way_is_no_difference(county: County) -> None:
    number = county.write()
    with county.services.database.transaction() as session:
        queued(county, session, number, CommandKind.CORRELATE, "LetterEvaluated")
    county.services.engine.moves.move(the_process(county, number), "Task_AssignLetter", {}, "elsewhere")
    result = reconciling(county).compare(OPERATOR, [number])
    assert (result.differences, result.under_way) == ((), 1)
    with county.services.database.transaction() as session:
        session.execute(delete(OutboxCommand).where(OutboxCommand.number == number, OutboxCommand.status == "pending"))
    assert kinds(county, number) == {K.STATUS}


def test_only_operators_compare(county: County) -> None:
    with pytest.raises(NotAllowed):
        reconciling(county).repair(staff(Role.SCREENER))


def test_the_command_says_what_differs_and_what_it_mended(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = accepted(county)
    commands_work_on(monkeypatch, county.services.settings)
    assert run(["reconcile", number, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"checked": 1, "moving": 0, "differences": []}
    county.services.engine.processes.delete(watches(county, number)[0])
    assert run(["reconcile", number]) == 1
    assert "没有时限守望" in capsys.readouterr().out
    assert run(["reconcile", number, "--repair", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["differences"]
    assert (row["letter"], row["kind"], row["repaired"]) == (number, "watch_missing", True)
    county.run_until_idle(number)
    assert len(watches(county, number)) == 1
