"""What real tools write is taken without a word: prefixes, encodings, colours, templates, black boxes, planes, own ids."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from letterbox.bundle.diagrams import read_diagram
from letterbox.bundle.difference import ChangeKind, differences
from letterbox.bundle.files.bundle_file import read
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from tests.support.drawn.changed_bundle import with_visit
from tests.support.drawn.planted import LETTER, NOTICE, UNIT

BIOCOLOR = 'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0"'
DARK, LIGHT = "#0d4372", "#bbdefb"
TABLE = "time-limits.dmn"


def camunda_modeler(text: str) -> str:
    """Exporter, version, defaults written out, a line broken within a name."""
    text = text.replace(
        " targetNamespace=",
        ' exporter="Camunda Modeler" exporterVersion="5.40.0" xsi:schemaLocation="http://www.omg.org/spec/BPMN/20100524/MODEL BPMN20.xsd" '
        "targetNamespace=",
    )
    text = text.replace('name="甄别来信"', 'name="甄别&#10;来信"').replace(
        'executionPlatformVersion="7.24.0"', 'executionPlatformVersion="7.23.0"'
    )
    return text.replace("<bpmn:exclusiveGateway ", '<bpmn:exclusiveGateway gatewayDirection="Diverging" ')


def web_modeler(text: str) -> str:
    """Another prefix for the picture, an unused declaration of the other platform, no declaration of the encoding."""
    text = text.replace(
        "<bpmn:definitions ",
        '<bpmn:definitions xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" exporter="Camunda Web Modeler" exporterVersion="b7a7f77" ',
    )
    return text.replace('<?xml version="1.0" encoding="UTF-8"?>', "").strip()


def bpmn_js_demo(text: str) -> str:
    return text.replace("bpmn:", "bpmn2:").replace("xmlns:bpmn=", "xmlns:bpmn2=")


def default_namespace(text: str) -> str:
    text = (
        text.replace("bpmn:", "")
        .replace("xmlns:bpmn=", "xmlns=")
        .replace("dc:", "omgdc:")
        .replace("xmlns:dc=", "xmlns:omgdc=")
    )
    return text.replace("bpmndi:", "di2:").replace("xmlns:bpmndi=", "xmlns:di2=")


def coloured(text: str) -> str:
    text = text.replace(
        "<bpmndi:BPMNShape ",
        f'<bpmndi:BPMNShape bioc:stroke="{DARK}" bioc:fill="{LIGHT}" color:background-color="{LIGHT}" color:border-color="{DARK}" ',
    )
    text = text.replace("<bpmndi:BPMNLabel>", '<bpmndi:BPMNLabel color:color="#205022">')
    return text.replace("<bpmn:definitions ", f"<bpmn:definitions {BIOCOLOR} ")


def with_templates(text: str) -> str:
    text = text.replace(
        "<bpmn:userTask ",
        '<bpmn:userTask camunda:modelerTemplate="cn.county.ask-opinion" camunda:modelerTemplateVersion="3" '
        'camunda:modelerTemplateIcon="data:image/svg+xml,%3Csvg/%3E" ',
    )
    return text.replace("<bpmn:serviceTask ", '<bpmn:serviceTask camunda:modelerTemplate="cn.county.work" ')


def black_box(text: str) -> str:
    pool = '<bpmn:participant id="Participant_1x2y3z4" name="来信人" />'
    flow = '<bpmn:messageFlow id="Flow_0abc123" name="来信" sourceRef="Participant_1x2y3z4" targetRef="{}" />'
    start = re.search(r'<bpmn:startEvent id="(\w+)"', text)
    assert start is not None
    text = re.sub(r"<bpmn:participant [^>]*/>", rf"\g<0>{pool}{flow.format(start[1])}", text, count=1)
    shape = (
        '<bpmndi:BPMNShape id="Participant_1x2y3z4_di" bpmnElement="Participant_1x2y3z4" isHorizontal="true">'
        '<dc:Bounds x="160.5" y="-120" width="900" height="60" /></bpmndi:BPMNShape>'
    )
    edge = (
        '<bpmndi:BPMNEdge id="Flow_0abc123_di" bpmnElement="Flow_0abc123">'
        '<di:waypoint x="400" y="-60" /><di:waypoint x="4.0e2" y="150" /></bpmndi:BPMNEdge>'
    )
    return text.replace("</bpmndi:BPMNPlane>", f"{shape}{edge}</bpmndi:BPMNPlane>", 1)


def own_planes(text: str) -> str:
    """A subprocess that is collapsed: its inside is drawn on a plane of its own."""
    inside = re.search(r'<bpmn:subProcess id="(\w+)".*?</bpmn:subProcess>', text, re.DOTALL)
    if inside is None:
        return text
    plane = ""
    for element in re.findall(r'<bpmn:\w+ id="(\w+)"', inside[0])[1:]:
        picture = re.search(
            rf' *<bpmndi:(BPMN(?:Shape|Edge)) id="\w+" bpmnElement="{element}".*?</bpmndi:\1>\n', text, re.DOTALL
        )
        if picture is not None:
            text, plane = text.replace(picture[0], ""), plane + picture[0]
    box = re.search(rf'(<bpmndi:BPMNShape id="\w+" bpmnElement="{inside[1]}") isExpanded="true"', text)
    text = text.replace(box[0], f'{box[1]} isExpanded="false"') if box else text
    diagram = (
        f'<bpmndi:BPMNDiagram id="BPMNDiagram_own"><bpmndi:BPMNPlane id="BPMNPlane_own" bpmnElement="{inside[1]}">'
        f"{plane}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )
    return text.replace("</bpmn:definitions>", f"{diagram}</bpmn:definitions>")


STYLES = [
    camunda_modeler,
    web_modeler,
    bpmn_js_demo,
    default_namespace,
    coloured,
    with_templates,
    black_box,
    own_planes,
]
DIAGRAMS = sorted(name for name in repository_files() if name.endswith(".bpmn"))


@pytest.mark.parametrize("style", STYLES)
def test_no_style_of_a_tool_is_objected_to(style: Callable[[str], str]) -> None:
    files = repository_files()
    styled = {name: style(files[name].decode()).encode() for name in DIAGRAMS}
    assert styled != {name: files[name] for name in DIAGRAMS}
    assert findings_of({**files, **styled}) == []


@pytest.mark.parametrize("style", [web_modeler, bpmn_js_demo, default_namespace])
def test_styles_that_change_nothing_are_no_change(style: Callable[[str], str]) -> None:
    files = repository_files()
    styled = {name: style(files[name].decode()).encode() for name in DIAGRAMS}
    assert differences(files, {**files, **styled}) == ()
    assert {name: read(name, content).written for name, content in styled.items()} == {
        name: read(name, files[name]).written for name in DIAGRAMS
    }


def test_colours_are_a_change_of_the_picture_alone() -> None:
    files = repository_files()
    (change,) = differences(files, {**files, NOTICE: coloured(files[NOTICE].decode()).encode()})
    assert {each.how for each in change.elements} == {ChangeKind.MOVED}


ENCODINGS = [("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", None), ("gb18030", "GB18030"), ("gbk", "GBK")]


@pytest.mark.parametrize(("encoding", "declared"), ENCODINGS)
@pytest.mark.parametrize("name", [LETTER, UNIT, TABLE])
def test_other_encodings_are_read_and_written_as_utf8(name: str, encoding: str, declared: str | None) -> None:
    text = repository_files()[name].decode()
    head = f'encoding="{declared}"' if declared else 'encoding="UTF-16"'
    content = text.replace('encoding="UTF-8"', head).encode(encoding)
    if encoding == "utf-16-le":
        content = b"\xff\xfe" + content
    found = read(name, content)
    assert found.findings == ()
    assert found.written == read(name, repository_files()[name]).written


@pytest.mark.parametrize("encoding", ["utf-7", "utf-32", "shift_jis"])
def test_encodings_that_parsers_quarrel_about_are_refused(encoding: str) -> None:
    text = repository_files()[NOTICE].decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    found = read(NOTICE, text.encode(encoding, "replace"))
    assert not found.is_usable
    assert [each.rule for each in found.findings] == ["well-formed"]


def test_ids_made_by_the_tool_are_no_matter_of_the_owners_own_steps() -> None:
    files = with_visit(repository_files())
    text = (
        files[UNIT].decode().replace("Task_NoteVisit", "Activity_1od1ijn").replace("Flow_NoteVisit_On", "Flow_0pq8x7z")
    )
    assert findings_of({**files, UNIT: text.encode()}) == []
    assert read_diagram(UNIT, text.encode()).node("Activity_1od1ijn").name == "登记走访"


FOREIGN = [
    ("zeebe", '<bpmn:definitions xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" zeebe:x="1" ', "Camunda 8"),
    ("the platform alone", "<bpmn:definitions ", "Camunda 8"),
    ("flowable", '<bpmn:definitions xmlns:flowable="http://flowable.org/bpmn" flowable:x="1" ', "Flowable"),
    ("activiti", '<bpmn:definitions xmlns:activiti="http://activiti.org/bpmn" activiti:x="1" ', "Activiti"),
]


@pytest.mark.parametrize(("root", "words"), [row[1:] for row in FOREIGN], ids=[row[0] for row in FOREIGN])
def test_a_file_of_another_engine_is_named_in_one_finding(root: str, words: str) -> None:
    files = repository_files()
    text = files[LETTER].decode().replace("<bpmn:definitions ", root).replace("camunda:formRef", "formRef")
    if words == "Camunda 8":
        text = text.replace('executionPlatform="Camunda Platform"', 'executionPlatform="Camunda Cloud"')
    (finding,) = findings_of({**files, LETTER: text.encode()})
    assert (finding.file, finding.rule) == (LETTER, "other-engine")
    assert words in finding.message


@pytest.mark.parametrize("name", [LETTER, TABLE, "sign-off-reply.form", "own.bpmn", "own.form"])
def test_an_unreadable_file_is_one_finding_and_no_consequence(name: str) -> None:
    (finding,) = findings_of({**repository_files(), name: b"\x00 rubbish"})
    assert (finding.file, finding.rule) == (name, "well-formed")
