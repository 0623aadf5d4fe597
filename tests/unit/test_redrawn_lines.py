"""A modeler gives a line that is drawn anew another id: lines are known by what they mean; a line that is lost is an error."""

from __future__ import annotations

import re

import pytest

from letterbox.bundle.diagrams import read_diagram
from letterbox.bundle.model.diagram_model import Level
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from tests.support.drawn.planted import LETTER, UNIT, Files, line, planted

DRAWN = sorted(name for name in repository_files() if name.endswith(".bpmn"))


def flows(file: str) -> list[str]:
    return [flow.id for flow in read_diagram(file, repository_files()[file]).flows]


def redrawn(file: str, *only: str) -> Files:
    """These lines (all, if none are named) under ids as a modeler makes them up, wherever they are referred to."""
    text = repository_files()[file].decode()
    for number, flow in enumerate(only or flows(file)):
        text = re.sub(rf'(["<>])({flow})(?=[">< ])', rf"\g<1>Flow_0x{number:05}", text)
    return {**repository_files(), file: text.encode()}


@pytest.mark.parametrize("file", DRAWN)
def test_lines_redrawn_under_other_ids_are_the_same_lines(file: str) -> None:
    assert findings_of(redrawn(file)) == []


BRANCHES = [
    (LETTER, "Gateway_ReviewOutcome", "Flow_ReviewOutcome_UnitHandling"),
    (LETTER, "Gateway_ReviewOutcome", "Flow_ReviewOutcome_DeliverReply"),
    (LETTER, "Gateway_RehandlingAsked", "Flow_RehandlingAsked_LetterClosed"),
    (LETTER, "Gateway_RehandlingDecision", "Flow_RehandlingDecision_DispatchLetter"),
    (LETTER, "Gateway_ScreeningOutcome", "Flow_ScreeningOutcome_AwaitSupplement"),
    (UNIT, "Gateway_SignOffOutcome", "Flow_SignOffOutcome_DraftReply"),
    (UNIT, "Gateway_DraftOutcome", "Flow_DraftOutcome_SignOffReply"),
]


def made_default(files: Files, file: str, element: str, flow: str) -> Files:
    text = files[file].decode()
    text = text.replace(f'id="{element}"', f'id="{element}" default="{flow}"', 1)
    text, times = re.subn(
        rf'(<bpmn:sequenceFlow id="{flow}"[^>]*)>\s*<bpmn:conditionExpression.*?</bpmn:sequenceFlow>',
        r"\1/>",
        text,
        flags=re.S,
    )
    assert times == 1
    return {**files, file: text.encode()}


@pytest.mark.parametrize(("file", "element", "flow"), BRANCHES)
def test_a_branch_redrawn_and_made_the_default_is_the_same_branch(file: str, element: str, flow: str) -> None:
    assert findings_of(made_default(redrawn(file, flow), file, element, "Flow_0x00000")) == []


def test_a_branch_redrawn_to_an_own_step_before_the_same_end_is_the_same_branch() -> None:
    files = planted(
        LETTER,
        ('id="Flow_UnitHandling_UnitOutcome"', 'id="Flow_0x1"'),
        ("<bpmn:outgoing>Flow_UnitHandling_UnitOutcome", "<bpmn:outgoing>Flow_0x1"),
        ("<bpmn:incoming>Flow_UnitHandling_UnitOutcome", "<bpmn:incoming>Flow_0x1"),
        ('bpmnElement="Flow_UnitHandling_UnitOutcome"', 'bpmnElement="Flow_0x1"'),
    )
    assert findings_of(files) == []


def without(file: str, flow: str, instead: str = "") -> Files:
    """A line gone from process and picture; ``instead``: what is drawn in its place."""
    text = repository_files()[file].decode()
    text, times = re.subn(
        rf'<bpmn:sequenceFlow id="{flow}"(?:[^>]*/>|.*?</bpmn:sequenceFlow>)', instead, text, flags=re.S
    )
    assert times == 1
    text = re.sub(rf"<bpmn:(incoming|outgoing)>{flow}</bpmn:\1>", "", text)
    text = re.sub(rf'<bpmndi:BPMNEdge id="{flow}_di".*?</bpmndi:BPMNEdge>', "", text, flags=re.S)
    return {**repository_files(), file: text.encode()}


LOST = [
    (LETTER, "Flow_ReviewOutcome_UnitHandling", "Gateway_ReviewOutcome", ""),
    (LETTER, "Flow_AwaitEvaluation_EvaluationLapsed", "Gateway_AwaitEvaluation", ""),
    (UNIT, "Flow_DraftOutcome_InstructHandler", "Gateway_DraftOutcome", ""),
    (
        LETTER,
        "Flow_ReviewOutcome_UnitHandling",
        "Gateway_ReviewOutcome",
        line("Gateway_ReviewOutcome", "Task_DeliverReply", "${urgent}", "加急"),
    ),
]


@pytest.mark.parametrize(("file", "flow", "source", "instead"), LOST)
def test_a_line_that_is_lost_is_an_error(file: str, flow: str, source: str, instead: str) -> None:
    said = [
        each.level
        for each in findings_of(without(file, flow, instead))
        if (each.element, each.rule) == (source, "line-gone")
    ]
    assert said == [Level.ERROR]


def test_a_line_redrawn_with_another_condition_is_said_once_as_that() -> None:
    other = line(
        "Gateway_ReviewOutcome", "CallActivity_UnitHandling", "${reviewOutcome == 'x'}", "退回重办", "Flow_0x1"
    )
    rules = {
        (each.element, each.rule) for each in findings_of(without(LETTER, "Flow_ReviewOutcome_UnitHandling", other))
    }
    assert {("Flow_0x1", "unreachable-branch"), ("Flow_0x1", "changed-condition")} & rules
    assert not {rule for _, rule in rules} & {"line-gone", "added-branch"}
