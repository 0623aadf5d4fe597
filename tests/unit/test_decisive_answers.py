"""Fields that decide can always be answered, in their own words; forms that nobody could fill in are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from letterbox.bundle.model.diagram_model import Level
from letterbox.services.deployment.design import repository_files
from tests.support.drawn.changed_bundle import VISIT, VISIT_FORM, with_visit
from tests.support.drawn.planted import UNIT, Files, found, line
from tests.unit.test_bundle_check import form

SIGN, REVIEW = "sign-off-reply.form", "review-reply.form"
ERROR, WARNING = Level.ERROR, Level.WARNING
YES, NO = {"label": "同意报送", "value": "sign"}, {"label": "退回修改", "value": "send_back"}
FIELDS: list[tuple[str, str, dict[str, Any], str, Level]] = [
    (SIGN, "outcome", {"disabled": True}, "locked-field", ERROR),
    (SIGN, "outcome", {"readonly": True}, "locked-field", ERROR),
    (SIGN, "outcome", {"conditional": {"hide": "=comment != null"}}, "hidden-field", ERROR),
    (SIGN, "outcome", {"conditional": {"hide": "=true"}}, "hidden-field", ERROR),
    (SIGN, "outcome", {"validate": {}}, "optional-field", ERROR),
    (SIGN, "outcome", {"values": [YES]}, "missing-choice", ERROR),
    (SIGN, "outcome", {"values": [{**YES, "label": NO["label"]}, {**NO, "label": YES["label"]}]}, "swapped-choice", ERROR),
    (SIGN, "outcome", {"values": [{**YES, "label": "同意"}, NO]}, "renamed-choice", WARNING),
    (SIGN, "outcome", {"values": None, "valuesKey": "units"}, "changed-choice", ERROR),
    (SIGN, "comment", {"properties": {}}, "optional-field", ERROR),
    (REVIEW, "handling_opinion", {"conditional": {"hide": '=outcome != "fail" or not(failed_reviews >= 2)'}}, "hidden-field", ERROR),
    (REVIEW, "publish", {"conditional": {"hide": "=true"}}, "hidden-field", ERROR),
    (REVIEW, "comment", {"conditional": {"hide": '=outcome = "fail"'}}, "hidden-field", ERROR),
    ("assign-letter.form", "lead_unit", {"readonly": True}, "locked-field", ERROR),
    ("rule-on-return.form", "outcome", {"values": [{"label": "同意退回", "value": "uphold"}]}, "missing-choice", ERROR),
    ("draft-reply.form", "reply", {"conditional": {"hide": "=unmet_demand = true"}}, "hidden-field", ERROR),
]  # fmt: skip


@pytest.mark.parametrize(("file", "key", "changes", "rule", "level"), FIELDS, ids=lambda value: str(value)[:40])
def test_a_field_that_decides_can_always_be_answered(
    file: str, key: str, changes: dict[str, Any], rule: str, level: Level
) -> None:
    assert found(form(file, key, **dict(changes)))[key, rule].level is level


def test_a_group_hides_its_fields() -> None:
    files = repository_files()
    schema = json.loads(files[SIGN])
    box = {"type": "group", "id": "Group_Own", "label": "审签", "components": schema["components"][:1]}
    plain = {**schema, "components": [box, *schema["components"][1:]]}
    assert found({**files, SIGN: json.dumps(plain).encode()}) == {}
    box["conditional"] = {"hide": "=comment = null"}
    hidden = {**schema, "components": [box, *schema["components"][1:]]}
    assert found({**files, SIGN: json.dumps(hidden).encode()})["outcome", "hidden-field"].level is ERROR


def test_a_hint_or_a_wider_condition_is_the_owners() -> None:
    assert found(form(REVIEW, "comment", conditional={"hide": '=outcome = "pass"'})) == {}
    assert (
        found(form(SIGN, "comment", validate={"maxLength": 500}, properties={"requiredIf": '=outcome = "send_back"'}))
        == {}
    )


def visit(**changes: Any) -> Files:
    """The owner's form with its choice changed."""
    schema = {**VISIT, "components": [{**VISIT["components"][0], **changes}, *VISIT["components"][1:]]}
    return {**with_visit(repository_files()), f"{VISIT_FORM}.form": json.dumps(schema).encode()}


@pytest.mark.parametrize("name", ["leadUnit", "unitStep", "replyDueAt", "signOffOutcome", "unitOutcome"])
def test_an_own_field_does_not_write_what_the_system_writes(name: str) -> None:
    assert found(visit(properties={"variable": name}))["place_kind", "system-variable"].level is ERROR


def decided(files: Files) -> Files:
    """The owner's choice decides at a gateway of his own."""
    gateway = '<bpmn:exclusiveGateway id="Gateway_Place" name="去了哪里？"/>'
    ways = line("Gateway_Place", "Task_SubmitToDeputy", "${placeKind == 'home'}", "家中")
    back = line("Gateway_Place", "Task_NoteVisit", "${placeKind == 'site'}", "现场")
    onward = 'sourceRef="Task_NoteVisit" targetRef="'
    text = files[UNIT].decode().replace(f'{onward}Task_SubmitToDeputy"', f'{onward}Gateway_Place"')
    text = text.replace("</bpmn:process>", f"{gateway}{ways}{back}</bpmn:process>")
    return {**files, UNIT: text.encode()}


DECISIVE = {"hidden-field", "locked-field", "no-branch", "other-target", "bypass", "line-gone", "out-of-scope"}


def test_an_own_field_that_decides_is_always_there() -> None:
    assert not {rule for _, rule in found(decided(visit()))} & DECISIVE
    hidden = decided(visit(conditional={"hide": "=with_photos = true"}))
    assert found(hidden)["place_kind", "hidden-field"].level is ERROR
    assert found(decided(visit(disabled=True)))["place_kind", "locked-field"].level is ERROR


NUMBER = {"type": "number", "key": "persons", "label": "几个人"}
TEXT = {"type": "textfield", "key": "words", "label": "几句话"}
BOX = {"type": "checkbox", "key": "ticked", "label": "勾选"}
CHOICE = {
    "type": "select",
    "key": "chosen",
    "label": "选项",
    "values": [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}],
}
SAME = [{"label": "甲", "value": "a"}, {"label": "甲", "value": "b"}]
UNFIT: list[tuple[dict[str, Any], dict[str, Any], Level]] = [
    (NUMBER, {"validate": {"min": 5, "max": 3}}, ERROR),
    (NUMBER, {"validate": {"min": 1, "max": 3}, "defaultValue": 9}, ERROR),
    (NUMBER, {"defaultValue": "many"}, ERROR),
    (NUMBER, {"decimalDigits": 0, "defaultValue": 1.5}, ERROR),
    (TEXT, {"validate": {"minLength": 20, "maxLength": 10}}, ERROR),
    (TEXT, {"validate": {"maxLength": 0}}, ERROR),
    (TEXT, {"validate": {"maxLength": 2}, "defaultValue": "太长了"}, ERROR),
    (TEXT, {"validate": {"pattern": "^[0-9]+$"}, "defaultValue": "words"}, ERROR),
    (TEXT, {"validate": {"required": True}, "conditional": {"hide": "=true"}}, ERROR),
    (TEXT, {"conditional": {"hide": '=outcome != "sing"'}}, ERROR),
    (TEXT, {"conditional": {"hide": '=outcome in ["sing", "sign"]'}}, ERROR),
    (TEXT, {"conditional": {"hide": '=outcome = "sign" or outcome != "sign"'}}, WARNING),
    (TEXT, {"properties": {"requiredIf": '=outcome = "sing"'}}, ERROR),
    (BOX, {"defaultValue": "yes"}, ERROR),
    (CHOICE, {"defaultValue": "c"}, ERROR),
    (CHOICE, {"values": SAME}, ERROR),
    (CHOICE, {"values": [{"label": " ", "value": "a"}]}, ERROR),
    (CHOICE, {"values": []}, ERROR),
    ({**TEXT, "key": "k" * 101}, {}, ERROR),
    ({**TEXT, "key": "outcome"}, {}, ERROR),
]


@pytest.mark.parametrize(("field", "changes", "level"), UNFIT, ids=lambda value: str(value)[:50])
def test_a_field_that_nobody_can_fill_in_is_found(field: dict[str, Any], changes: dict[str, Any], level: Level) -> None:
    files = repository_files()
    schema = json.loads(files[SIGN])
    schema["components"].append({**field, **changes})
    said = found({**files, SIGN: json.dumps(schema).encode()})
    assert said[field["key"][:100], "form"].level is level


@pytest.mark.parametrize("field", [NUMBER, TEXT, BOX, CHOICE], ids=lambda field: field["type"])
def test_a_plain_field_is_fine(field: dict[str, Any]) -> None:
    files = repository_files()
    schema = json.loads(files[SIGN])
    schema["components"].append(field)
    assert found({**files, SIGN: json.dumps(schema).encode()}) == {}
