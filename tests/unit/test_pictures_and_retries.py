"""What a drawing says beside its ways: lanes, sketches, how often a failed step is tried again."""

from __future__ import annotations

import re

import pytest

from letterbox.bundle.diagrams import read_diagram
from letterbox.bundle.model.diagram_model import Level
from letterbox.bundle.model.retry_cycle import retries_problem
from letterbox.services.deployment.design import repository_files
from tests.support.drawn.planted import LETTER, NOTICE, UNIT, Files, found, planted


@pytest.mark.parametrize(
    "cycle", ["R1/PT10S", "R3/PT10S", "R5/PT5M", "R20/PT1H", "R1/P1D", "R2/PT0H30M", "PT10M,PT17M,PT20M", "PT12H"]
)
def test_what_the_engine_may_try_again(cycle: str) -> None:
    assert retries_problem(cycle) == ""


ABSURD = [
    "R1000/PT1S", "R3/P10Y", "R21/PT1M", "R3/P1D", "R/PT5M", "R0/PT5M", "R3/PT0S", "R3/PT9S", "R3", "P1M", "R3/P1W", "R-1/PT5M",
    "PT1S,PT1S", "PT5M,", "R3/PT5M/2026-01-01", "R3/P", "R3/PT", "五次", "R3/PT5M,PT6M", "2026-01-01T00:00:00",
]  # fmt: skip


@pytest.mark.parametrize("cycle", ABSURD)
def test_what_it_may_not(cycle: str) -> None:
    assert retries_problem(cycle)


def retried(cycle: str) -> Files:
    cycles = f"<camunda:failedJobRetryTimeCycle>{cycle}</camunda:failedJobRetryTimeCycle>"
    text, times = re.subn(
        r'(<bpmn:serviceTask id="Task_SendNotice"[^>]*>\s*<bpmn:documentation>.*?</bpmn:documentation>)',
        rf"\g<1><bpmn:extensionElements>{cycles}</bpmn:extensionElements>",
        repository_files()[NOTICE].decode(),
        flags=re.DOTALL,
    )
    assert times == 1
    return {**repository_files(), NOTICE: text.encode()}


def test_it_is_said_at_the_step() -> None:
    assert found(retried("R1000/PT1S"))["Task_SendNotice", "retries"].level is Level.ERROR
    assert found(retried("R5/PT5M")) == {}


def member(element: str) -> str:
    return f"<bpmn:flowNodeRef>{element}</bpmn:flowNodeRef>"


REVIEW, CALL = member("Task_ReviewReply"), member("CallActivity_UnitHandling")
LANES = {
    "none": (planted(LETTER, (REVIEW, "")), "no-lane", Level.WARNING),
    "two": (planted(LETTER, (CALL, CALL + REVIEW)), "two-lanes", Level.ERROR),
    "another": (planted(LETTER, (REVIEW, ""), (CALL, CALL + REVIEW)), "other-lane", Level.WARNING),
}


@pytest.mark.parametrize(("files", "rule", "level"), LANES.values(), ids=LANES)
def test_a_step_is_in_one_lane_and_stays_there(files: Files, rule: str, level: Level) -> None:
    assert {key: each.level for key, each in found(files).items()} == {("Task_ReviewReply", rule): level}


def test_a_lane_under_anothers_name_is_said() -> None:
    said = found(planted(LETTER, ('name="电子政务办">', 'name="承办单位">')))
    assert {key: each.level for key, each in said.items()} == {("Lane_Office", "swapped-name"): Level.WARNING}


def test_a_divided_lane_holds_what_its_part_holds() -> None:
    part = f'<bpmn:childLaneSet><bpmn:lane id="Lane_Part" name="承办单位一科">{CALL}</bpmn:lane></bpmn:childLaneSet>'
    shape = (
        '<bpmndi:BPMNShape id="Lane_Part_di" bpmnElement="Lane_Part"><dc:Bounds x="0" y="0" width="1" height="1" />'
        "</bpmndi:BPMNShape></bpmndi:BPMNPlane>"
    )
    gateway = member("Gateway_UnitOutcome")
    assert found(planted(LETTER, (gateway, gateway + part), ("</bpmndi:BPMNPlane>", shape))) == {}


SKETCH = (
    '<bpmn:process id="SketchProcess" name="示意" isExecutable="false"><bpmn:startEvent id="S1"/><bpmn:task id="T1" name="打电话"/>'
    '<bpmn:endEvent id="E1"/><bpmn:sequenceFlow id="F1" sourceRef="S1" targetRef="T1"/>'
    '<bpmn:sequenceFlow id="F2" sourceRef="T1" targetRef="E1"/></bpmn:process>'
)
END = "</bpmn:process>"


def test_a_process_that_only_illustrates_is_named_and_no_more() -> None:
    files = planted(UNIT, (END, END + SKETCH))
    said = found(files)
    assert {key: each.level for key, each in said.items()} == {("SketchProcess", "sketch"): Level.WARNING}
    diagram = read_diagram(UNIT, files[UNIT])
    assert [each.key for each in diagram.processes] == ["UnitHandlingProcess"]
    assert "T1" not in diagram.element_ids


def test_what_it_holds_is_still_read_by_what_may_stand_in_a_file() -> None:
    said = found(planted(UNIT, (END, END + SKETCH.replace("bpmn:task", "bpmn:scriptTask"))))
    assert said["T1", "no-code"].level is Level.ERROR


def test_a_process_of_the_product_is_no_sketch_nor_is_one_that_is_called() -> None:
    unticked = found(planted(UNIT, ('isExecutable="true"', 'isExecutable="false"')))
    assert {key: each.level for key, each in unticked.items()} == {("UnitHandlingProcess", "executable"): Level.ERROR}
    call = '<bpmn:callActivity id="CallActivity_Ask" name="征求意见" calledElement="SketchProcess"/>'
    assert found(planted(UNIT, (END, call + END + SKETCH)))["CallActivity_Ask", "unknown-process"].level is Level.ERROR
