"""One change of an owner's, one finding that says what to do: on the element, with nothing beside it that follows from it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from letterbox.bundle.model.diagram_model import Level
from letterbox.bundle.model.juel_tree import same_condition
from letterbox.bundle.rules.diagram_rules import by_tool
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from tests.support.drawn.changed_bundle import VISIT_FORM, edited, with_visit
from tests.support.drawn.planted import LETTER, SUPERVISION, UNIT, WATCH, Files, found, planted

ERROR, WARNING = Level.ERROR, Level.WARNING
CALL, SIGN, DRAFT, REVIEW = "CallActivity_UnitHandling", "sign-off-reply.form", "draft-reply.form", "review-reply.form"
LIMITS, LADDER, ROUTING = "time-limits.dmn", "escalation-ladder.dmn", "routing.dmn"
LAST_OUT = '<camunda:out source="unitStep" target="unitStep" />'
KEY = '<camunda:in businessKey="#{execution.processBusinessKey}" />'
Row = tuple[str, str, str, str, str, Level]
ROWS: list[Row] = [
    (LETTER, LAST_OUT, f'{LAST_OUT}<camunda:out source="unitOutcome" target="leadUnit" />', CALL, "changed-mapping", ERROR),
    (LETTER, LAST_OUT, f'{LAST_OUT}<camunda:out sourceExpression="pass" target="reviewOutcome" />', CALL, "changed-mapping", ERROR),
    (LETTER, LAST_OUT, f'{LAST_OUT}<camunda:in source="category" target="reviewDueAt" />', CALL, "changed-mapping", ERROR),
    (LETTER, 'source="leadUnit" target="leadUnit"', 'source="category" target="leadUnit"', CALL, "changed-mapping", ERROR),
    (LETTER, KEY, "", CALL, "business-key", ERROR),
    (LETTER, 'ElementBinding="deployment"', 'ElementBinding="version" camunda:calledElementVersion="1"', CALL, "binding", ERROR),
    (LIMITS, 'name="length" typeRef="integer"', 'name="length" typeRef="date"', "time-limits", "column-type", ERROR),
    (LIMITS, 'name="length" typeRef="integer"', 'name="length" typeRef="string"', "time-limits", "column-type", ERROR),
    (LIMITS, "<text>kind</text>", "<text>limitKind</text>", "time-limits", "table-column", ERROR),
    (LADDER, ' hitPolicy="COLLECT"', "", "escalation-ladder", "hit-policy", ERROR),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "element", "rule", "level"), ROWS)
def test_a_changed_place_is_one_finding(file: str, old: str, new: str, element: str, rule: str, level: Level) -> None:
    said = [(each.element, each.rule, each.level) for each in findings_of(planted(file, (old, new)))]
    assert said == [(element, rule, level)]


SEEN = [
    (LETTER, 'id="Task_ReviewReply" name', 'id="Task_ReviewReply" camunda:exclusive="false" name', "Task_ReviewReply", "changed-attribute"),
    (LETTER, 'name="合格"', 'name="退回重办"', "Flow_ReviewOutcome_DeliverReply", "swapped-label"),
    (UNIT, 'name="办理并拟写回复"', 'name="审签回复"', "Task_DraftReply", "swapped-name"),
    (UNIT, 'name="审签回复"', 'name="办理并拟写回复"', "Task_SignOffReply", "swapped-name"),
    (UNIT, 'name="已退回待裁定"', 'name="回复已提交"', "EndEvent_LetterReturned", "swapped-name"),
    (UNIT, 'name="拟写结果？"', 'name="审签结论？"', "Gateway_DraftOutcome", "swapped-name"),
    (WATCH, ' processRef="DeadlineWatchProcess"', "", "DeadlineWatchProcess", "no-pool"),
    (ROUTING, '<text>"report"</text>', '<text>"help"</text>', "route-matter", "route-accused"),
]  # fmt: skip


ENDLESS = [
    (LETTER, ' sourceRef="Task_ReviewReply" targetRef="Limit_Review"', ' targetRef="Limit_Review"'),
    (LETTER, ' sourceRef="Task_ReviewReply" targetRef="Limit_Review"', ' sourceRef="Task_ReviewReply"'),
    (
        LETTER,
        "<bpmn:textAnnotation",
        '<bpmn:messageFlow id="Flow_M" targetRef="Task_ReviewReply"/><bpmn:textAnnotation',
    ),
    (
        LETTER,
        "<bpmn:textAnnotation",
        '<bpmn:messageFlow id="Flow_M" sourceRef="Task_ReviewReply"/><bpmn:textAnnotation',
    ),
]


@pytest.mark.parametrize(("file", "old", "new"), ENDLESS)
def test_a_line_of_a_note_or_a_message_without_an_end_is_what_the_engine_refuses(file: str, old: str, new: str) -> None:
    assert any(rule == "schema-order" for _, rule in found(planted(file, (old, new))))


@pytest.mark.parametrize(("file", "old", "new", "element", "rule"), SEEN)
def test_what_would_mislead_people_is_said(file: str, old: str, new: str, element: str, rule: str) -> None:
    assert (element, rule) in found(planted(file, (old, new)))


def test_a_lost_picture_is_one_finding() -> None:
    text = re.sub(
        r"<bpmndi:BPMN(Shape|Edge).*?</bpmndi:BPMN\1>", "", repository_files()[UNIT].decode(), flags=re.DOTALL
    )
    said = [(each.element, each.rule) for each in findings_of({**repository_files(), UNIT: text.encode()})]
    assert said == [("", "drawn")]


@pytest.mark.parametrize(
    "made", ["StartEvent_1", "usertask1", "Id_3f2504e0-4f89-11d3-9a0c-0305e82c3301", "Activity_1od1ijn"]
)
def test_ids_of_tools_are_nobodys_fault(made: str) -> None:
    assert by_tool(made)


SAME = [
    (LETTER, "#{execution.processBusinessKey}", "${execution.processBusinessKey}"),
    (LETTER, LAST_OUT, f'{LAST_OUT}<camunda:in source="urgent" target="urgent" />'),
    (LETTER, "${rehandlingAsked == true}", "${ rehandlingAsked }"),
    (LETTER, "${reviewOutcome == 'pass'}", "${'pass' eq reviewOutcome}"),
    (LIMITS, 'name="length" typeRef="integer"', 'name="length" typeRef="number"'),
]


@pytest.mark.parametrize(("file", "old", "new"), SAME)
def test_what_says_the_same_in_other_words_is_no_change(file: str, old: str, new: str) -> None:
    assert findings_of(planted(file, (old, new))) == []


@pytest.mark.parametrize(
    ("one", "other"), [("${a}", "${a == false}"), ("${true}", "${true == true}"), ("${a}", "${b}")]
)
def test_other_conditions_are_not_the_same(one: str, other: str) -> None:
    assert not same_condition(one, other)


def field(file: str, key: str, **changes: Any) -> Files:
    schema = json.loads(repository_files()[file])
    _found(schema["components"], key).update(changes)
    return {**repository_files(), file: json.dumps(schema, ensure_ascii=False).encode()}


def _found(components: list[dict[str, Any]], key: str) -> dict[str, Any]:
    inner = [each for one in components for each in (one, *one.get("components", []))]
    return next(each for each in inner if each.get("key") == key)


SIGNED, BACK = {"label": "同意报送", "value": "sign"}, {"label": "退回修改", "value": "send_back"}
FIELDS: list[tuple[str, str, dict[str, Any], str, Level]] = [
    (SIGN, "comment", {"properties": {"requiredIf": '=outcome = "sign"'}}, "optional-field", ERROR),
    (SIGN, "comment", {"properties": {}}, "optional-field", ERROR),
    (SIGN, "outcome", {"validate": {}}, "optional-field", ERROR),
    (SIGN, "outcome", {"defaultValue": "sign"}, "preset-choice", WARNING),
    (REVIEW, "publish", {"defaultValue": False}, "preset-choice", WARNING),
    (SIGN, "outcome", {"values": [{**SIGNED, "label": BACK["label"]}, {**BACK, "label": SIGNED["label"]}]}, "swapped-choice", ERROR),
    (SIGN, "outcome", {"values": [{**SIGNED, "label": "同意"}, {**BACK, "label": "退回"}]}, "renamed-choice", WARNING),
    (SIGN, "outcome", {"values": [{**SIGNED, "value": "sign "}, BACK]}, "unknown-choice", ERROR),
    (SIGN, "comment", {"validate": {"maxLength": 2000, "pattern": "^$"}}, "narrow-field", ERROR),
    (SIGN, "comment", {"validate": {"maxLength": 2000, "pattern": "^.+$"}}, "narrow-field", WARNING),
    (DRAFT, "reply", {"validate": {"required": True, "maxLength": 1}}, "narrow-field", ERROR),
    (SIGN, "outcome", {"readonly": True}, "locked-field", ERROR),
]  # fmt: skip


@pytest.mark.parametrize(("file", "key", "changes", "rule", "level"), FIELDS)
def test_a_changed_field_is_one_finding(file: str, key: str, changes: dict[str, Any], rule: str, level: Level) -> None:
    said = [(each.file, each.element, each.rule, each.level) for each in findings_of(field(file, key, **changes))]
    assert said == [(file, key, rule, level)]


def without_rows(file: str) -> Files:
    return {**repository_files(), file: re.sub(rb"<rule .*?</rule>", b"", repository_files()[file], flags=re.DOTALL)}


def own_task_with_anothers_form() -> Files:
    files = with_visit(repository_files())
    changed = files[UNIT].replace(f'camunda:formRef="{VISIT_FORM}"'.encode(), b'camunda:formRef="sign-off-reply"')
    del files[f"{VISIT_FORM}.form"]
    return {**files, UNIT: changed}


def renamed(file: str, old: str, new: str) -> Files:
    return {**repository_files(), file: repository_files()[file].replace(old.encode(), new.encode())}


WHOLE: list[tuple[Callable[[], Files], list[tuple[str, str]]]] = [
    (lambda: without_rows(LIMITS), [("time-limits", "empty-table")]),
    (own_task_with_anothers_form, [("Task_NoteVisit", "others-form")]),
]


@pytest.mark.parametrize(("files", "expected"), WHOLE)
def test_a_change_of_many_places_is_one_finding(files: Callable[[], Files], expected: list[tuple[str, str]]) -> None:
    assert [(each.element, each.rule) for each in findings_of(files())] == expected


def test_a_process_under_another_name_is_said_once_not_for_each_of_its_elements() -> None:
    rules = {each.rule for each in findings_of(renamed(SUPERVISION, "SupervisionProcess", "OtherProcess"))}
    assert "required-id" in rules
    assert "moved" not in rules


def test_a_step_under_another_name_does_not_accuse_its_form() -> None:
    files = renamed(LETTER, "Task_ScreenLetter", "Task_ScreenTwo")
    assert "system-variable" not in {each.rule for each in findings_of(files)}


def test_a_branch_by_a_category_that_there_is_not_is_refused() -> None:
    answer = ("${unitOutcome == 'joined'}", "${category == 'repot'}")
    text = edited(LETTER, answer)
    rules = {each.rule for each in findings_of({**repository_files(), LETTER: text})}
    assert "unreachable-branch" in rules
