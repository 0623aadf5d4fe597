"""A fixed unit gets no step for an accusation as such, wherever the step stands behind what chooses; what every letter comes
to is only warned about, since a step falls to the office where its unit is accused (decision 118)."""

from __future__ import annotations

import pytest

from letterbox.bundle.model.diagram_model import Level
from tests.support.drawn.own_gateway import AGAIN, NEXT, STEP, own_gateway
from tests.support.drawn.planted import UNIT, Files, found, gateway, line

LATER, ELSE = "Task_Later", "其他"
REPORT, OTHERS = ("${category == 'report'}", "检举控告", AGAIN), ("", ELSE, NEXT)
SET = (
    '<bpmn:extensionElements><camunda:inputOutput><camunda:outputParameter name="{}">{}</camunda:outputParameter>'
    "</camunda:inputOutput></bpmn:extensionElements></bpmn:userTask>"
)


def fixed(element: str, group: str = "unit_handler@transport", sets: tuple[str, str] | None = None) -> str:
    step = STEP.replace(AGAIN, element).replace("unit_handler@${leadUnit}", group)
    return step.replace("</bpmn:userTask>", SET.format(*sets)) if sets else step


def behind(
    *more: str, branches: tuple[tuple[str, str, str], ...] = (REPORT, OTHERS), default: str = "Flow_Own_1"
) -> Files:
    return own_gateway(*branches, default=default, more="".join(more))


def sets(files: Files, name: str, text: str) -> Files:
    """What the step behind the branch writes when it is done."""
    before, mark, after = files[UNIT].decode().partition(f'id="{AGAIN}"')
    head, end, tail = after.partition("</bpmn:userTask>")
    return {**files, UNIT: f"{before}{mark}{head}{SET.format(name, text)}{tail}".encode()} if end else files


def level(files: Files, element: str = LATER) -> Level | None:
    finding = found(files).get((element, "report-unit"))
    return finding.level if finding else None


ROAD = (line(AGAIN, LATER), line(LATER, NEXT))
CHOICE = gateway("exclusiveGateway", "Gateway_Then", ' default="Flow_Then_No"')
TWO = (line(AGAIN, "Gateway_Then"), line("Gateway_Then", NEXT, "", "不去", "Flow_Then_No"), line(LATER, NEXT))


def test_two_steps_behind_the_branch() -> None:
    assert level(behind(fixed(LATER), *ROAD)) is Level.ERROR


def test_behind_a_branch_that_asks_something_else_too() -> None:
    asked = ("${category == 'report' && urgent}", "紧急检举", AGAIN)
    assert level(behind(fixed(LATER), *ROAD, branches=(asked, OTHERS))) is Level.ERROR


def test_behind_the_line_that_is_left_for_it() -> None:
    others = " || ".join(
        f"category == '{each}'" for each in ("consultation", "complaint", "opinion", "suggestion", "help", "other")
    )
    branches = (f"${{{others}}}", ELSE, NEXT), ("", "检举控告", AGAIN)
    assert level(behind(fixed(LATER), *ROAD, branches=branches)) is Level.ERROR


def test_behind_a_branch_for_accusations_and_complaints() -> None:
    both = ("${category == 'report' || category == 'complaint'}", "检举和投诉", AGAIN)
    assert level(behind(fixed(LATER), *ROAD, branches=(both, OTHERS))) is Level.ERROR


def test_by_what_a_step_on_the_way_writes() -> None:
    files = behind(
        CHOICE,
        fixed(LATER),
        *TWO,
        line("Gateway_Then", LATER, "${goes == 'yes'}", "去"),
        branches=(("${urgent}", "急", AGAIN), OTHERS),
    )
    assert level(sets(files, "goes", "${category == 'report' ? 'yes' : 'no'}")) is Level.ERROR
    assert level(sets(files, "goes", "${urgent ? 'yes' : 'no'}")) is None


def test_by_a_unit_that_a_step_on_the_way_writes() -> None:
    step = fixed(LATER, "unit_handler@${toUnit}")
    files = behind(step, *ROAD, branches=(("${urgent}", "急", AGAIN), OTHERS))
    assert level(sets(files, "toUnit", "${category == 'report' ? 'transport' : leadUnit}")) is Level.ERROR
    assert level(sets(files, "toUnit", "${category == 'report' ? 'discipline' : leadUnit}")) is None
    assert level(sets(files, "toUnit", "transport")) is None
    assert level(sets(behind(step, *ROAD), "toUnit", "transport")) is Level.ERROR


CALL = (
    '<bpmn:callActivity id="CallActivity_Ask" name="征求意见" calledElement="AskProcess"><bpmn:extensionElements>'
    '<camunda:in source="category" target="about"/></bpmn:extensionElements></bpmn:callActivity>'
)
OWN = """<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="D" targetNamespace="own"><bpmn:process id="AskProcess" name="征求意见"
isExecutable="true" camunda:historyTimeToLive="P1825D"><bpmn:startEvent id="StartEvent_Ask"/>{}
<bpmn:endEvent id="EndEvent_Ask"/></bpmn:process></bpmn:definitions>"""


def test_in_a_process_that_is_called_for_it() -> None:
    inside = fixed(LATER) + line("StartEvent_Ask", LATER) + line(LATER, "EndEvent_Ask")
    road = (CALL, line(AGAIN, "CallActivity_Ask"), line("CallActivity_Ask", NEXT))
    asked = {"ask.bpmn": OWN.format(inside).encode()}
    assert level({**behind(*road), **asked}) is Level.ERROR
    every = ("${urgent}", "急", AGAIN)
    assert level({**behind(*road, branches=(every, OTHERS)), **asked}) is None
    chosen = (
        CHOICE.replace("Flow_Then_No", "Flow_No")
        + line("StartEvent_Ask", "Gateway_Then")
        + fixed(LATER)
        + line(LATER, "EndEvent_Ask")
        + line("Gateway_Then", LATER, "${about == 'report'}", "去")
        + line("Gateway_Then", "EndEvent_Ask", "", "不去", "Flow_No")
    )
    files = {**behind(*road, branches=(every, OTHERS)), "ask.bpmn": OWN.format(chosen).encode()}
    assert level(files) is Level.ERROR


@pytest.mark.parametrize("condition", ["${urgent}", "${outcome == 'x'}", "${category != 'none'}"])
def test_what_letters_of_every_kind_come_to_is_only_warned_about(condition: str) -> None:
    files = behind(fixed(LATER), *ROAD, branches=((condition, "走访", AGAIN), OTHERS))
    assert level(files) is None
    assert found(files)[LATER, "fixed-unit"].level is Level.WARNING


def test_what_no_accusation_comes_to_is_only_warned_about() -> None:
    branches = ("${category == 'help'}", "求助", AGAIN), OTHERS
    files = behind(fixed(LATER), *ROAD, branches=branches)
    assert level(files) is None
    assert found(files)[LATER, "fixed-unit"].level is Level.WARNING
    assert level(behind(fixed(LATER), *ROAD, branches=(("${category != 'report'}", "不是检举", AGAIN), OTHERS))) is None


def test_the_unit_that_is_for_accusations_gets_them() -> None:
    assert level(behind(fixed(LATER, "unit_handler@discipline"), *ROAD)) is None
