"""Events that nobody brings about, and what an owner's own elements may not do: each fault alone in the shipped bundle."""

from __future__ import annotations

import pytest

from letterbox.bundle.model.diagram_model import Level
from tests.support.drawn.planted import (
    LETTER,
    NOTICE,
    UNIT,
    WATCH,
    Files,
    added,
    defined,
    event,
    found,
    line,
    planted,
    within,
)

TASK = '<bpmn:userTask id="Task_Own" name="征求意见"/>'
TO_OWN = {"Flow_DraftOutcome_SignOffReply": "Task_Own"}


TIMER = defined("timer", "<bpmn:timeDate>${replyDueAt}</bpmn:timeDate>")
ERROR_END = event("endEvent", "EndEvent_Own", defined("error"))
FAULTS: dict[str, tuple[Files, str, str]] = {
    "signal": (
        added(
            UNIT,
            event("intermediateCatchEvent", "Event_Own", defined("signal")),
            line("Event_Own", "Task_SignOffReply"),
            moved={"Flow_DraftOutcome_SignOffReply": "Event_Own"},
        ),
        "Event_Own",
        "refused-event",
    ),
    "condition": (
        added(
            UNIT,
            event(
                "intermediateCatchEvent",
                "Event_Own",
                defined("conditional", "<bpmn:condition>${urgent}</bpmn:condition>"),
            ),
        ),
        "Event_Own",
        "refused-event",
    ),
    "compensation": (
        added(UNIT, event("boundaryEvent", "Event_Own", defined("compensate"), ' attachedToRef="Task_DraftReply"')),
        "Event_Own",
        "refused-event",
    ),
    "error that nobody throws": (
        added(
            LETTER,
            event("boundaryEvent", "Event_Own", defined("error"), ' attachedToRef="Task_DeliverReply"'),
            line("Event_Own", "EndEvent_LetterClosed"),
        ),
        "Event_Own",
        "unthrown-catch",
    ),
    "escalation that nobody throws": (
        added(
            UNIT,
            event("boundaryEvent", "Event_Own", defined("escalation"), ' attachedToRef="Task_DraftReply"'),
            line("Event_Own", "Task_InstructHandler"),
        ),
        "Event_Own",
        "unthrown-catch",
    ),
    "error that nobody catches": (
        added(UNIT, ERROR_END, TASK, line("Task_Own", "EndEvent_Own"), moved=TO_OWN),
        "EndEvent_Own",
        "unheard-throw",
    ),
    "message sent by the engine": (
        added(
            UNIT,
            event("intermediateThrowEvent", "Event_Own", defined("message")),
            line("Event_Own", "Task_SignOffReply"),
            moved={"Flow_DraftOutcome_SignOffReply": "Event_Own"},
        ),
        "Event_Own",
        "unheard-throw",
    ),
    "link to nowhere": (
        added(
            UNIT,
            event("intermediateThrowEvent", "Event_Own", defined("link", name="x")),
            moved={"Flow_DraftOutcome_SignOffReply": "Event_Own"},
        ),
        "Event_Own",
        "unheard-throw",
    ),
    "link from nowhere": (
        added(
            UNIT,
            event("intermediateCatchEvent", "Event_Own", defined("link", name="x")),
            line("Event_Own", "Task_SignOffReply"),
        ),
        "Event_Own",
        "unthrown-catch",
    ),
    "a message of ours caught elsewhere": (
        added(
            UNIT,
            event(
                "boundaryEvent",
                "Event_Own",
                defined("message", messageRef="MessageDefinition_LetterReturned"),
                ' attachedToRef="Task_DraftReply"',
            ),
            line("Event_Own", "Task_InstructHandler"),
        ),
        "Event_Own",
        "own-message",
    ),
    "a reply delivered twice": (
        added(
            LETTER,
            '<bpmn:serviceTask id="Task_Own" name="再送" camunda:type="external" camunda:topic="deliver-reply"/>',
            line("Task_Own", "Gateway_AwaitEvaluation"),
            moved={"Flow_DeliverReply_AwaitEvaluation": "Task_Own"},
        ),
        "Task_Own",
        "double-topic",
    ),
    "our process called again": (
        added(
            LETTER,
            '<bpmn:callActivity id="CallActivity_Own" name="再办" calledElement="UnitHandlingProcess"/>',
            line("CallActivity_Own", "Task_ReviewReply"),
            moved={"Flow_UnitOutcome_ReviewReply": "CallActivity_Own"},
        ),
        "CallActivity_Own",
        "double-call",
    ),
    "an end of one's own": (
        added(
            LETTER,
            '<bpmn:endEvent id="EndEvent_Own" name="到此为止"/>',
            moved={"Flow_DeliverReply_AwaitEvaluation": "EndEvent_Own"},
        ),
        "EndEvent_Own",
        "own-end",
    ),
    "an event sub-process that interrupts": (
        added(
            UNIT,
            within(
                event("startEvent", "StartEvent_Own", TIMER)
                + '<bpmn:endEvent id="EndEvent_Own"/>'
                + line("StartEvent_Own", "EndEvent_Own"),
                by_event=True,
            ),
        ),
        "SubProcess_Own",
        "own-interruption",
    ),
    "a second token beside": (
        added(
            UNIT,
            event("boundaryEvent", "Event_Own", TIMER, ' attachedToRef="Task_DraftReply" cancelActivity="false"'),
            line("Event_Own", "Task_SignOffReply"),
        ),
        "Event_Own",
        "second-token",
    ),
    "a timer that breaks a shipped step off": (
        added(
            LETTER,
            event("boundaryEvent", "Event_Own", TIMER, ' attachedToRef="Task_ReviewReply"'),
            line("Event_Own", "CallActivity_UnitHandling"),
        ),
        "Event_Own",
        "own-interruption",
    ),
    "a step after a return": (
        planted(
            UNIT,
            ('targetRef="EndEvent_LetterReturned"', 'targetRef="Task_Own"'),
            ('<bpmn:endEvent id="EndEvent_LetterReturned"', TASK + '<bpmn:endEvent id="EndEvent_LetterReturned"'),
        ),
        "Task_Own",
        "own-step",
    ),
    "a step before a message that may come at once": (
        added(
            LETTER,
            TASK,
            line("Task_Own", "Gateway_AwaitEvaluation"),
            moved={"Flow_DeliverReply_AwaitEvaluation": "Task_Own"},
        ),
        "Task_Own",
        "before-a-wait",
    ),
    "a parameter that writes what the system writes": (
        added(
            LETTER,
            '<bpmn:callActivity id="CallActivity_Own" name="征求意见" calledElement="OwnProcess"><bpmn:extensionElements>'
            '<camunda:out source="x" target="unitOutcome"/></bpmn:extensionElements></bpmn:callActivity>',
            line("CallActivity_Own", "Task_ReviewReply"),
            moved={"Flow_UnitOutcome_ReviewReply": "CallActivity_Own"},
        ),
        "CallActivity_Own",
        "system-variable",
    ),
    "a step in the watch": (
        added(
            WATCH, TASK, line("Task_Own", "Task_EscalateDeadline"), moved={"Flow_NextStep_EscalateDeadline": "Task_Own"}
        ),
        "Task_Own",
        "own-step",
    ),
    "a step in the notice": (
        added(NOTICE, TASK, line("Task_Own", "EndEvent_NoticeSent"), moved={"Flow_SendNotice_NoticeSent": "Task_Own"}),
        "Task_Own",
        "own-step",
    ),
}


@pytest.mark.parametrize(("files", "element", "rule"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_drawing_is_refused_at_its_element(files: Files, element: str, rule: str) -> None:
    said = found(files)
    assert (element, rule) in said, said.keys()
    assert said[element, rule].level is Level.ERROR
