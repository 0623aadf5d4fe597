"""Processes moved, restarted and cancelled by operators: database and engine stay together."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from letterbox.bundle.diagrams import read_bundle
from letterbox.bundle.vocabulary import ProcessKey
from letterbox.cli import run
from letterbox.domain.errors import FieldErrors, NotAllowed
from letterbox.domain.vocabulary import LetterStatus, Role
from letterbox.engine.errors import AnswerLost, EngineRefused, EngineTroubled, LostRace
from letterbox.outbox.commands import CommandKind
from letterbox.services.audit.log import AdminAction
from letterbox.services.case.places import PLACES, USUAL, fitting
from letterbox.services.deployment.design import repository_files
from letterbox.services.operations.processes.repositioning import RepositionOutcome
from letterbox.store.admin_events import AdminEvent
from letterbox.store.letters import Letter
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.doubles import start_double
from tests.support.engine.trouble import OPERATOR, command_status, failed_job, stopped_command
from tests.support.office.county import County, staff
from tests.support.office.staffed import (
    DEPUTY,
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
from tests.support.stack.environment import commands_work_on

pytestmark = pytest.mark.engine


def operator(county: County) -> OperatorServices:
    return OperatorServices(county.services)


def end_process(county: County, number: str) -> None:
    for instance in county.services.engine.processes.of(number, ProcessKey.LETTER_HANDLING):
        county.services.engine.processes.delete(instance.id)


def restarted(county: County, number: str) -> RepositionOutcome:
    (result,) = operator(county).repositioning.restart(OPERATOR, [number], "引擎数据库恢复自较旧的备份")
    county.run_until_idle(number)
    return result.outcome


def agrees(county: County, number: str) -> bool:
    return operator(county).reconciling.compare(OPERATOR, [number]).differences == ()


def test_every_status_has_its_place_and_every_place_is_drawn() -> None:
    drawn = {node.id for diagram in read_bundle(repository_files()) for node in diagram.nodes}
    finished = {LetterStatus.DECLINED, LetterStatus.CLOSED, LetterStatus.WITHDRAWN}
    assert set(USUAL) == set(LetterStatus) - finished
    assert set(PLACES) | set(USUAL.values()) <= drawn
    assert all(status in PLACES[place] for status, place in USUAL.items())
    assert fitting("closed") == ()


def test_a_letter_goes_on_in_the_unit_where_it_was(county: County) -> None:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER, note="拟派人查看")
    end_process(county, number)
    assert restarted(county, number) is RepositionOutcome.RESTARTED
    assert county.open_tasks(number) == ["Task_InstructHandler"]
    (task,) = county.services.engine.tasks.of(number)
    assert task.due_at == county.limits(number)["reply"].due_at
    assert agrees(county, number)
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请三日内修好")
    county.do(number, "Task_DraftReply", HANDLER, reply="路灯已修好。")
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    assert county.letter(number).status == "answered"


@pytest.mark.parametrize("stage", ["received", "screened", "in_review", "in_redo", "answered"])
def test_at_every_stage_a_restart_puts_the_letter_where_it_is(county: County, stage: str) -> None:
    number = {"in_review": submitted, "in_redo": submitted, "answered": answered}.get(stage, lambda c: c.write())(
        county
    )
    if stage == "screened":
        county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    if stage == "in_redo":
        county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="fail", comment="请写明依据")
    assert county.letter(number).status == stage
    before = county.open_tasks(number)
    end_process(county, number)
    assert restarted(county, number) is RepositionOutcome.RESTARTED
    assert county.open_tasks(number) == before
    assert agrees(county, number)


def test_a_process_at_the_wrong_place_is_moved_to_where_the_record_says(county: County) -> None:
    number = accepted(county)
    with county.services.database.transaction() as session:
        session.execute(update(Letter).where(Letter.number == number).values(status="screened"))
    repositioning = operator(county).repositioning
    (planned,) = repositioning.move(OPERATOR, [number], "", dry_run=True)
    assert (planned.outcome, planned.places, planned.target) == (
        RepositionOutcome.PLANNED,
        ("CallActivity_UnitHandling",),
        "Task_AssignLetter",
    )
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]
    (moved,) = repositioning.move(OPERATOR, [number], "状态已按记录更正")
    county.run_until_idle(number)
    assert moved.outcome is RepositionOutcome.MOVED
    assert county.open_tasks(number) == ["Task_AssignLetter"]
    assert county.services.engine.processes.of(number, ProcessKey.UNIT_HANDLING) == ()
    with county.services.database.reading() as session:
        (entry,) = session.scalars(select(AdminEvent).where(AdminEvent.subject_id == number))
    assert (entry.action, entry.reason) == (AdminAction.PROCESS_MOVED, "状态已按记录更正")


def test_a_stopped_completion_is_made_good_by_moving(county: County) -> None:
    """The record says screened, the engine refused the completion for good and stands at screening."""
    number, _job = failed_job(county)
    row = stopped_command(county, number, CommandKind.COMPLETE, "no-such-task", screeningOutcome="accept")
    with county.services.database.transaction() as session:
        session.execute(update(Letter).where(Letter.number == number).values(status="screened"))
    (moved,) = operator(county).repositioning.move(OPERATOR, [number], "改走交办")
    county.run_until_idle(number)
    assert moved.outcome is RepositionOutcome.MOVED
    assert command_status(county, row) == "superseded"
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]


def test_a_letter_never_goes_past_what_people_did(county: County) -> None:
    number, finished = accepted(county), county.write()
    county.do(finished, "Task_ScreenLetter", SCREENER, outcome="decline", ground="6", reason="广告")
    repositioning = operator(county).repositioning
    (past,) = repositioning.move(OPERATOR, [number], "快一点", to="Task_DeliverReply")
    assert past.outcome is RepositionOutcome.REFUSED
    assert "CallActivity_UnitHandling" in past.detail
    results = [
        *repositioning.restart(OPERATOR, [number, finished, "no-such"], "再来"),
        *repositioning.move(OPERATOR, [finished], "再来"),
    ]
    assert {each.outcome for each in results} == {RepositionOutcome.REFUSED}
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]
    with pytest.raises(FieldErrors):
        repositioning.move(OPERATOR, [number], "")
    with pytest.raises(NotAllowed):
        repositioning.move(staff(Role.SCREENER), [number], "再来")


@pytest.mark.parametrize("has_process", [True, False])
def test_a_cancelled_letter_ends_on_both_sides(county: County, has_process: bool) -> None:
    number = accepted(county)
    if not has_process:
        end_process(county, number)
    cancelling = operator(county).cancelling
    (planned,) = cancelling.cancel(OPERATOR, [number], "", dry_run=True)
    assert (planned.outcome, county.letter(number).status) == ("planned", "handling")
    (done,) = cancelling.cancel(OPERATOR, [number], "测试来信")
    county.run_until_idle(number)
    assert done.outcome == "cancelled"
    assert county.letter(number).status == "withdrawn"
    assert county.services.engine.processes.of(number) == ()
    assert agrees(county, number)
    event = next(each for each in county.events(number) if each.name == "LetterWithdrawn")
    assert (event.by_name, event.data["reason"]) == (OPERATOR.name, "测试来信")
    (again,) = cancelling.cancel(OPERATOR, [number], "测试来信")
    assert again.outcome == "refused"


def test_an_answered_letter_cannot_be_cancelled(county: County) -> None:
    (refused,) = operator(county).cancelling.cancel(OPERATOR, [answered(county)], "不要了")
    assert refused.outcome == "refused"


def test_the_commands(county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    number, other = accepted(county), county.write()
    commands_work_on(monkeypatch, county.services.settings)
    end_process(county, number)
    assert run(["instances", "restart", number, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["results"] == [
        {
            "letter": number,
            "outcome": "planned",
            "from": [],
            "to": "CallActivity_UnitHandling",
            "detail": "没有流程 → CallActivity_UnitHandling（从 receive 开始）",
        }
    ]
    assert run(["instances", "restart", number, "--reason", "流程丢失"]) == 0
    assert "已重启" in capsys.readouterr().out
    assert run(["instances", "move", number]) == 2
    assert "--reason" in capsys.readouterr().err
    assert run(["instances", "move", number, "--to", "Task_ReviewReply", "--reason", "快一点"]) == 1
    assert run(["instances", "cancel", other, "--reason", "测试来信", "--json"]) == 0
    assert '"cancelled"' in capsys.readouterr().out
    county.run_until_idle(other)
    assert county.services.engine.processes.of(other) == ()


def left_over(county: County) -> tuple[str, str]:
    """A letter with a second process of its own, as a repeated start would make it."""
    number = accepted(county)
    (own,) = county.services.engine.processes.of(number, ProcessKey.LETTER_HANDLING)
    about = {"letterId": county.letter(number).id, "screeningDueAt": "2026-09-09T17:30:00+08:00"}
    second = start_double(county.services.engine, ProcessKey.LETTER_HANDLING, number, about, at="Task_AssignLetter")
    assert own.id != second
    return number, second


def test_of_two_processes_of_a_letter_the_chosen_one_is_ended_and_never_the_last(county: County) -> None:
    number, second = left_over(county)
    (difference,) = operator(county).reconciling.compare(OPERATOR, [number]).differences
    assert (difference.kind, difference.is_repairable) == ("process_doubled", False)
    ending = operator(county).ending
    planned = ending.end(OPERATOR, number, second, "", dry_run=True)
    assert (planned.outcome, planned.places) == ("planned", ("交办来信",))
    ended = ending.end(OPERATOR, number, second, "启动指令执行了两次")
    assert ended.outcome == "ended"
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]
    assert agrees(county, number)
    (own,) = county.services.engine.processes.of(number, ProcessKey.LETTER_HANDLING)
    assert ending.end(OPERATOR, number, own.id, "再结束一个").outcome == "refused"
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]
    with county.services.database.reading() as session:
        (entry,) = session.scalars(select(AdminEvent).where(AdminEvent.subject_id == number))
    assert (entry.action, entry.reason) == (AdminAction.PROCESS_ENDED, "启动指令执行了两次")


def test_a_process_of_a_letter_that_is_not_there_is_ended(county: County) -> None:
    stranger = f"{county.write()}-X"
    instance = county.services.engine.processes.start(ProcessKey.LETTER_HANDLING, stranger, {"letterId": 1})
    ended = operator(county).ending.end(OPERATOR, stranger, instance, "数据库恢复自较旧的备份")
    assert ended.outcome == "ended"
    assert county.services.engine.processes.of(stranger) == ()


def test_the_command_lists_and_ends(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number, second = left_over(county)
    commands_work_on(monkeypatch, county.services.settings)
    assert run(["instances", "end", number, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["results"]
    assert {each["outcome"] for each in rows} == {"planned"}
    assert second in {each["process"] for each in rows}
    assert run(["instances", "end", number, "--process", second]) == 2
    assert run(["instances", "end", number, "--process", second, "--reason", "启动指令执行了两次"]) == 0
    assert run(["instances", "end", number, "--process", second, "--reason", "再来"]) == 1
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]


@pytest.mark.parametrize(
    ("error", "outcome", "said"),
    [
        (EngineTroubled(500, "", "persistence layer"), RepositionOutcome.UNKNOWN, "不知道这一步是否已经办成"),
        (AnswerLost("ReadTimeout"), RepositionOutcome.UNKNOWN, "不知道这一步是否已经办成"),
        (LostRace(500, "", "deadlock detected"), RepositionOutcome.REFUSED, "请再试一次"),
        (EngineRefused(500, "", "Cannot modify, it is suspended"), RepositionOutcome.REFUSED, "先恢复它"),
    ],
)
def test_a_move_whose_outcome_nobody_knows_says_so(
    county: County, monkeypatch: pytest.MonkeyPatch, error: Exception, outcome: RepositionOutcome, said: str
) -> None:
    number = accepted(county)

    def fail(*_given: object) -> None:
        raise error

    monkeypatch.setattr(county.services.engine.moves, "move", fail)
    (moved,) = operator(county).repositioning.move(OPERATOR, [number], "重来")
    assert moved.outcome is outcome
    assert said in moved.detail
