"""What the regime rests on in the shipped diagrams cannot be changed unseen: each change names the step and its clause."""

from __future__ import annotations

import re

import pytest

from letterbox.bundle.model.diagram_model import Level
from letterbox.services.deployment.design import repository_files
from tests.support.drawn.changed_bundle import with_visit
from tests.support.drawn.planted import (
    CO_HANDLING,
    INSTRUCTION,
    LETTER,
    NOTICE,
    SUPERVISION,
    UNIT,
    WATCH,
    Files,
    added,
    found,
    line,
    planted,
)


def retyped(file: str, element: str, kind: str) -> Files:
    """A shipped element with another BPMN tag, its attributes and lines as they were."""
    files = repository_files()
    text = files[file].decode()
    (tag,) = re.findall(rf'<bpmn:(\w+) id="{element}"', text)
    head, mark, tail = text.partition(f'<bpmn:{tag} id="{element}"')
    assert mark
    body = tail.replace(f"</bpmn:{tag}>", f"</bpmn:{kind}>", 1)
    return {**files, file: f'{head}<bpmn:{kind} id="{element}"{body}'.encode()}


KINDS = [
    (LETTER, "Task_ReviewReply", "manualTask", "S2"),
    (LETTER, "Task_ReviewReply", "task", "S2"),
    (LETTER, "Task_ReviewReply", "serviceTask", "S2"),
    (UNIT, "Task_SubmitToDeputy", "manualTask", "H3"),
    (UNIT, "Task_SignOffReply", "task", "H3"),
    (UNIT, "Gateway_SignOffOutcome", "parallelGateway", "H3"),
    (UNIT, "Gateway_SignOffOutcome", "inclusiveGateway", "H3"),
    (LETTER, "Gateway_AwaitEvaluation", "exclusiveGateway", ""),
    (LETTER, "Task_DeliverReply", "sendTask", "H4"),
]


@pytest.mark.parametrize(("file", "element", "kind", "clause"), KINDS)
def test_another_kind_of_step_is_refused(file: str, element: str, kind: str, clause: str) -> None:
    finding = found(retyped(file, element, kind))[element, "changed-kind"]
    assert finding.level is Level.ERROR
    assert clause in finding.message


def of(element: str, old: str, new: str) -> tuple[str, str]:
    """A change of the first ``old`` behind an element's id."""
    files = repository_files()
    text = next(content.decode() for content in files.values() if f'id="{element}"'.encode() in content)
    head, mark, tail = text.partition(f' id="{element}"')
    before, hit, _ = tail.partition(old)
    assert hit, f"{element} has no {old}"
    del head
    return f"{mark}{before}{old}", f"{mark}{before}{new}"


GROUPS = [
    (LETTER, "Task_ReviewReply", '"reviewer"', '"unit_handler@${leadUnit}"', Level.ERROR),
    (LETTER, "Task_ReviewReply", '"reviewer"', '"reviewer,unit_principal@${leadUnit}"', Level.ERROR),
    (LETTER, "Task_ReviewReply", '"reviewer"', '"leader"', Level.ERROR),
    (LETTER, "Task_ReviewReply", '"reviewer"', '"operator"', Level.ERROR),
    (LETTER, "Task_ScreenLetter", '"screener"', '"supervisor"', Level.ERROR),
    (LETTER, "Task_ScreenLetter", '"screener"', '"reviewer"', Level.WARNING),
    (UNIT, "Task_InstructHandler", "unit_deputy", "unit_handler", Level.ERROR),
    (UNIT, "Task_SignOffReply", "@${leadUnit}", "@justice", Level.ERROR),
    (LETTER, "Task_RuleOnReturn", "'coordinator'", "'screener'", Level.ERROR),
    (SUPERVISION, "Task_AnswerSupervision", "${supervisedUnit}", "${leadUnit}", Level.ERROR),
    (SUPERVISION, "Task_AssessFeedback", '"supervisor"', '"unit_handler@${supervisedUnit}"', Level.ERROR),
]


@pytest.mark.parametrize(("file", "element", "old", "new", "level"), GROUPS)
def test_whose_step_it_is_stays(file: str, element: str, old: str, new: str, level: Level) -> None:
    assert found(planted(file, of(element, old, new)))[element, "changed-group"].level is level


INTERRUPT = ' name="申请延期" isInterrupting="false"'
TERMINATE = '<bpmn:terminateEventDefinition id="TerminateEventDefinition_ReplySubmitted" />'
RETURNED = '<bpmn:startEvent id="Message_LetterReturned" name="退回"'
WITHDRAWN = '<bpmn:startEvent id="Message_LetterWithdrawn" name="来信人撤回"'
JOINED = 'attachedToRef="Task_ScreenLetter"'
NEXT = '<bpmn:timeDate xsi:type="bpmn:tFormalExpression">${nextStepAt}</bpmn:timeDate>'
LOOP = "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
SIGN_OFF_END = "<bpmn:outgoing>Flow_SignOffReply_SignOffOutcome</bpmn:outgoing>"
FACTS = [
    (UNIT, of("Task_SignOffReply", ' camunda:dueDate="${unitDueAt}"', ""), "Task_SignOffReply", "changed-due"),
    (UNIT, of("Task_SignOffReply", "${unitDueAt}", "${replyDueAt}"), "Task_SignOffReply", "changed-due"),
    (UNIT, of("Task_SignOffReply", "${unitDueAt}", "${leadUnit}"), "Task_SignOffReply", "changed-due"),
    (UNIT, of("Task_SignOffReply", "${unitDueAt}", "2026-12-01T17:30:00"), "Task_SignOffReply", "changed-due"),
    (UNIT, of("Task_SignOffReply", 'value="reply"', 'value="review"'), "Task_SignOffReply", "changed-property"),
    (UNIT, of("Task_SignOffReply", 'name="limit"', 'name="limits"'), "Task_SignOffReply", "changed-property"),
    (UNIT, of("Task_SignOffReply", '"sign-off-reply"', '"give-opinion"'), "Task_SignOffReply", "changed-form"),
    (UNIT, (INTERRUPT, ' name="申请延期"'), "Message_ExtensionRequested", "changed-attribute"),
    (UNIT, (RETURNED, RETURNED + ' isInterrupting="false"'), "Message_LetterReturned", "changed-attribute"),
    (LETTER, (WITHDRAWN, WITHDRAWN + ' isInterrupting="false"'), "Message_LetterWithdrawn", "changed-attribute"),
    (LETTER, (JOINED, JOINED + ' cancelActivity="false"'), "Message_LetterJoinedInScreening", "changed-attribute"),
    (LETTER, (JOINED, 'attachedToRef="Task_AssignLetter"'), "Message_LetterJoinedInScreening", "changed-attribute"),
    (UNIT, (TERMINATE, ""), "EndEvent_ReplySubmitted", "changed-event"),
    (LETTER, ('name="WriterSupplied"', 'name="LetterReleased"'), "Message_WriterSupplied", "changed-event"),
    (WATCH, (NEXT, "<bpmn:timeDate>2027-01-01T09:00:00</bpmn:timeDate>"), "Timer_NextStep", "changed-event"),
    (WATCH, (NEXT, "<bpmn:timeDuration>P30D</bpmn:timeDuration>"), "Timer_NextStep", "changed-event"),
    (WATCH, (NEXT, "<bpmn:timeCycle>R/PT1H</bpmn:timeCycle>"), "Timer_NextStep", "changed-event"),
    (NOTICE, ("${sendAt}", "${nextStepAt}"), "Timer_QuietHoursOver", "changed-event"),
    (LETTER, ('calledElement="Unit', 'calledElement="Co'), "CallActivity_UnitHandling", "changed-call"),
    (LETTER, ('<camunda:in source="leadUnit" target="leadUnit" />', ""), "CallActivity_UnitHandling", "changed-mapping"),
    (LETTER, ('<camunda:out source="unitOutcome" target="unitOutcome" />', ""), "CallActivity_UnitHandling", "changed-mapping"),
    (LETTER, ('<camunda:out source="unitOutcome"', '<camunda:out source="unitStep"'), "CallActivity_UnitHandling", "changed-mapping"),
    (LETTER, ('topic="deliver-reply"', 'topic="dispatch-letter"'), "Task_DeliverReply", "changed-topic"),
    (UNIT, (SIGN_OFF_END, SIGN_OFF_END + LOOP), "Task_SignOffReply", "loop"),
    (UNIT, (SIGN_OFF_END, SIGN_OFF_END + "<bpmn:standardLoopCharacteristics/>"), "Task_SignOffReply", "loop"),
    (INSTRUCTION, of("Task_AnswerInstruction", "${instructionDueAt}", "P2D"), "Task_AnswerInstruction", "changed-due"),
    (CO_HANDLING, of("SubProcess_CoHandlingEnded", ' triggeredByEvent="true"', ""), "SubProcess_CoHandlingEnded", "changed-attribute"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "change", "element", "rule"), FACTS, ids=lambda value: str(value)[:40])
def test_what_is_written_on_a_shipped_element_stays(
    file: str, change: tuple[str, str], element: str, rule: str
) -> None:
    assert found(planted(file, change))[element, rule].level is Level.ERROR


def test_spaces_and_defaults_written_out_change_nothing() -> None:
    assert found(planted(UNIT, of("Task_SignOffReply", "${unitDueAt}", "${ unitDueAt }"))) == {}
    assert found(planted(LETTER, (JOINED, JOINED + ' cancelActivity="true"'))) == {}


TO = [
    (LETTER, {"Flow_ReviewOutcome_UnitHandling": "Task_DeliverReply"}, "Flow_ReviewOutcome_UnitHandling", "S2"),
    (UNIT, {"Flow_SignOffOutcome_DraftReply": "EndEvent_ReplySubmitted"}, "Flow_SignOffOutcome_DraftReply", "H4"),
    (LETTER, {"Flow_ScreeningOutcome_AwaitSupplement": "EndEvent_LetterDeclined"}, "Flow_ScreeningOutcome_AwaitSupplement", ""),
    (UNIT, {"Flow_DraftOutcome_InstructHandler": "Task_SignOffReply"}, "Flow_DraftOutcome_InstructHandler", "H3"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "moved", "flow", "clause"), TO)
def test_an_outcome_leads_where_it_led(file: str, moved: dict[str, str], flow: str, clause: str) -> None:
    finding = found(added(file, moved=moved))[flow, "other-target"]
    assert (finding.level, clause in finding.message) == (Level.ERROR, True)


SEND_BACK, SIGN = "${signOffOutcome == 'send_back'}", "${signOffOutcome == 'sign'}"


def test_swapped_answers_are_refused() -> None:
    files = planted(
        UNIT, (SIGN, "${signOffOutcome == 'x'}"), (SEND_BACK, SIGN), ("${signOffOutcome == 'x'}", SEND_BACK)
    )
    assert found(files)["Flow_SignOffOutcome_ReplySubmitted", "changed-condition"].level is Level.ERROR
    assert found(planted(UNIT, (SIGN, '${ signOffOutcome eq "sign" }'))) == {}


def test_a_line_that_is_gone_or_added_at_a_gateway_of_ours_is_refused() -> None:
    text = repository_files()[LETTER].decode()
    lines = re.search(r'<bpmn:sequenceFlow id="Flow_AwaitEvaluation_EvaluationLapsed"[^>]*/>', text)
    assert lines
    assert found(planted(LETTER, (lines.group(), "")))["Gateway_AwaitEvaluation", "line-gone"].level is Level.ERROR
    more = added(UNIT, line("Gateway_SignOffOutcome", "Task_DraftReply", "${urgent}", "再看"))
    assert found(more)["Flow_New_Gateway_SignOffOutcome_Task_DraftReply", "added-branch"].level is Level.ERROR


def test_a_redrawn_line_with_another_id_is_the_same_line() -> None:
    files = planted(UNIT, ('id="Flow_SignOffOutcome_ReplySubmitted"', 'id="Flow_0abc123"'))
    assert not {rule for _, rule in found(files)} & {"line-gone", "added-branch", "bypass"}


def test_an_element_that_is_gone_is_named() -> None:
    files = repository_files()
    text = files[UNIT].decode().replace("Gateway_DraftOutcome", "Gateway_0abc123")
    assert found({**files, UNIT: text.encode()})["Gateway_DraftOutcome", "element-gone"].level is Level.ERROR


def test_the_owners_step_between_two_shipped_ones_changes_nothing() -> None:
    assert found(with_visit(repository_files())) == {}


@pytest.mark.parametrize("now", ["", ' camunda:isStartableInTasklist="true"'])
def test_a_process_of_ours_is_not_offered_for_starting_by_hand(now: str) -> None:
    said = found(planted(UNIT, (' camunda:isStartableInTasklist="false"', now)))
    assert {key: each.level for key, each in said.items()} == {("UnitHandlingProcess", "startable"): Level.WARNING}
