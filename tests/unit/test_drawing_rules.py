"""How pieces may be put together: kinds, starts, splits, conditions; each fault alone in the shipped bundle."""

from __future__ import annotations

import pytest

from letterbox.bundle.model.diagram_model import Level
from tests.support.drawn.planted import (
    LETTER,
    UNIT,
    Files,
    added,
    defined,
    event,
    found,
    gateway,
    line,
    planted,
    within,
)

TASK = '<bpmn:userTask id="Task_Own" name="征求意见"/>'
OTHER = '<bpmn:userTask id="Task_Other" name="会签"/>'
TO_OWN = {"Flow_DraftOutcome_SignOffReply": "Task_Own"}


TIMER = defined("timer", "<bpmn:timeDate>${replyDueAt}</bpmn:timeDate>")
SPLIT = (
    gateway("parallelGateway", "Gateway_Split"),
    TASK,
    OTHER,
    line("Gateway_Split", "Task_Own"),
    line("Gateway_Split", "Task_Other"),
)
JOIN = (
    gateway("parallelGateway", "Gateway_Join"),
    line("Task_Own", "Gateway_Join"),
    line("Task_Other", "Gateway_Join"),
)
TO_SPLIT = {"Flow_DraftOutcome_SignOffReply": "Gateway_Split"}
LEAVE = line("Gateway_Join", "Task_SignOffReply")
START = '<bpmn:startEvent id="StartEvent_Own"/>'
FAULTS: dict[str, tuple[Files, str, str]] = {
    "untyped task": (
        added(UNIT, '<bpmn:task id="Task_Own" name="电话"/>', line("Task_Own", "Task_SignOffReply"), moved=TO_OWN),
        "Task_Own",
        "refused-kind",
    ),
    "manual task": (
        added(UNIT, '<bpmn:manualTask id="Task_Own"/>', line("Task_Own", "Task_SignOffReply"), moved=TO_OWN),
        "Task_Own",
        "refused-kind",
    ),
    "implicit split": (
        added(UNIT, TASK, line("Task_InstructHandler", "Task_Own"), line("Task_Own", "Task_DraftReply")),
        "Task_InstructHandler",
        "implicit-split",
    ),
    "implicit split of an event": (
        added(LETTER, TASK, line("Message_WriterSupplied", "Task_Own"), line("Task_Own", "Task_ScreenLetter")),
        "Message_WriterSupplied",
        "implicit-split",
    ),
    "condition behind a task": (
        added(UNIT, TASK, line("Task_Own", "Task_SignOffReply", "${urgent}"), moved=TO_OWN),
        "Flow_New_Task_Own_Task_SignOffReply",
        "misplaced-condition",
    ),
    "condition behind a parallel gateway": (
        added(
            UNIT,
            gateway("parallelGateway", "Gateway_Split"),
            line("Gateway_Split", "Task_SignOffReply", "${urgent}"),
            moved=TO_SPLIT,
        ),
        "Flow_New_Gateway_Split_Task_SignOffReply",
        "misplaced-condition",
    ),
    "condition on an only line": (
        added(
            UNIT,
            gateway("exclusiveGateway", "Gateway_Split"),
            line("Gateway_Split", "Task_SignOffReply", "${urgent}"),
            moved=TO_SPLIT,
        ),
        "Flow_New_Gateway_Split_Task_SignOffReply",
        "misplaced-condition",
    ),
    "split without join": (
        added(
            UNIT, *SPLIT, line("Task_Own", "Task_SignOffReply"), line("Task_Other", "Task_SignOffReply"), moved=TO_SPLIT
        ),
        "Gateway_Split",
        "split",
    ),
    "split closed by an exclusive gateway": (
        added(UNIT, *SPLIT, gateway("exclusiveGateway", "Gateway_Join"), *JOIN[1:], LEAVE, moved=TO_SPLIT),
        "Gateway_Split",
        "split",
    ),
    "join without split": (
        added(
            UNIT,
            gateway("parallelGateway", "Gateway_Join"),
            line("Gateway_Join", "Task_SignOffReply"),
            moved={"Flow_DraftOutcome_SignOffReply": "Gateway_Join", "Flow_UnitStep_SignOffReply": "Gateway_Join"},
        ),
        "Gateway_Join",
        "join",
    ),
    "inclusive split without join": (
        added(
            UNIT,
            gateway("inclusiveGateway", "Gateway_Split"),
            *SPLIT[1:],
            line("Task_Own", "Task_SignOffReply"),
            line("Task_Other", "Task_SignOffReply"),
            moved=TO_SPLIT,
        ),
        "Gateway_Split",
        "split",
    ),
    "event gateway to a task": (
        added(LETTER, line("Gateway_AwaitEvaluation", "Task_DecideRehandling")),
        "Flow_New_Gateway_AwaitEvaluation_Task_DecideRehandling",
        "event-gateway",
    ),
    "second start": (
        added(LETTER, '<bpmn:startEvent id="StartEvent_Own"/>', line("StartEvent_Own", "Task_ScreenLetter")),
        "StartEvent_Own",
        "starts",
    ),
    "start by timer": (
        added(LETTER, event("startEvent", "StartEvent_Own", TIMER), line("StartEvent_Own", "Task_DeliverReply")),
        "StartEvent_Own",
        "starts",
    ),
    "sub-process without start": (
        added(
            UNIT,
            within(TASK),
            line("SubProcess_Own", "Task_SignOffReply"),
            moved={"Flow_DraftOutcome_SignOffReply": "SubProcess_Own"},
        ),
        "SubProcess_Own",
        "starts",
    ),
    "catch without definition": (
        added(
            UNIT,
            event("intermediateCatchEvent", "Event_Own", ""),
            line("Event_Own", "Task_SignOffReply"),
            moved={"Flow_DraftOutcome_SignOffReply": "Event_Own"},
        ),
        "Event_Own",
        "event-definition",
    ),
    "standard loop": (
        added(UNIT, TASK.replace("/>", "><bpmn:standardLoopCharacteristics/></bpmn:userTask>")),
        "Task_Own",
        "repeated",
    ),
}


@pytest.mark.parametrize(("files", "element", "rule"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_drawing_is_refused_at_its_element(files: Files, element: str, rule: str) -> None:
    said = found(files)
    assert (element, rule) in said, said.keys()
    assert said[element, rule].level is Level.ERROR


STRUCTURAL = {
    "split",
    "join",
    "bypass",
    "other-target",
    "implicit-split",
    "misplaced-condition",
    "second-token",
    "own-end",
    "starts",
    "unthrown-catch",
    "unheard-throw",
    "endless-loop",
    "no-end",
    "unreachable",
    "back-again",
    "own-interruption",
    "moved",
}


def harmless(files: Files) -> None:
    assert not {rule for _, rule in found(files)} & STRUCTURAL


def test_branches_that_part_and_meet_again_are_the_owners() -> None:
    harmless(added(UNIT, *SPLIT, *JOIN, LEAVE, moved=TO_SPLIT))


def test_an_own_step_beside_a_shipped_one_is_not_a_way_past_it() -> None:
    """Both are asked at the same time, and both must have answered."""
    parallel = (
        gateway("parallelGateway", "Gateway_Split"),
        TASK,
        line("Gateway_Split", "Task_Own"),
        line("Gateway_Split", "Task_ReviewReply"),
        gateway("parallelGateway", "Gateway_Join"),
        line("Task_Own", "Gateway_Join"),
        line("Gateway_Join", "Gateway_ReviewOutcome"),
    )
    moved = {"Flow_UnitOutcome_ReviewReply": "Gateway_Split", "Flow_ReviewReply_ReviewOutcome": "Gateway_Join"}
    harmless(added(LETTER, *parallel, moved=moved))


def test_an_own_sub_process_with_an_escalation_of_its_own_is_fine() -> None:
    thrown = event("endEvent", "EndEvent_Out", defined("escalation", escalationRef="E"))
    inner = START + TASK + thrown + line("StartEvent_Own", "Task_Own") + line("Task_Own", "EndEvent_Out")
    caught = event(
        "boundaryEvent", "Event_Own", defined("escalation", escalationRef="E"), ' attachedToRef="SubProcess_Own"'
    )
    files = added(
        UNIT,
        within(inner),
        caught,
        line("Event_Own", "Task_InstructHandler"),
        line("SubProcess_Own", "Task_SignOffReply"),
        moved={"Flow_DraftOutcome_SignOffReply": "SubProcess_Own"},
    )
    text = files[UNIT].decode()
    assert "</bpmn:definitions>" in text
    code = '<bpmn:escalation id="E" name="上报" escalationCode="up"/></bpmn:definitions>'
    said = found({**files, UNIT: text.replace("</bpmn:definitions>", code).encode()})
    assert not {rule for _, rule in said} & {"unthrown-catch", "unheard-throw", "starts"}


def test_a_reminder_beside_a_step_may_end_by_itself() -> None:
    parallel = event("boundaryEvent", "Event_Own", TIMER, ' attachedToRef="Task_DraftReply" cancelActivity="false"')
    end = '<bpmn:endEvent id="EndEvent_Own"/>'
    harmless(added(UNIT, parallel, TASK, end, line("Event_Own", "Task_Own"), line("Task_Own", "EndEvent_Own")))


def test_a_default_line_is_the_gateways_own_and_without_condition() -> None:
    mark = '<bpmn:exclusiveGateway id="Gateway_DraftOutcome"'
    named = planted(UNIT, (mark, f'{mark} default="Flow_gone"'))
    assert found(named)["Gateway_DraftOutcome", "default-flow"].level is Level.ERROR
    conditioned = planted(UNIT, (mark, f'{mark} default="Flow_DraftOutcome_InstructHandler"'))
    assert found(conditioned)["Flow_DraftOutcome_InstructHandler", "default-flow"].level is Level.ERROR
