"""A shipped step drawn into an owner's sub-process: it stays the step that it was, or is refused."""

from __future__ import annotations

import re

from letterbox.bundle.model.diagram_model import Level
from letterbox.services.deployment.design import repository_files
from tests.support.drawn.planted import LETTER, Files, found, line

STEP, INTO, OUT_OF = "Task_ReviewReply", "Flow_UnitOutcome_ReviewReply", "Flow_ReviewReply_ReviewOutcome"
BEGIN, END = '<bpmn:startEvent id="StartEvent_Own"/>', '<bpmn:endEvent id="EndEvent_Own"/>'
STRAIGHT = line("StartEvent_Own", STEP) + line(STEP, "EndEvent_Own")
TWICE = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def moved(inner: str = STRAIGHT, *, kind: str = "subProcess", head: str = "", mark: str = "") -> Files:
    """The review in a sub-process; ``inner``: the lines within."""
    text = repository_files()[LETTER].decode()
    (task,) = re.findall(rf'<bpmn:userTask id="{STEP}".*?</bpmn:userTask>', text, re.DOTALL)
    bare = re.sub(r"<bpmn:(incoming|outgoing)>.*?</bpmn:\1>", "", task)
    box = f'<bpmn:{kind} id="SubProcess_Own" name="审核"{mark}>{head}{BEGIN}{bare}{END}{inner}</bpmn:{kind}>'
    text = text.replace(task, box)
    text = re.sub(rf'(id="{INTO}"[^>]*targetRef=")[^"]*', r"\1SubProcess_Own", text)
    text = re.sub(rf'(id="{OUT_OF}"[^>]*sourceRef=")[^"]*', r"\1SubProcess_Own", text)
    lane = "<bpmn:flowNodeRef>{}</bpmn:flowNodeRef>"
    return {**repository_files(), LETTER: text.replace(lane.format(STEP), lane.format("SubProcess_Own")).encode()}


def said(files: Files) -> dict[tuple[str, str], Level]:
    """What is found but that the new elements have no shape."""
    return {key: each.level for key, each in found(files).items() if each.rule != "drawn"}


def test_a_plain_sub_process_around_a_step_changes_nothing() -> None:
    assert said(moved()) == {}


def test_a_way_past_it_within_is_a_way_past_it() -> None:
    choice = '<bpmn:exclusiveGateway id="Gateway_Own" name="要不要审？"/>'
    past = line("Gateway_Own", STEP, "${category == 'help'}", "要") + line(
        "Gateway_Own", "EndEvent_Own", "${category != 'help'}", "不要"
    )
    files = moved(choice + line("StartEvent_Own", "Gateway_Own") + past + line(STEP, "EndEvent_Own"))
    assert said(files) == {(INTO, "bypass"): Level.ERROR}


def test_it_is_not_done_twice_for_it() -> None:
    assert said(moved(head=TWICE))[STEP, "moved"] is Level.ERROR


def test_no_transaction_and_no_event_takes_it() -> None:
    assert said(moved(kind="transaction"))["SubProcess_Own", "refused-kind"] is Level.ERROR
    by_event = said(moved(mark=' triggeredByEvent="true"'))
    assert by_event["SubProcess_Own", "parser"] is Level.ERROR
    assert by_event[INTO, "other-target"] is Level.ERROR


def test_nothing_breaks_it_off_from_around() -> None:
    timer = (
        '<bpmn:boundaryEvent id="Event_Own" name="到期" attachedToRef="SubProcess_Own"><bpmn:timerEventDefinition>'
        "<bpmn:timeDate>${reviewDueAt}</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
    files = moved()
    text = (
        files[LETTER]
        .decode()
        .replace("</bpmn:process>", f"{timer}{line('Event_Own', 'Task_DeliverReply')}</bpmn:process>")
    )
    assert said({**files, LETTER: text.encode()})["Event_Own", "own-interruption"] is Level.ERROR
