"""Two bundles compared: what was added, removed, changed or moved, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from letterbox.bundle.difference import ChangeKind, ElementChange, differences
from letterbox.services.deployment.design import repository_files

LETTER, LADDER, FORM = "letter-handling.bpmn", "escalation-ladder.dmn", "sign-off-reply.form"
NOTICE = "notice-delivery.bpmn"
Files = dict[str, bytes]
LIMIT = "extensionElements.properties.property[limit].value"
GONE = '<bpmn:sequenceFlow id="Flow_ScreenLetter_ScreeningOutcome" '


def edited(file: str, *changes: tuple[str, str]) -> Files:
    files = repository_files()
    text = files[file].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return {**files, file: text.encode()}


def only(files: Files) -> list[ElementChange]:
    (change,) = differences(repository_files(), files)
    assert change.how is ChangeKind.CHANGED
    return list(change.elements)


def test_equal_bundles_do_not_differ() -> None:
    assert differences(repository_files(), repository_files()) == ()


def test_a_renamed_step_says_the_old_name_and_the_new() -> None:
    (change,) = only(edited(LETTER, ('name="甄别来信"', 'name="甄别"')))
    assert (change.element, change.kind, change.name, change.how) == (
        "Task_ScreenLetter",
        "userTask",
        "甄别",
        ChangeKind.CHANGED,
    )
    assert [(each.path, each.old, each.new) for each in change.values] == [("name", "甄别来信", "甄别")]


@pytest.mark.parametrize(
    ("old", "new", "element", "path"),
    [
        ('name="limit" value="screening"', 'name="limit" value="review"', "Task_ScreenLetter", LIMIT),
        ("screeningOutcome == 'decline'", "screeningOutcome == 'no'", "Flow_ScreeningOutcome_LetterDeclined", "conditionExpression"),
        ('messageRef="MessageDefinition_WriterSupplied"', 'messageRef="M"', "Message_WriterSupplied", "messageEventDefinition.messageRef"),
        ('camunda:historyTimeToLive="P1825D"', 'camunda:historyTimeToLive="P30D"', "LetterHandlingProcess", "historyTimeToLive"),
    ],
)  # fmt: skip
def test_no_part_of_an_element_is_overlooked(old: str, new: str, element: str, path: str) -> None:
    (change,) = only(edited(LETTER, (old, new)))
    assert (change.element, [each.path for each in change.values]) == (element, [path])


def test_a_step_drawn_elsewhere_is_moved_not_changed() -> None:
    files = repository_files()
    shape = files[LETTER].decode().partition('bpmnElement="Task_ScreenLetter">')[2].partition("<dc:Bounds ")[2]
    bounds = shape.partition("/>")[0]
    (change,) = only(edited(LETTER, (bounds, 'x="1" y="2" width="100" height="80" ')))
    assert (change.element, change.how, change.values) == ("Task_ScreenLetter", ChangeKind.MOVED, ())


def test_a_step_taken_out_and_its_line_are_removed() -> None:
    rest = repository_files()[LETTER].decode().partition(GONE)[2].partition("/>")[0]
    line = f"{GONE}{rest}/>"
    (change,) = only(edited(LETTER, (line, "")))
    assert (change.element, change.how) == ("Flow_ScreenLetter_ScreeningOutcome", ChangeKind.REMOVED)


def test_a_cell_of_a_table_goes_by_its_columns_label() -> None:
    (change,) = only(edited(LADDER, ("<text>-1</text>", "<text>-3</text>")))
    assert (change.element, change.kind) == ("ladder-unit-near-due", "rule")
    assert [(each.path, each.old, each.new) for each in change.values] == [("偏移（工作日）", "-1", "-3")]


def form(change: Any) -> Files:
    files = repository_files()
    schema = json.loads(files[FORM])
    change(schema)
    return {**files, FORM: json.dumps(schema, ensure_ascii=False).encode()}


def test_a_forms_fields_are_compared_by_key() -> None:
    changes = only(
        form(lambda each: each["components"].insert(0, {"type": "textfield", "key": "seal", "label": "用印"}))
    )
    assert [(each.element, each.name, each.how) for each in changes] == [("seal", "用印", ChangeKind.ADDED)]
    (change,) = only(form(lambda each: each["components"][0]["values"].pop()))
    assert [(each.old, each.new) for each in change.values] == [
        ("同意报送（sign）；退回修改（send_back）", "同意报送（sign）")
    ]


def test_a_field_put_elsewhere_is_moved() -> None:
    (change,) = only(form(lambda each: each["components"].reverse()))
    assert change.how is ChangeKind.MOVED


def test_files_come_and_go_whole() -> None:
    before, after = repository_files(), repository_files()
    after["new.form"] = after.pop(FORM)
    found = {each.file: (each.how, {item.how for item in each.elements}) for each in differences(before, after)}
    assert found == {
        "new.form": (ChangeKind.ADDED, {ChangeKind.ADDED}),
        FORM: (ChangeKind.REMOVED, {ChangeKind.REMOVED}),
    }


def test_a_file_that_cannot_be_read_differs_as_a_whole() -> None:
    (change,) = differences(repository_files(), {**repository_files(), LETTER: b"<bpmn"})
    assert (change.problem, change.elements) == ("不是完整的 XML，第 1 行起看不懂，请用流程设计器重新保存", ())


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("new.dmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "文件带有 DOCTYPE 声明，为安全起见不接受，请删去"),
        ("new.dmn", b"<a/>", "文件不是 DMN 1.3 决策表（根元素不对），请检查是否选错了文件"),
        ("new.bpmn", b"<a/>", "文件不是 BPMN 2.0 流程图（根元素不对），请检查是否选错了文件"),
        ("new.form", b"[1]", "不是表单：JSON 的最外层应是一组字段"),
    ],
)
def test_a_new_file_without_anything_in_it_is_not_called_the_same(name: str, content: bytes, why: str) -> None:
    (change,) = differences(repository_files(), {**repository_files(), name: content})
    assert (change.how, change.problem) == (ChangeKind.ADDED, why)
