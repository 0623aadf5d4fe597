"""A step of the owner's own: whose it may be, when it may be due, what it may read where it stands."""

from __future__ import annotations

import re

import pytest

from letterbox.bundle.model.diagram_model import Level
from letterbox.services.deployment.design import repository_files
from tests.support.drawn.changed_bundle import insert_task, with_visit
from tests.support.drawn.planted import LETTER, UNIT, Files, found

STEP = "Task_NoteVisit"


def changed(old: str, new: str) -> Files:
    """The bundle with the owner's step at the unit, of which a piece is changed."""
    files = with_visit(repository_files())
    head, mark, tail = files[UNIT].decode().partition(f'id="{STEP}"')
    assert old in tail
    return {**files, UNIT: (head + mark + tail.replace(old, new, 1)).encode()}


DUE, GROUP, NAME = "${replyDueAt}", "unit_handler@${leadUnit}", "登记走访"
FAULTS = [
    (DUE, "P2D", "due-date", Level.ERROR),
    (DUE, "两天", "due-date", Level.ERROR),
    (DUE, "2027-01-01T17:30:00", "due-date", Level.ERROR),
    (DUE, "${leadUnit}", "due-date", Level.ERROR),
    (DUE, "${unitOutcome}", "due-date", Level.ERROR),
    (DUE, "${replyDueAt} ${unitDueAt}", "due-date", Level.ERROR),
    (DUE, "${screeningDueAt}", "not-yet-there", Level.ERROR),
    ('camunda:dueDate="', 'camunda:followUpDate="P1D" camunda:dueDate="', "due-date", Level.ERROR),
    ('camunda:dueDate="', 'camunda:priority="abc" camunda:dueDate="', "priority", Level.ERROR),
    ('camunda:dueDate="', 'camunda:priority="${leadUnit}" camunda:dueDate="', "priority", Level.ERROR),
    (GROUP, "operator", "no-task-role", Level.ERROR),
    (GROUP, "admin", "no-task-role", Level.ERROR),
    (GROUP, "process_owner", "no-task-role", Level.ERROR),
    (GROUP, "channel", "no-task-role", Level.ERROR),
    (GROUP, "unit_handler@justice", "fixed-unit", Level.WARNING),
    (GROUP, "unit_handler@${category}", "no-unit", Level.ERROR),
    (GROUP, "unit_handler@${unitStep}", "no-unit", Level.ERROR),
    (GROUP, "unit_handler@${placeKind}", "chosen-unit", Level.WARNING),
    (GROUP, "unit_handler@${coUnit}", "not-yet-there", Level.ERROR),
    (NAME, "走" * 201, "length", Level.ERROR),
    ("走访后登记。", "走" * 2001, "length", Level.ERROR),
]


@pytest.mark.parametrize(("old", "new", "rule", "level"), FAULTS, ids=lambda value: str(value)[:40])
def test_a_fault_of_an_own_step_is_found(old: str, new: str, rule: str, level: Level) -> None:
    assert found(changed(old, new))[STEP, rule].level is level


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (DUE, "${unitDueAt}"),
        (f' camunda:dueDate="{DUE}"', ""),
        ('camunda:dueDate="', 'camunda:priority="50" camunda:dueDate="'),
        (GROUP, "screener"),
        (GROUP, "unit_principal@${leadUnit}"),
        (GROUP, "leader"),
        (NAME, "走" * 200),
    ],
)
def test_what_the_owner_may_choose(old: str, new: str) -> None:
    assert found(changed(old, new)) == {}


def test_a_date_that_is_set_only_later_is_refused_where_the_step_stands() -> None:
    """The reply's limit begins at the dispatch; a step before it has no such date yet."""
    files = with_visit(repository_files())
    before = insert_task(repository_files()[LETTER], "Flow_AssignLetter_DispatchLetter", STEP, NAME)
    behind = insert_task(repository_files()[LETTER], "Flow_UnitOutcome_ReviewReply", STEP, NAME)
    files = {**files, UNIT: repository_files()[UNIT]}
    assert found({**files, LETTER: before})[STEP, "not-yet-there"].level is Level.ERROR
    assert found({**files, LETTER: behind}) == {}


def test_the_words_about_roles_name_only_those_who_open_letters() -> None:
    message = found(changed(GROUP, "reader"))[STEP, "unknown-role"].message
    assert "unit_handler@${leadUnit}" in message
    assert "operator" not in message
    assert "channel" not in message


LINES = re.findall(r'<bpmn:sequenceFlow id="(\w+)"', repository_files()[UNIT].decode())
ENDINGS = {"Flow_LetterReturned_End", "Flow_LetterRecalled_End", "Flow_LetterJoined_End"}


@pytest.mark.parametrize("flow", LINES)
def test_a_step_may_be_drawn_into_every_line_of_the_unit_but_those_of_an_ending(flow: str) -> None:
    said = found({**with_visit(repository_files()), UNIT: insert_task(repository_files()[UNIT], flow, STEP, NAME)})
    assert {rule for _, rule in said} == ({"own-step"} if flow in ENDINGS else set())


OWN = """<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="D" targetNamespace="own"><bpmn:process id="AskProcess" name="征求意见"
isExecutable="true" camunda:historyTimeToLive="P1825D"><bpmn:startEvent id="StartEvent_Ask"/><bpmn:userTask id="Task_Ask"
name="提意见" camunda:asyncAfter="true" camunda:formRef="note-visit" camunda:formRefBinding="deployment"
camunda:candidateGroups="unit_handler@${leadUnit}"><bpmn:documentation>提意见。</bpmn:documentation></bpmn:userTask>
<bpmn:endEvent id="EndEvent_Ask"/><bpmn:sequenceFlow id="Flow_Ask" sourceRef="StartEvent_Ask" targetRef="Task_Ask"/>
<bpmn:sequenceFlow id="Flow_Asked" sourceRef="Task_Ask" targetRef="EndEvent_Ask"/></bpmn:process></bpmn:definitions>"""


def test_an_own_process_is_given_what_its_steps_read() -> None:
    files = {**with_visit(repository_files()), "ask.bpmn": OWN.encode()}
    assert found(files)["Task_Ask", "not-yet-there"].level is Level.ERROR
    call = (
        '<bpmn:callActivity id="CallActivity_Ask" name="征求意见" calledElement="AskProcess"><bpmn:extensionElements>'
        '<camunda:in source="leadUnit" target="leadUnit"/></bpmn:extensionElements></bpmn:callActivity>'
    )
    given = files[UNIT].decode().replace("</bpmn:process>", f"{call}</bpmn:process>").encode()
    assert ("Task_Ask", "not-yet-there") not in found({**files, UNIT: given})
