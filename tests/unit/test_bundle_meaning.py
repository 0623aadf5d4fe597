"""Nothing that a file says changes unsaid, and nothing is called a change that is only written otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lxml import etree

from letterbox.bundle.difference import differences
from letterbox.bundle.meaning import says_the_same
from letterbox.services.deployment.design import repository_files
from tests.unit.test_bundle_diff import FORM, LADDER, LETTER, NOTICE, only

UNIT, LIMITS = "unit-handling.bpmn", "time-limits.dmn"
SAME = [
    ("a form in one line", FORM, lambda text: json.dumps(json.loads(text))),
    ("another prefix", LETTER, lambda text: text.replace("bpmn:", "bpmn2:").replace("xmlns:bpmn=", "xmlns:bpmn2=")),
    ("no prefix", UNIT, lambda text: text.replace("bpmn:", "").replace("xmlns:bpmn=", "xmlns=")),
    (
        "the engine's other namespace",
        UNIT,
        lambda text: text.replace("http://camunda.org/schema/1.0/bpmn", "http://operaton.org/schema/1.0/bpmn"),
    ),
    ("a default left out", LIMITS, lambda text: text.replace(' hitPolicy="UNIQUE"', "")),
    (
        "a default written out",
        UNIT,
        lambda text: text.replace('cancelActivity="true" ', "").replace(
            "attachedToRef=", 'cancelActivity="true" attachedToRef='
        ),
    ),
    (
        "the tool's mark",
        LETTER,
        lambda text: text.replace(
            " targetNamespace=", ' exporter="Camunda Modeler" exporterVersion="5.40" targetNamespace='
        ),
    ),
    (
        "the order of attributes",
        LETTER,
        lambda text: text.replace(
            '<bpmn:process id="LetterHandlingProcess" name="来信办理"',
            '<bpmn:process name="来信办理" id="LetterHandlingProcess"',
        ),
    ),
    ("the id of a shape", LETTER, lambda text: text.replace("Task_ScreenLetter_di", "BPMNShape_17")),
    ("a comment", LETTER, lambda text: text.replace("<bpmn:process ", "<!-- x --><bpmn:process ")),
    ("lines and indents", LETTER, lambda text: text.replace("\n", "\r\n").replace("  ", "\t")),
]


@pytest.mark.parametrize(("file", "rewrite"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_another_way_of_writing_the_same_is_no_change(file: str, rewrite: Callable[[str], str]) -> None:
    text = repository_files()[file].decode()
    assert rewrite(text) != text or file == UNIT
    assert differences(repository_files(), {**repository_files(), file: rewrite(text).encode()}) == ()


GATEWAY = '<bpmn:exclusiveGateway id="Gateway_DraftOutcome"'
CHANGES = [
    (
        "terminate taken out",
        UNIT,
        '      <bpmn:terminateEventDefinition id="TerminateEventDefinition_ReplySubmitted" />',
        "",
        "EndEvent_ReplySubmitted",
        ("terminateEventDefinition", "有", ""),
    ),
    (
        "interrupting no more",
        UNIT,
        'id="Message_LetterReturned" name="退回"',
        'id="Message_LetterReturned" name="退回" isInterrupting="false"',
        "Message_LetterReturned",
        ("isInterrupting", "", "false"),
    ),
    ("retyped", NOTICE, "serviceTask", "sendTask", "Task_SendNotice", ("kind", "serviceTask", "sendTask")),
    (
        "gateway's kind",
        UNIT,
        "exclusiveGateway",
        "parallelGateway",
        "Gateway_UnitStep",
        ("kind", "exclusiveGateway", "parallelGateway"),
    ),
    (
        "mapping taken out",
        LETTER,
        '        <camunda:out source="unitOutcome" target="unitOutcome" />',
        "",
        "CallActivity_UnitHandling",
        ("extensionElements.out[unitOutcome].source", "unitOutcome", ""),
    ),
    (
        "flag of a step",
        LETTER,
        'camunda:asyncAfter="true" camunda:formRef="screen-letter"',
        'camunda:formRef="screen-letter"',
        "Task_ScreenLetter",
        ("asyncAfter", "true", ""),
    ),
    (
        "namespace of the file",
        LETTER,
        "http://letterbox.example/bpmn",
        "http://elsewhere.example/bpmn",
        "definitions",
        ("targetNamespace", "http://letterbox.example/bpmn", "http://elsewhere.example/bpmn"),
    ),
    (
        "hit policy",
        LADDER,
        ' hitPolicy="COLLECT"',
        ' hitPolicy="FIRST"',
        "escalation-ladder_Table",
        ("hitPolicy", "COLLECT", "FIRST"),
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "element", "value"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_what_becomes_of_an_element_is_named(
    file: str, old: str, new: str, element: str, value: tuple[str, str, str]
) -> None:
    files = repository_files()
    text = files[file].decode()
    assert old in text
    times = text.count(old) if value[0] == "kind" else 1
    (change,) = differences(files, {**files, file: text.replace(old, new, times).encode()})
    assert value in [
        (each.path, each.old, each.new) for item in change.elements if item.element == element for each in item.values
    ]


def test_the_order_of_a_gateways_branches_says_something() -> None:
    """The engine takes the first branch whose condition holds."""
    text = repository_files()[UNIT].decode()
    first, second = (
        re.search(rf'    <bpmn:sequenceFlow id="Flow_UnitStep_{name}".*?</bpmn:sequenceFlow>\n', text, re.DOTALL)
        for name in ("ReceiveLetter", "SubmitToDeputy")
    )
    assert first is not None
    assert second is not None
    swapped = text.replace(first[0], "").replace(second[0], second[0] + first[0])
    (change,) = only({**repository_files(), UNIT: swapped.encode()})
    assert (change.element, [each.path for each in change.values]) == ("Gateway_UnitStep", ["order"])


@pytest.mark.parametrize("file", [NOTICE, "promise.bpmn", "routing.dmn", FORM])
def test_no_change_of_a_file_goes_unsaid(file: str) -> None:
    """Attributes and elements are taken out in turn: what is not the same names an element."""
    files = repository_files()
    for changed in every_small_change(file, files[file]):
        if not says_the_same(file, files[file], changed):
            (change,) = differences(files, {**files, file: changed})
            assert change.problem or change.elements
            assert [each.kind for each in change.elements] != ["file"]


def every_small_change(file: str, content: bytes) -> Iterator[bytes]:
    if file.endswith(".form"):
        yield from smaller_forms(json.loads(content))
        return
    for at in range(0, sum(1 for _ in etree.fromstring(content).iter()), 3):
        for key in list(etree.fromstring(content).iter())[at].attrib:
            root = etree.fromstring(content)
            del list(root.iter())[at].attrib[key]
            yield etree.tostring(root)
        root = etree.fromstring(content)
        item = list(root.iter())[at]
        if (parent := item.getparent()) is not None:
            parent.remove(item)
            yield etree.tostring(root)


def smaller_forms(schema: dict[str, Any]) -> Iterator[bytes]:
    for number, component in enumerate(schema["components"]):
        for key in component:
            less = json.loads(json.dumps(schema))
            del less["components"][number][key]
            yield json.dumps(less).encode()
