"""The diagram reader and the objections of ``check_bundle``: each rule is shown the smallest fault it must see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from letterbox.bundle.diagrams import (
    Diagram,
    Level,
    NotADiagram,
    check_bundle,
    form_variables,
    read_bundle,
    read_diagram,
)
from letterbox.bundle.vocabulary import MessageName, ProcessKey, TaskKey, Topic
from letterbox.domain.vocabulary import LimitKind
from letterbox.settings import ROOT

BUNDLE = ROOT / "bpmn"
FILES = tuple(sorted(path.name for path in BUNDLE.glob("*.bpmn")))
LETTER, UNIT, WATCH, NOTICE = (
    "letter-handling.bpmn",
    "unit-handling.bpmn",
    "deadline-watch.bpmn",
    "notice-delivery.bpmn",
)
Files = dict[str, bytes]


@pytest.fixture
def files() -> Files:
    """The shipped diagrams with the thinnest forms that they accept."""
    found = {name: (BUNDLE / name).read_bytes() for name in FILES}
    for task in TaskKey:
        form = _kebab(task.removeprefix("Task_"))
        found[f"{form}.form"] = b'{"id": "%s", "type": "default", "components": []}' % form.encode()
    return found


@pytest.fixture
def change(files: Files) -> Callable[[str, str, str], Files]:
    def changed(file: str, old: str, new: str) -> Files:
        text = files[file].decode()
        assert old in text, f"{file} no longer holds {old}: this test changes nothing"
        return {**files, file: text.replace(old, new, 1).encode()}

    return changed


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).strip("-")


def _rules(files: Files) -> set[tuple[str, str]]:
    return {(finding.element, finding.rule) for finding in check_bundle(files)}


def test_the_shipped_diagrams_are_without_fault(files: Files) -> None:
    assert check_bundle(files, required_ids=[*TaskKey]) == []


def test_every_task_topic_and_message_of_the_vocabulary_is_drawn(files: Files) -> None:
    diagrams = read_bundle(files)
    assert {task.id for diagram in diagrams for task in diagram.user_tasks} == set(TaskKey)
    assert {topic for diagram in diagrams for topic in diagram.topics} == set(Topic)
    assert {message for diagram in diagrams for message in diagram.messages} == set(MessageName)
    drawn = {process.key for diagram in diagrams for process in diagram.processes}
    assert drawn <= set(ProcessKey)


def test_message_events_are_named_after_their_message(files: Files) -> None:
    events = [node for diagram in read_bundle(files) for node in diagram.nodes if node.message is not None]
    assert {node.message for node in events} == set(MessageName)
    assert all(node.id.startswith(f"Message_{node.message}") for node in events)


def test_what_is_read_of_a_user_task(files: Files) -> None:
    task = read_diagram(UNIT, files[UNIT]).node("Task_DraftReply")
    assert (task.name, task.form, task.candidate_groups) == (
        "办理并拟写回复",
        "draft-reply",
        ("unit_handler@${leadUnit}",),
    )
    assert task.due_date == "${unitDueAt}"
    assert task.properties == {"limit": "reply", "redoLimit": "redo"}
    assert task.is_async_after
    assert "H4" in task.documentation


def test_every_user_task_names_a_limit_that_exists(files: Files) -> None:
    tasks = [task for diagram in read_bundle(files) for task in diagram.user_tasks]
    without = {task.id for task in tasks if task.properties.get("limit") not in set(LimitKind)}
    assert without == {TaskKey.ASSESS_FEEDBACK}, "the regime's table D has no limit for an assessment"


def test_flows_gateways_and_elements_of_the_watch(files: Files) -> None:
    watch = read_diagram(WATCH, files[WATCH])
    assert [gateway.id for gateway in watch.gateways] == ["Gateway_AwaitNextStep"]
    waits_for = {flow.target for flow in watch.leaving("Gateway_AwaitNextStep")}
    assert waits_for == {"Timer_NextStep", "Message_LimitsChanged", "Message_LetterClosed"}
    timer = watch.node("Timer_NextStep").timer
    assert timer is not None
    assert (timer.kind, timer.value) == ("timeDate", "${nextStepAt}")
    assert len(watch.element_ids) == len(watch.nodes) + len(watch.flows) == 17


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<a>", "XML"),
        (b"<a/>", "BPMN"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "DOCTYPE"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "bpmn:process"),
    ],
)
def test_what_is_no_diagram_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(NotADiagram, match=reason):
        read_diagram("x.bpmn", data)
    (finding,) = check_bundle({"x.bpmn": data})
    assert (finding.rule, finding.level) == ("well-formed", Level.ERROR)


SCRIPT = '<bpmn:extensionElements><camunda:taskListener event="create" class="x.Y"/>'
TIMER = '<bpmn:timerEventDefinition id="T"><bpmn:timeDuration>P5D</bpmn:timeDuration></bpmn:timerEventDefinition>'
SUPPLIED = (
    '<bpmn:messageEventDefinition id="MessageEventDefinition_WriterSupplied" '
    'messageRef="MessageDefinition_WriterSupplied" />'
)
DISPATCH = 'camunda:topic="dispatch-letter">'


def with_output(expression: str) -> str:
    """The dispatch task with an output parameter."""
    parameter = f'<camunda:outputParameter name="x">{expression}</camunda:outputParameter>'
    box = f"<camunda:inputOutput>{parameter}</camunda:inputOutput>"
    return f"{DISPATCH}<bpmn:extensionElements>{box}</bpmn:extensionElements>"


FAULTS = [
    (NOTICE, "send-notice", "sned-notice", ("Task_SendNotice", "unknown-topic")),
    (NOTICE, 'camunda:type="external"', 'camunda:class="x.Y"', ("Task_SendNotice", "external-task")),
    (NOTICE, 'camunda:type="external"', 'camunda:class="x.Y"', ("Task_SendNotice", "no-code")),
    (LETTER, "bpmn:extensionElements>", SCRIPT[1:], ("Task_ScreenLetter", "no-code")),
    (LETTER, 'formRef="screen-letter"', 'formRef="screening"', ("Task_ScreenLetter", "unknown-form")),
    (LETTER, ' camunda:formRef="screen-letter"', "", ("Task_ScreenLetter", "form")),
    (LETTER, 'formRefBinding="deployment"', 'formRefBinding="latest"', ("Task_ScreenLetter", "form-binding")),
    (LETTER, ' camunda:asyncAfter="true" camunda:formRef="screen', ' camunda:formRef="screen', ("Task_ScreenLetter", "async-after")),
    (LETTER, 'Groups="screener"', 'Groups="screeners"', ("Task_ScreenLetter", "unknown-role")),
    (LETTER, 'Groups="screener"', 'Groups="screener@x"', ("Task_ScreenLetter", "unknown-role")),
    (LETTER, ' camunda:candidateGroups="screener"', "", ("Task_ScreenLetter", "candidate-groups")),
    (UNIT, "unit_handler@${leadUnit}", "unit_handler", ("Task_ReceiveLetter", "unknown-role")),
    (UNIT, "unit_handler@${leadUnit}", "unit_handler@${unit}", ("Task_ReceiveLetter", "unknown-variable")),
    (LETTER, "${screeningDueAt}", "${screenDueAt}", ("Task_ScreenLetter", "unknown-variable")),
    (LETTER, "${reviewOutcome == 'pass'}", "${ok}", ("Flow_ReviewOutcome_DeliverReply", "unknown-variable")),
    (LETTER, "${reviewOutcome == 'pass'}", "reviewOutcome", ("Flow_ReviewOutcome_DeliverReply", "expression")),
    (LETTER, "${reviewOutcome == 'pass'}", "${''.getClass()}", ("Flow_ReviewOutcome_DeliverReply", "expression")),
    (LETTER, DISPATCH, with_output("${execution.getId()}"), ("Task_DispatchLetter", "expression")),
    (LETTER, DISPATCH, with_output("${category}"), ("Task_DispatchLetter", "output-parameter")),
    (LETTER, "isFinalReturn ? 'coordinator'", "isFinalReturn ? 'chief'", ("Task_RuleOnReturn", "unknown-role")),
    (LETTER, ' name="受理"', "", ("Flow_ScreeningOutcome_AssignLetter", "label")),
    (LETTER, "Element=\"UnitHandlingProcess\"", "Element=\"Other\"", ("CallActivity_UnitHandling", "unknown-process")),
    (LETTER, 'ElementBinding="deployment"', 'ElementBinding="latest"', ("CallActivity_UnitHandling", "binding")),
    (LETTER, "#{execution.processBusinessKey}", "", ("CallActivity_UnitHandling", "business-key")),
    (LETTER, SUPPLIED, TIMER, ("Message_WriterSupplied", "fixed-timer")),
    (LETTER, 'name="WriterSupplied"', 'name="WriterAdded"', ("Message_WriterSupplied", "unknown-message")),
    (LETTER, ' camunda:historyTimeToLive="P1825D"', "", ("LetterHandlingProcess", "history-time-to-live")),
    (LETTER, 'isExecutable="true"', "", ("LetterHandlingProcess", "executable")),
    (LETTER, 'bpmnElement="Task_ScreenLetter"', 'bpmnElement="x"', ("Task_ScreenLetter", "drawn")),
    (LETTER, 'bpmnElement="Lane_Office"', 'bpmnElement="x"', ("Lane_Office", "drawn")),
    (NOTICE, 'targetRef="EndEvent_NoticeSent"', 'targetRef="Task_SendNotice"', ("EndEvent_NoticeSent", "connected")),
    (NOTICE, 'name="发送通知"', "", ("Task_SendNotice", "name")),
    (NOTICE, 'id="NoticeDeliveryProcess"', 'id="UnitHandlingProcess"', ("UnitHandlingProcess", "double-process")),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "expected"), FAULTS, ids=lambda value: str(value)[-40:])
def test_a_fault_is_found(
    change: Callable[[str, str, str], Files], file: str, old: str, new: str, expected: tuple[str, str]
) -> None:
    findings = [found for found in check_bundle(change(file, old, new)) if (found.element, found.rule) == expected]
    assert findings
    assert all(found.level is Level.ERROR and found.message for found in findings)


def test_a_branch_without_condition_must_be_the_default(change: Callable[[str, str, str], Files]) -> None:
    condition = "${screeningOutcome == 'accept'}"
    wrong = change(LETTER, f'xsi:type="bpmn:tFormalExpression">{condition}<', 'xsi:type="bpmn:tFormalExpression"><')
    assert ("Flow_ScreeningOutcome_AssignLetter", "condition") in _rules(wrong)
    default = '<bpmn:exclusiveGateway default="Flow_ScreeningOutcome_AssignLetter" id="Gateway_ScreeningOutcome"'
    right = wrong[LETTER].decode().replace('<bpmn:exclusiveGateway id="Gateway_ScreeningOutcome"', default).encode()
    assert ("Flow_ScreeningOutcome_AssignLetter", "condition") not in _rules({**wrong, LETTER: right})


def test_an_odd_id_is_only_a_warning(change: Callable[[str, str, str], Files]) -> None:
    text = change(NOTICE, "Task_SendNotice", "sendIt")[NOTICE].replace(b"Task_SendNotice", b"sendIt")
    (finding,) = check_bundle({NOTICE: text})
    assert (finding.element, finding.rule, finding.level) == ("sendIt", "id", Level.WARNING)


@pytest.mark.parametrize(
    "wait", ["<bpmn:timeDuration>P1D</bpmn:timeDuration>", "<bpmn:timeDate>2027-01-01</bpmn:timeDate>"]
)
def test_the_watch_too_waits_only_for_what_it_is_told(change: Callable[[str, str, str], Files], wait: str) -> None:
    old = '<bpmn:timeDate xsi:type="bpmn:tFormalExpression">${nextStepAt}</bpmn:timeDate>'
    assert _rules(change(WATCH, old, wait)) == {("Timer_NextStep", "fixed-timer")}


@pytest.mark.parametrize("life", ["P1D", "P364D", "forever", "P1Y"])
def test_history_is_kept_for_a_year_at_least(change: Callable[[str, str, str], Files], life: str) -> None:
    assert ("LetterHandlingProcess", "history-time-to-live") in _rules(change(LETTER, "P1825D", life))


def test_an_id_that_a_modeler_made_is_nobodys_fault(change: Callable[[str, str, str], Files]) -> None:
    for made in ("Activity_1od1ijn", "sid-0E5B3F6A-2A0B-4F0B-9A57-6D8C1C8E9F01"):
        text = change(NOTICE, "Task_SendNotice", made)[NOTICE].replace(b"Task_SendNotice", made.encode())
        assert check_bundle({NOTICE: text}) == []


def test_a_topic_that_the_caller_knows_is_accepted(change: Callable[[str, str, str], Files]) -> None:
    changed = change(NOTICE, "send-notice", "send-telegram")
    assert check_bundle(changed, [*Topic, "send-telegram"]) == []


def test_a_form_makes_its_variables_known(files: Files, change: Callable[[str, str, str], Files]) -> None:
    changed = change(LETTER, "${reviewOutcome == 'pass'}", "${handling_opinion == 'none'}")
    changed = {**changed, LETTER: changed[LETTER].replace(b"handling_opinion", b"handlingOpinion")}
    assert ("Flow_ReviewOutcome_DeliverReply", "unknown-variable") in _rules(changed)
    field = b'{"key": "handling_opinion", "type": "textfield", "properties": {"variable": "true"}}'
    form = b'{"id": "review-reply", "components": [{"type": "group", "components": [%s]}]}' % field
    assert _rules({**changed, "review-reply.form": form}) == set()


def test_form_variables_by_name_and_by_key() -> None:
    fields = [
        {"key": "outcome", "properties": {"variable": "screeningOutcome"}},
        {"key": "lead_unit", "properties": {"variable": "true"}},
        {"key": "note"},
    ]
    assert form_variables({"id": "x", "components": fields}) == {"screeningOutcome", "leadUnit"}


def test_a_broken_form_is_named(files: Files) -> None:
    findings = check_bundle({**files, "broken.form": b"{"})
    assert [(found.file, found.rule) for found in findings] == [("broken.form", "well-formed")]


def test_an_id_that_others_rely_on_must_stay(files: Files) -> None:
    findings = check_bundle(files, required_ids=["Task_ScreenLetter", "Task_Gone"])
    assert [(found.element, found.rule) for found in findings] == [("Task_Gone", "required-id")]


def test_nodes_are_found_by_id_or_not_at_all(files: Files) -> None:
    diagram: Diagram = read_diagram(NOTICE, files[NOTICE])
    with pytest.raises(KeyError):
        diagram.node("Task_Nowhere")


def test_what_rules_on_structure_need_is_read(files: Files) -> None:
    unit = read_diagram(UNIT, files[UNIT])
    assert unit.node("EndEvent_ReplySubmitted").terminates
    assert not unit.node("EndEvent_LetterReturned").terminates
    assert unit.node("Message_LetterReturned").is_interrupting
    assert not unit.node("Message_ExtensionRequested").is_interrupting
    assert [(each.kind, each.name) for each in unit.node("Message_LetterReturned").events] == [
        ("message", "LetterReturned")
    ]
    call = read_diagram(LETTER, files[LETTER]).node("CallActivity_UnitHandling")
    assert {each.direction for each in call.handovers} == {"in", "out"}
    assert [each.business_key for each in call.handovers if each.business_key] == ["#{execution.processBusinessKey}"]
    assert {pool.process for pool in unit.pools} == {process.key for process in unit.processes}
    (lane,) = (each for each in unit.lanes if each.id == "Lane_UnitDeputy")
    assert lane.members == ("Task_InstructHandler",)
    assert {each.element for each in unit.pictures if each.kind == "shape"} >= {node.id for node in unit.nodes}


def test_an_attribute_of_another_namespace_is_none_of_ours(
    files: Files, change: Callable[[str, str, str], Files]
) -> None:
    """``zz:type`` once overwrote ``camunda:type``: attributes were told apart by their local name alone."""
    planted = change(
        NOTICE, 'camunda:type="external"', 'camunda:type="shell" xmlns:zz="urn:zz" zz:type="external" type="external"'
    )
    node = read_diagram(NOTICE, planted[NOTICE]).node("Task_SendNotice")
    assert ("type" in node.engine, "type" in node.attributes) == (False, False)
    assert ("Task_SendNotice", "no-code") in _rules(planted)
