"""Ways through the diagrams: no loop without anybody, no dead corner, no way past a step of the procedure."""

from __future__ import annotations

import pytest

from letterbox.bundle.model.diagram_model import Level
from tests.support.drawn.planted import LETTER, SUPERVISION, UNIT, WATCH, Files, added, found, line, planted

SERVICE = '<bpmn:serviceTask id="Task_Own" name="自己的步骤" camunda:type="external" camunda:topic="send-notice"/>'
TASK = '<bpmn:userTask id="Task_Own" name="自己的任务"/>'
EMPTY = (
    '<bpmn:startEvent id="StartEvent_Own"/><bpmn:endEvent id="EndEvent_Own"/>'
    '<bpmn:sequenceFlow id="Flow_Own" sourceRef="StartEvent_Own" targetRef="EndEvent_Own"/>'
)
GATEWAY = '<bpmn:exclusiveGateway id="Gateway_Own" name="再来？"/>'
BOUNDARY = (
    '<bpmn:boundaryEvent id="Timer_Own" attachedToRef="{host}"><bpmn:timerEventDefinition>'
    "<bpmn:timeDate>${{replyDueAt}}</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
)

LOOPS: dict[str, tuple[Files, str]] = {
    "back to itself": (added(LETTER, line("Task_ClassifyLetter", "Task_ClassifyLetter")), "Task_ClassifyLetter"),
    "through a gateway": (
        added(
            LETTER,
            GATEWAY,
            line("Gateway_Own", "Task_ClassifyLetter", "${urgent}"),
            line("Gateway_Own", "Task_ScreenLetter", "${!urgent}"),
            moved={"Flow_ClassifyLetter_ScreenLetter": "Gateway_Own"},
        ),
        "Task_ClassifyLetter",
    ),
    "two automatic steps": (
        added(LETTER, SERVICE, line("Task_DeliverReply", "Task_Own"), line("Task_Own", "Task_DeliverReply")),
        "Task_DeliverReply",
    ),
    "a timer that is past at once": (
        added(UNIT, BOUNDARY.format(host="Task_DraftReply"), line("Timer_Own", "Task_DraftReply")),
        "Task_DraftReply",
    ),
    "the watch escalates again and again": (
        added(WATCH, moved={"Flow_EscalateDeadline_FindNextStep": "Task_EscalateDeadline"}),
        "Task_EscalateDeadline",
    ),
}


@pytest.mark.parametrize(("files", "element"), LOOPS.values(), ids=LOOPS)
def test_a_round_in_which_nobody_is_asked_is_refused(files: Files, element: str) -> None:
    finding = found(files)[element, "endless-loop"]
    assert finding.level is Level.ERROR
    assert "停" in finding.message


def test_a_round_in_which_somebody_is_asked_is_no_endless_loop() -> None:
    files = added(UNIT, line("Gateway_DraftOutcome", "Task_DraftReply", "${draftOutcome == 'again'}", "再写"))
    assert not [rule for _, rule in found(files) if rule == "endless-loop"]


ISLAND = '<bpmn:userTask id="Task_One" name="一"/><bpmn:userTask id="Task_Two" name="二"/>'


def test_steps_that_only_lead_to_each_other_are_never_reached_and_never_end() -> None:
    island = added(UNIT, ISLAND, line("Task_One", "Task_Two"), line("Task_Two", "Task_One"))
    assert found(island)["Task_One", "unreachable"].level is Level.ERROR
    ring = (line("Task_One", "Task_Two"), line("Task_Two", "Task_One"))
    trap = added(UNIT, ISLAND, line("Task_ReceiveLetter", "Task_One"), *ring)
    assert found(trap)["Task_One", "no-end"].level is Level.ERROR


def bypass(file: str, source: str, target: str) -> Files:
    return added(file, line(source, target))


PAST = [
    (UNIT, "Task_DraftReply", "EndEvent_ReplySubmitted", "审签回复", "H3"),
    (UNIT, "Task_ReceiveLetter", "Task_DraftReply", "呈报分管负责人", "H3"),
    (UNIT, "Task_SubmitToDeputy", "Task_DraftReply", "批示办理要求", "H3"),
    (UNIT, "Task_InstructHandler", "Task_SignOffReply", "办理并拟写回复", "H4"),
    (UNIT, "Gateway_UnitStep", "EndEvent_ReplySubmitted", "审签回复", "H3"),
    (LETTER, "Gateway_UnitOutcome", "Task_DeliverReply", "审核回复", "S2"),
    (LETTER, "CallActivity_UnitHandling", "Task_DeliverReply", "审核回复", "S2"),
    (LETTER, "Task_ClassifyLetter", "Task_AssignLetter", "甄别来信", "A2"),
    (LETTER, "Task_ScreenLetter", "Task_DispatchLetter", "交办来信", "A2"),
    (LETTER, "Task_AssignLetter", "CallActivity_UnitHandling", "派发来信", "H9"),
    (LETTER, "Task_DeliverReply", "EndEvent_LetterClosed", "评价", "P3"),
    (LETTER, "StartEvent_LetterReceived", "Task_ScreenLetter", "提出分类建议", ""),
    (LETTER, "Message_SupplementLapsed", "EndEvent_LetterDeclined", "甄别来信", "A4"),
    (LETTER, "Message_LetterReleased", "Task_DeliverReply", "甄别来信", "A4"),
    (LETTER, "Gateway_RehandlingAsked", "Task_DispatchLetter", "决定是否再办", ""),
    (SUPERVISION, "Task_AnswerSupervision", "Task_ReportSupervision", "评定反馈", ""),
    (SUPERVISION, "Gateway_FeedbackAssessed", "EndEvent_SupervisionClosed", "报告督办结果", "S1"),
]


@pytest.mark.parametrize(("file", "source", "target", "step", "clause"), PAST, ids=lambda value: str(value)[-30:])
def test_a_way_past_a_step_of_the_procedure_names_the_step_and_its_clause(
    file: str, source: str, target: str, step: str, clause: str
) -> None:
    finding = found(bypass(file, source, target))[f"Flow_New_{source}_{target}", "bypass"]
    assert finding.level is Level.ERROR
    assert step in finding.message
    assert clause in finding.message


PAST_RULES = {"bypass", "other-target"}
LINK = '<bpmn:{kind} id="{element}" name="转"><bpmn:linkEventDefinition name="there"/></bpmn:{kind}>'
AROUND: dict[str, tuple[Files, str]] = {
    "an own gateway makes the step optional": (
        added(
            UNIT,
            GATEWAY,
            line("Gateway_Own", "Task_SignOffReply", "${urgent}"),
            line("Gateway_Own", "EndEvent_ReplySubmitted", "${!urgent}"),
            moved={"Flow_DraftOutcome_SignOffReply": "Gateway_Own"},
        ),
        "审签回复",
    ),
    "an own step beside": (
        added(LETTER, TASK, line("Task_ScreenLetter", "Task_Own"), line("Task_Own", "Task_DispatchLetter")),
        "交办来信",
    ),
    "a timer that leaves the step": (
        added(LETTER, BOUNDARY.format(host="Task_ReviewReply"), line("Timer_Own", "Task_DeliverReply")),
        "审核回复",
    ),
    "a timer that leaves the unit": (
        added(LETTER, BOUNDARY.format(host="CallActivity_UnitHandling"), line("Timer_Own", "Gateway_ReviewOutcome")),
        "审核回复",
    ),
    "a link": (
        added(
            LETTER,
            LINK.format(kind="intermediateThrowEvent", element="Event_Throw"),
            LINK.format(kind="intermediateCatchEvent", element="Event_Catch"),
            line("Gateway_UnitOutcome", "Event_Throw"),
            line("Event_Catch", "Task_DeliverReply"),
        ),
        "审核回复",
    ),
    "a sub-process with nothing in it": (
        added(
            UNIT,
            f'<bpmn:subProcess id="SubProcess_Own" name="会签">{EMPTY}</bpmn:subProcess>',
            line("SubProcess_Own", "EndEvent_ReplySubmitted"),
            moved={"Flow_DraftOutcome_SignOffReply": "SubProcess_Own"},
        ),
        "审签回复",
    ),
}


@pytest.mark.parametrize(("files", "step"), AROUND.values(), ids=AROUND)
def test_a_way_past_is_found_through_whatever_it_leads(files: Files, step: str) -> None:
    assert [each for (_, rule), each in found(files).items() if rule in PAST_RULES and step in each.message]


def test_an_own_branch_back_to_the_draft_is_the_owners() -> None:
    files = added(
        UNIT,
        TASK,
        GATEWAY,
        line("Task_Own", "Gateway_Own"),
        line("Gateway_Own", "Task_SignOffReply", "${urgent}"),
        line("Gateway_Own", "Task_DraftReply", "${!urgent}"),
        moved={"Flow_DraftOutcome_SignOffReply": "Task_Own"},
    )
    assert not {rule for _, rule in found(files)} & {"bypass", "back-again", "other-target", "endless-loop", "no-end"}


def test_back_behind_a_recorded_step_is_said() -> None:
    again = found(bypass(UNIT, "Task_InstructHandler", "Task_InstructHandler"))
    assert again["Flow_New_Task_InstructHandler_Task_InstructHandler", "back-again"].level is Level.WARNING
    finding = found(bypass(LETTER, "Gateway_ReviewOutcome", "Task_ReviewReply"))
    warning = finding["Flow_New_Gateway_ReviewOutcome_Task_ReviewReply", "back-again"]
    assert (warning.level, "记录" in warning.message) == (Level.WARNING, True)


@pytest.mark.parametrize("end", ["EndEvent_WatchEnded", "Gateway_AwaitNextStep"])
def test_a_line_into_nothing_is_found_also_in_the_watch(end: str) -> None:
    files = planted(WATCH, (f' id="{end}"', ' id="Event_Gone"'))
    assert [each for each in found(files).values() if each.rule in {"dangling-flow", "element-gone"}]
