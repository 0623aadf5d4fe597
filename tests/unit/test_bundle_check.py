"""A bundle that would not work is refused before it is deployed: each fault is planted in the shipped bundle alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from letterbox.bundle.model.diagram_model import Level
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from tests.support.drawn.changed_bundle import with_visit

LETTER, UNIT, NOTICE = "letter-handling.bpmn", "unit-handling.bpmn", "notice-delivery.bpmn"
LADDER, LIMITS, ROUTING = "escalation-ladder.dmn", "time-limits.dmn", "routing.dmn"
Files = dict[str, bytes]
ACCEPT = "${screeningOutcome == 'accept'}"
SIGN = "${signOffOutcome == 'sign'}"


def changed(file: str, old: str, new: str, count: int = 1) -> Files:
    files = repository_files()
    text = files[file].decode()
    assert old in text, f"{file} no longer holds {old}: this test changes nothing"
    return {**files, file: text.replace(old, new, count).encode()}


def cell(row: str, column: str, value: str, file: str) -> Files:
    """The shipped table with one cell of a row changed, by the cell's own id."""
    files = repository_files()
    head, mark, tail = files[file].decode().partition(f'id="{row}_{column}"')
    assert mark, f"{file} has no cell {row}_{column}"
    before, _, rest = tail.partition("<text>")
    _old, _, after = rest.partition("</text>")
    return {**files, file: f"{head}{mark}{before}<text>{value}</text>{after}".encode()}


def form(file: str, key: str, **changes: Any) -> Files:
    """A shipped form with one field changed, or removed by ``gone=True``."""
    files = repository_files()
    schema = json.loads(files[file])
    field = next(each for each in schema["components"] if each.get("key") == key)
    if changes.pop("gone", False):
        schema["components"].remove(field)
    field.update(changes)
    return {**files, file: json.dumps(schema, ensure_ascii=False).encode()}


def assert_refused(files: Files, file: str, element: str, rule: str) -> None:
    """An error at that element, in words for somebody who reads no code."""
    fitting = [each for each in findings_of(files) if (each.file, each.element, each.rule) == (file, element, rule)]
    assert fitting, findings_of(files)
    assert all(each.level is Level.ERROR and any("一" <= sign <= "鿿" for sign in each.message) for each in fitting)


def test_the_shipped_bundle_is_without_fault() -> None:
    assert findings_of(repository_files()) == []


SCREEN, ACCEPTED, SIGNED = (
    "Task_ScreenLetter",
    "Flow_ScreeningOutcome_AssignLetter",
    "Flow_SignOffOutcome_ReplySubmitted",
)
FORM_OF_SCREEN = ' camunda:formRef="screen-letter"'
NEVER = "${signOffOutcome != 'send_back' and signOffOutcome == 'send_back'}"
DIAGRAMS = [
    (NOTICE, "send-notice", "sned-notice", "Task_SendNotice", "unknown-topic"),
    (LETTER, 'formRef="screen-letter"', 'formRef="screening"', SCREEN, "unknown-form"),
    (LETTER, FORM_OF_SCREEN, "", SCREEN, "form"),
    (LETTER, ' camunda:candidateGroups="screener"', "", SCREEN, "candidate-groups"),
    (LETTER, ' camunda:asyncAfter="true"' + FORM_OF_SCREEN, FORM_OF_SCREEN, SCREEN, "async-after"),
    (LETTER, 'Groups="screener"', 'Groups="screeners"', SCREEN, "unknown-role"),
    (LETTER, 'Groups="screener"', 'Groups="channel"', SCREEN, "changed-group"),
    (LETTER, FORM_OF_SCREEN, FORM_OF_SCREEN + ' camunda:assignee="zhang"', SCREEN, "named-person"),
    (UNIT, "unit_handler@${leadUnit}", "unit_handler@${leedUnit}", "Task_ReceiveLetter", "unknown-variable"),
    (LETTER, ACCEPT, "${screeningOutcom == 'accept'}", ACCEPTED, "unknown-variable"),
    (LETTER, 'name="WriterSupplied"', 'name="WriterWrote"', "Message_WriterSupplied", "unknown-message"),
    (LETTER, ACCEPT, "${screeningOutcome == 'acept'}", ACCEPTED, "unreachable-branch"),
    (LETTER, ACCEPT, "${screeningOutcome == 'acept'}", "Gateway_ScreeningOutcome", "no-branch"),
    (UNIT, SIGN, NEVER, SIGNED, "unreachable-branch"),
    (UNIT, 'name="limit" value="sign_for"', 'name="limit" value="signing"', "Task_ReceiveLetter", "unknown-limit"),
    (NOTICE, 'targetRef="Task_SendNotice"', 'targetRef="Task_Send"', "Flow_WaitsForMorning_SendNotice", "dangling-flow"),
    (NOTICE, 'endEvent id="EndEvent_NoticeSent"', 'endEvent id="Task_SendNotice"', "Task_SendNotice", "double-id"),
    (NOTICE, 'camunda:type="external"', 'camunda:expression="${true}"', "Task_SendNotice", "no-code"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "element", "rule"), DIAGRAMS, ids=lambda value: str(value)[-40:])
def test_a_fault_in_a_diagram_is_found_at_its_element(file: str, old: str, new: str, element: str, rule: str) -> None:
    assert_refused(changed(file, old, new), file, element, rule)


@pytest.mark.parametrize(("tag", "rule"), [("scriptTask", "no-code"), ("businessRuleTask", "unknown-decision")])
def test_a_step_that_programs_or_asks_an_unknown_table_is_refused(tag: str, rule: str) -> None:
    assert_refused(changed(NOTICE, "serviceTask", tag, -1), NOTICE, "Task_SendNotice", rule)


MISSING = [
    (LETTER, 'id="Task_ReviewReply"', 'id="Task_CheckReply"', "Task_ReviewReply", "required-id"),
    (NOTICE, '"NoticeDeliveryProcess"', '"MailProcess"', "NoticeDeliveryProcess", "required-id"),
    (NOTICE, 'topic="send-notice"', 'topic="dispatch-letter"', "send-notice", "required-topic"),
    (LETTER, 'name="LetterWithdrawn"', 'name="WriterSupplied"', "Message_LetterWithdrawn", "required-message"),
    (ROUTING, 'id="routing"', 'id="ways"', "routing", "required-id"),
]


@pytest.mark.parametrize(("file", "old", "new", "element", "rule"), MISSING, ids=lambda value: str(value)[-40:])
def test_what_services_call_by_name_must_stay(file: str, old: str, new: str, element: str, rule: str) -> None:
    assert_refused(changed(file, old, new, -1), "", element, rule)


ROWS = [
    ("ladder-unit-near-due", "out2", "-100", "ladder-offset"),
    ("ladder-unit-near-due", "out2", "400", "ladder-offset"),
    ("ladder-unit-near-due", "out2", '"soon"', "ladder-offset"),
    ("ladder-unit-near-due", "out2", "1.5", "ladder-offset"),
    ("ladder-unit-near-due", "out2", "", "ladder-offset"),
    ("ladder-unit-overdue-3", "out2", "-1", "ladder-offset"),
    ("ladder-supplement-lapse", "out2", "1", "ladder-offset"),
    ("ladder-supplement-lapse", "out3", '"09:00"', "ladder-offset"),
    ("ladder-unit-near-due", "out3", '"25:00"', "ladder-time"),
    ("ladder-unit-near-due", "out3", "", "ladder-time"),
    ("ladder-unit-near-due", "out4", '"unit_handler,mayor"', "unknown-role"),
    ("ladder-unit-near-due", "out4", '"channel"', "unknown-role"),
    ("ladder-unit-near-due", "out4", '""', "ladder-recipients"),
    ("ladder-unit-near-due", "out5", '"scold"', "ladder-action"),
    ("ladder-unit-near-due", "out5", "", "ladder-action"),
    ("ladder-unit-near-due", "out1", '""', "ladder-step"),
    ("ladder-unit-due-today", "out1", '"near_due"', "ladder-twice"),
    ("ladder-unit-near-due", "in1", '"reply","answering"', "unknown-kind"),
    ("ladder-supplement-lapse", "in1", '"supplement","reply"', "ladder-lapse"),
    ("ladder-unit-near-due", "in2", "urgent()", "decision-table"),
]


@pytest.mark.parametrize(("row", "column", "value", "rule"), ROWS)
def test_a_ladder_row_nobody_could_follow_is_refused(row: str, column: str, value: str, rule: str) -> None:
    assert_refused(cell(row, column, value, LADDER), LADDER, row, rule)


LENGTHS = [
    ("limit-sign-for", "out1", "0", "limit-sign-for", "limit-length"),
    ("limit-sign-for", "out1", "-1", "limit-sign-for", "limit-length"),
    ("limit-sign-for", "out1", "3650", "limit-sign-for", "limit-length"),
    ("limit-sign-for", "out1", '"one"', "limit-sign-for", "limit-length"),
    ("limit-evaluation", "out1", "400", "limit-evaluation", "limit-length"),
    ("limit-promise", "out1", "5", "limit-promise", "limit-length"),
    ("limit-sign-for", "out2", '"weeks"', "limit-sign-for", "limit-unit"),
    ("limit-sign-for", "in1", '"signing"', "limit-sign-for", "unknown-kind"),
    ("limit-reply-consultation", "in2", '"question"', "limit-reply-consultation", "unknown-category"),
    ("limit-sign-for", "in1", '"return"', "time-limits", "limit-missing"),
    ("limit-sign-for", "in1", '"return"', "time-limits", "limit-twice"),
    ("limit-screening", "in2", '"help"', "time-limits", "limit-missing"),
]


@pytest.mark.parametrize(("row", "column", "value", "element", "rule"), LENGTHS)
def test_an_absurd_limit_is_refused(row: str, column: str, value: str, element: str, rule: str) -> None:
    assert_refused(cell(row, column, value, LIMITS), LIMITS, element, rule)


@pytest.mark.parametrize(
    ("row", "column", "value", "rule"),
    [
        ("route-report", "out1", '"somebody"', "route"),
        ("route-report", "out2", "", "route"),
        ("route-report", "in1", '"rumour"', "unknown-category"),
    ],
)
def test_a_route_to_nowhere_is_refused(row: str, column: str, value: str, rule: str) -> None:
    assert_refused(cell(row, column, value, ROUTING), ROUTING, row, rule)


def test_a_table_with_other_columns_is_refused() -> None:
    files = changed(LADDER, "<text>urgent</text>", "<text>weather</text>")
    assert_refused(files, LADDER, "escalation-ladder", "table-column")
    files = changed(LIMITS, 'name="length_unit"', 'name="unit"')
    assert_refused(files, LIMITS, "time-limits", "table-column")


def test_a_wait_that_would_never_end_is_refused() -> None:
    assert_refused(cell("ladder-supplement-lapse", "in2", "true", LADDER), LADDER, "escalation-ladder", "ladder-lapse")


def test_a_limit_that_nobody_is_reminded_of_is_refused() -> None:
    kinds = '"sign_for","reply","co_opinion","redo","supervision","instruction","promise"'
    fewer = kinds.replace(',"promise"', "")
    files = changed(LADDER, f"<text>{kinds}</text>", f"<text>{fewer}</text>", -1)
    other = kinds.replace('"supervision",', "")
    files[LADDER] = files[LADDER].replace(other.encode(), other.replace(',"promise"', "").encode())
    (error,) = findings_of(files)
    assert (error.rule, error.level) == ("ladder-missing", Level.ERROR)
    assert "承诺兑现" in error.message
    assert "S4" in error.message


PASS_ON = [{"label": "同意", "value": "sign"}, {"label": "转办", "value": "pass_on"}]
CONDITION = {"conditional": {"hide": "=string length(comment) > 3"}}
FIELDS: list[tuple[str, str, dict[str, Any], str]] = [
    ("sign-off-reply.form", "outcome", {"gone": True}, "required-field"),
    ("sign-off-reply.form", "outcome", {"type": "number", "values": None}, "required-field"),
    ("sign-off-reply.form", "outcome", {"properties": {}}, "required-variable"),
    ("sign-off-reply.form", "outcome", {"properties": {"variable": "signed"}}, "required-variable"),
    ("sign-off-reply.form", "outcome", {"values": PASS_ON}, "unknown-choice"),
    ("sign-off-reply.form", "comment", CONDITION, "form"),
    ("sign-off-reply.form", "comment", {"conditional": {"hide": '=result = "sign"'}}, "form"),
    ("sign-off-reply.form", "comment", {"properties": {"requiredIf": "=outcome ="}}, "form"),
    ("sign-off-reply.form", "comment", {"properties": {"variable": "true"}}, "form"),
    ("assign-letter.form", "lead_unit", {"valuesKey": "departments"}, "form"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "key", "changes", "rule"), FIELDS)
def test_a_form_that_cannot_be_used_is_refused_at_its_field(
    file: str, key: str, changes: dict[str, Any], rule: str
) -> None:
    assert_refused(form(file, key, **dict(changes)), file, key, rule)


def test_a_column_of_a_list_that_services_read_must_stay() -> None:
    files = repository_files()
    schema = json.loads(files["draft-reply.form"])
    contacts = next(each for each in schema["components"] if each.get("path") == "contacts")
    contacts["components"] = [each for each in contacts["components"] if each.get("key") != "reached"]
    files["draft-reply.form"] = json.dumps(schema, ensure_ascii=False).encode()
    assert_refused(files, "draft-reply.form", "contacts", "required-field")


def test_labels_hints_and_further_fields_are_the_owners() -> None:
    assert findings_of(form("sign-off-reply.form", "comment", label="签批意见", description="写明理由")) == []
    files = repository_files()
    schema = json.loads(files["sign-off-reply.form"])
    schema["components"].append({"type": "textfield", "key": "seal_number", "label": "用印编号"})
    assert findings_of({**files, "sign-off-reply.form": json.dumps(schema).encode()}) == []


def test_a_decision_that_need_not_be_made_is_refused_at_its_field_and_nowhere_else() -> None:
    files = form("sign-off-reply.form", "outcome", validate={})
    assert [(each.element, each.rule) for each in findings_of(files)] == [("outcome", "optional-field")]


def test_a_form_nobody_uses_and_one_with_a_taken_id_are_named() -> None:
    files = {**repository_files(), "more.form": repository_files()["sign-off-reply.form"]}
    assert_refused(files, "sign-off-reply.form", "form", "double-form")
    lonely = repository_files()["sign-off-reply.form"].replace(b'"sign-off-reply"', b'"lonely"')
    (warning,) = findings_of({**repository_files(), "lonely.form": lonely})
    assert (warning.rule, warning.level) == ("unused-form", Level.WARNING)


def test_a_decision_of_a_taken_name_is_refused() -> None:
    files = {**repository_files(), "zz.dmn": repository_files()[ROUTING]}
    assert_refused(files, "zz.dmn", "routing", "double-decision")


def visited(old: str, new: str) -> Files:
    """The bundle with an owner's step, of which a piece is changed."""
    files = with_visit(repository_files())
    head, mark, tail = files[UNIT].decode().partition('id="Task_NoteVisit"')
    assert old in tail
    return {**files, UNIT: (head + mark + tail.replace(old, new, 1)).encode()}


def test_a_due_date_of_another_process_is_refused() -> None:
    """``screeningDueAt`` exists, but the unit's process is not given it; once it is passed on, all is well."""
    files = visited("${replyDueAt}", "${screeningDueAt}")
    (error,) = findings_of(files)
    assert (error.file, error.element, error.rule) == (UNIT, "Task_NoteVisit", "not-yet-there")
    passed = '<camunda:in source="letterId" target="letterId" />'
    more = passed + '<camunda:in source="screeningDueAt" target="screeningDueAt" />'
    assert findings_of({**files, LETTER: changed(LETTER, passed, more)[LETTER]}) == []


def test_a_unit_named_outright_must_be_in_use() -> None:
    files = visited("unit_handler@${leadUnit}", "unit_handler@transport")
    (warning,) = findings_of(files, units=["transport", "discipline"])
    assert (warning.element, warning.rule, warning.level) == ("Task_NoteVisit", "fixed-unit", Level.WARNING)
    finding = findings_of(files, units=["health", "discipline"])[0]
    assert (finding.file, finding.element, finding.rule) == (UNIT, "Task_NoteVisit", "unknown-unit")


@pytest.mark.parametrize("name", [LETTER, LADDER, "sign-off-reply.form"])
def test_rubbish_is_named_by_its_file(name: str) -> None:
    refused = [each for each in findings_of({**repository_files(), name: b"\xff\x00 rubbish"}) if each.file == name]
    assert refused
    assert {each.level for each in refused} == {Level.ERROR}
