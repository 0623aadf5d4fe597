"""Co-handling, supervision, instruction and promise compared with their processes: each difference caused, found, mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, select, update

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.services.audit.log import AdminAction
from letterbox.services.deployment.design import STUDIO, repository_files
from letterbox.services.operations.reconcile.differences import DifferenceKind as K
from letterbox.services.operations.reconcile.differences import Reconciliation
from letterbox.services.operations.reconcile.side_process_repairs import SideProcessRepairs
from letterbox.services.side_processes.rows import SIDE_TASKS
from letterbox.store.admin_events import AdminEvent
from letterbox.store.limits import Limit
from letterbox.store.side_processes import CoHandling, Instruction, Supervision
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.doubles import start_double
from tests.support.engine.trouble import OPERATOR, completion_that_the_engine_lost
from tests.support.office.county import County
from tests.support.office.side_processes_made import (
    CO_HANDLER,
    SUPERVISOR,
    co_handled,
    instructed,
    promised,
    supervised,
)
from tests.support.office.staffed import GOOD, HANDLER, REVIEWER, SCREENER, through_the_unit

pytestmark = pytest.mark.engine
Made = Callable[[County], str]
KINDS: tuple[tuple[Made, ProcessKey, str], ...] = (
    (co_handled, ProcessKey.CO_HANDLING, "Task_GiveOpinion"),
    (supervised, ProcessKey.SUPERVISION, "Task_AnswerSupervision"),
    (instructed, ProcessKey.INSTRUCTION, "Task_AnswerInstruction"),
    (promised, ProcessKey.PROMISE, "Task_ReportPromise"),
)
each_kind = pytest.mark.parametrize(("made", "process", "task"), KINDS, ids=[each[1] for each in KINDS])


def compared(county: County, number: str) -> Reconciliation:
    return OperatorServices(county.services).reconciling.compare(OPERATOR, [number])


def kinds(county: County, number: str) -> list[K]:
    return [each.kind for each in compared(county, number).differences]


def repaired(county: County, number: str) -> list[tuple[K, bool]]:
    found = OperatorServices(county.services).reconciling.repair(OPERATOR, [number])
    county.run_until_idle(number)
    return [(each.kind, each.repaired) for each in found.differences]


def instances(county: County, number: str, process: ProcessKey) -> list[str]:
    return [each.id for each in county.services.engine.processes.of(number, process)]


def cut(county: County, number: str, process: ProcessKey) -> dict[str, object]:
    """The one process ends behind everybody's back; what it knew."""
    (instance,) = instances(county, number, process)
    known = dict(county.services.engine.processes.variables(instance))
    county.services.engine.processes.delete(instance)
    return known


def set_row(county: County, number: str, model: type[CoHandling | Supervision | Instruction], **values: object) -> None:
    with county.services.database.transaction() as session:
        session.execute(update(model).where(model.letter_id == county.letter(number).id).values(**values))


@each_kind
def test_one_without_its_process_gets_it_back_with_its_date(
    county: County, made: Made, process: ProcessKey, task: str
) -> None:
    number = made(county)
    assert kinds(county, number) == []
    due = county.due_of(number, task)
    known = cut(county, number, process)
    assert kinds(county, number) == [K.SIDE_PROCESS_MISSING]
    assert instances(county, number, process) == [], "comparing changes nothing"
    assert repaired(county, number) == [(K.SIDE_PROCESS_MISSING, True)]
    assert county.due_of(number, task) == due
    (again,) = instances(county, number, process)
    variables = county.services.engine.processes.variables(again)
    assert {name: value for name, value in known.items() if name != "commandId"} == variables
    assert kinds(county, number) == []
    with county.services.database.reading() as session:
        (entry,) = session.scalars(select(AdminEvent).where(AdminEvent.subject_id == number))
    assert (entry.action, entry.by_name) == (AdminAction.DIFFERENCE_REPAIRED, OPERATOR.name)


@each_kind
def test_what_was_given_back_is_answered_as_ever(county: County, made: Made, process: ProcessKey, task: str) -> None:
    number = made(county)
    cut(county, number, process)
    repaired(county, number)
    words = {"opinion": "同意", "feedback": "已查明", "answer": "已办好", "kept": True, "comment": "已修好"}
    fields = {
        "Task_GiveOpinion": ["opinion"],
        "Task_AnswerSupervision": ["feedback"],
        "Task_AnswerInstruction": ["answer"],
        "Task_ReportPromise": ["kept", "comment"],
    }
    actor = CO_HANDLER if process is ProcessKey.CO_HANDLING else HANDLER
    county.do(number, task, actor, **{name: words[name] for name in fields[task]})
    assert kinds(county, number) == []


def test_a_supervision_is_started_where_its_record_is(county: County) -> None:
    number = supervised(county)
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="已派人查看")
    cut(county, number, ProcessKey.SUPERVISION)
    assert repaired(county, number) == [(K.SIDE_PROCESS_MISSING, True)]
    county.do(number, "Task_AssessFeedback", SUPERVISOR, outcome="press_again", comment="不够清楚")
    cut(county, number, ProcessKey.SUPERVISION)
    assert repaired(county, number) == [(K.SIDE_PROCESS_MISSING, True)]
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="原因是缺料")
    county.do(number, "Task_AssessFeedback", SUPERVISOR, outcome="close", comment="情况属实")
    assert county.names(number).count("SupervisionReported") == 1
    assert kinds(county, number) == []


def test_a_closed_supervision_without_its_report_gets_it(county: County) -> None:
    number = supervised(county)
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="已派人查看")
    cut(county, number, ProcessKey.SUPERVISION)
    set_row(county, number, Supervision, closed_at=county.clock.at)
    assert repaired(county, number) == [(K.SIDE_PROCESS_MISSING, True)]
    assert county.names(number)[-1] == "SupervisionReported"
    assert kinds(county, number) == []


def test_it_is_found_for_a_letter_that_has_closed_and_waits_for_no_limit(county: County) -> None:
    number = promised(county)
    county.act(number, "supervise", SUPERVISOR, office="party", request="请查明原因")
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="已查明")
    county.do(number, "Task_ReportPromise", HANDLER, kept=True, comment="已修好")
    county.services.writers_side.evaluate(number, satisfied=True, solved=True)
    county.run_until_idle(number)
    assert county.letter(number).status == "closed"
    assert kinds(county, number) == []
    cut(county, number, ProcessKey.SUPERVISION)
    assert county.services.engine.processes.of(number) == ()
    assert repaired(county, number) == [(K.SIDE_PROCESS_MISSING, True)]
    assert county.open_tasks(number) == ["Task_AssessFeedback"]


def again(county: County, number: str, process: ProcessKey, known: dict[str, object]) -> None:
    """A process that an older copy of the engine's database brings back."""
    values = {name: value for name, value in known.items() if isinstance(value, str | int)}
    start_double(county.services.engine, process, number, values)
    county.run_until_idle(number)


@pytest.mark.parametrize(("made", "process", "task"), KINDS[:3], ids=[each[1] for each in KINDS[:3]])
def test_a_withdrawn_letters_process_that_lives_is_ended(
    county: County, made: Made, process: ProcessKey, task: str
) -> None:
    number = made(county)
    (instance,) = instances(county, number, process)
    known = dict(county.services.engine.processes.variables(instance))
    county.act(number, "withdraw", SCREENER, reason="来信人来电撤回")
    assert kinds(county, number) == []
    again(county, number, process, known)
    assert county.open_tasks(number) == [task]
    assert kinds(county, number) == [K.SIDE_PROCESS_LEFT_OVER]
    assert repaired(county, number) == [(K.SIDE_PROCESS_LEFT_OVER, True)]
    assert county.services.engine.processes.of(number) == ()
    assert kinds(county, number) == []


def test_returned_to_another_lead_recalled_or_with_an_opinion_missing_both_sides_agree(county: County) -> None:
    returned, recalled, missing = co_handled(county), co_handled(county), co_handled(county)
    county.act(returned, "return", HANDLER, reason="路灯不归本单位")
    assert kinds(county, returned) == []
    county.do(returned, "Task_RuleOnReturn", SCREENER, outcome="uphold", lead_unit="housing", reason="归住建")
    county.act(recalled, "recall", SCREENER, reason="交错了单位")
    through_the_unit(county, missing)
    county.do(missing, "Task_ReviewReply", REVIEWER, **GOOD, outcome="fail", comment="请写明依据")
    assert [kinds(county, each) for each in (returned, recalled, missing)] == [[], [], []]
    assert len(instances(county, returned, ProcessKey.CO_HANDLING)) == 1
    assert instances(county, recalled, ProcessKey.CO_HANDLING) == []


def test_a_unit_that_gave_its_opinion_and_is_asked_once_more_is_not_confused(county: County) -> None:
    number = co_handled(county)
    county.do(number, "Task_GiveOpinion", CO_HANDLER, opinion="同意")
    county.act(number, "add-co-handler", SCREENER, unit="water")
    assert kinds(county, number) == []
    cut(county, number, ProcessKey.CO_HANDLING)
    assert kinds(county, number) == [K.SIDE_PROCESS_MISSING]


@each_kind
def test_of_two_processes_one_is_left(county: County, made: Made, process: ProcessKey, task: str) -> None:
    number = made(county)
    (instance,) = instances(county, number, process)
    again(county, number, process, dict(county.services.engine.processes.variables(instance)))
    assert kinds(county, number) == [K.SIDE_PROCESS_DOUBLED]
    assert repaired(county, number) == [(K.SIDE_PROCESS_DOUBLED, True)]
    assert len(instances(county, number, process)) == 1
    assert county.open_tasks(number).count(task) == 1
    assert kinds(county, number) == []


def test_of_two_the_one_at_the_right_place_stays(county: County) -> None:
    number = supervised(county)
    (instance,) = instances(county, number, ProcessKey.SUPERVISION)
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="已派人查看")
    again(county, number, ProcessKey.SUPERVISION, dict(county.services.engine.processes.variables(instance)))
    assert repaired(county, number) == [(K.SIDE_PROCESS_DOUBLED, True)]
    assert instances(county, number, ProcessKey.SUPERVISION) == [instance]


def test_a_supervision_that_asks_the_wrong_side_is_brought_to_its_record(county: County) -> None:
    number = supervised(county)
    (instance,) = instances(county, number, ProcessKey.SUPERVISION)
    county.services.engine.moves.move(instance, "Task_AssessFeedback", {}, "in the engine's console")
    assert kinds(county, number) == [K.SIDE_PROCESS_PLACE]
    assert repaired(county, number) == [(K.SIDE_PROCESS_PLACE, True)]
    assert sorted(county.open_tasks(number)) == ["Task_AnswerSupervision", "Task_ReceiveLetter"]
    assert kinds(county, number) == []


def test_a_process_that_the_record_does_not_know_is_named_and_left_to_people(county: County) -> None:
    number = supervised(county)
    with county.services.database.transaction() as session:
        letter_id = county.letter(number).id
        session.execute(delete(Supervision).where(Supervision.letter_id == letter_id))
        session.execute(delete(Limit).where(Limit.letter_id == letter_id, Limit.kind == "supervision"))
    assert K.SIDE_PROCESS_UNKNOWN in kinds(county, number)
    assert (K.SIDE_PROCESS_UNKNOWN, False) in repaired(county, number)
    assert len(instances(county, number, ProcessKey.SUPERVISION)) == 1


def test_a_completion_that_the_engine_lost_is_sent_again_and_not_taken_for_left_over(county: County) -> None:
    """The engine's database put back from before the opinion: the open task is the one that was completed."""
    number = co_handled(county)
    (task,) = [each for each in county.services.engine.tasks.of(number) if each.key == "Task_GiveOpinion"]
    with county.services.database.transaction() as session:
        completion_that_the_engine_lost(county, session, number, task.id)
    set_row(county, number, CoHandling, outcome="given", ended_at=county.clock.at, opinion="同意")
    with county.services.database.transaction() as session:
        limits = update(Limit).where(Limit.letter_id == county.letter(number).id, Limit.kind == "co_opinion")
        session.execute(limits.values(ended_at=county.clock.at))
    assert kinds(county, number) == [K.COMPLETION_LOST]
    assert repaired(county, number) == [(K.COMPLETION_LOST, True)]
    assert instances(county, number, ProcessKey.CO_HANDLING) == []


def test_a_limit_that_does_not_fit_is_named_and_left_to_people(county: County) -> None:
    ended, open_still = supervised(county), instructed(county)
    with county.services.database.transaction() as session:
        limits = update(Limit).where(Limit.letter_id == county.letter(ended).id, Limit.kind == "supervision")
        session.execute(limits.values(voided_at=county.clock.at))
    assert repaired(county, ended) == [(K.SIDE_PROCESS_LIMIT, False)]
    set_row(county, open_still, Instruction, answered_at=county.clock.at)
    assert set(kinds(county, open_still)) == {K.SIDE_PROCESS_LIMIT, K.SIDE_PROCESS_LEFT_OVER}


@pytest.fixture
def county_again(county: County) -> Iterator[County]:
    """Whatever is deployed here, the repository's bundle is live again afterwards."""
    yield county
    county.services.design.deploy_repository(repository_files(), "tests", replace=True)
    county.services.rulebook.refresh()


def test_what_the_engine_refuses_is_said_to_be_still_there(county_again: County) -> None:
    """The owner's diagram has no such element any more."""
    county = county_again
    number = co_handled(county)
    files = repository_files()
    files["co-handling.bpmn"] = files["co-handling.bpmn"].replace(b"Task_GiveOpinion", b"Task_SayOpinion")
    county.services.design.deploy(files, STUDIO, "tests")
    cut(county, number, ProcessKey.CO_HANDLING)
    assert repaired(county, number) == [(K.SIDE_PROCESS_MISSING, False)]


def test_ended_before_the_repair_nothing_is_started(county: County) -> None:
    number = co_handled(county)
    cut(county, number, ProcessKey.CO_HANDLING)
    (missing,) = compared(county, number).differences
    set_row(county, number, CoHandling, outcome="released", ended_at=county.clock.at)
    SideProcessRepairs(county.services.engine, county.services.casebook).start(missing)
    assert instances(county, number, ProcessKey.CO_HANDLING) == []


def test_the_places_judged_are_drawn(county: County) -> None:
    assert OperatorServices(county.services).names.all().keys() >= SIDE_TASKS
