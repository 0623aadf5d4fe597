"""Changes of the shipped bundle as a process owner makes them."""

from __future__ import annotations

import io
import json
from typing import Any

from lxml import etree

from letterbox.bundle.files.bundle_file import anew
from letterbox.services.deployment.design import repository_files

Upload = tuple[io.BytesIO, str]


def edited(file: str, *changes: tuple[str, str]) -> bytes:
    """A shipped file with these pieces of text replaced, each once."""
    text = repository_files()[file].decode()
    for old, new in changes:
        assert old in text, f"{file} no longer holds {old}: this test changes nothing"
        text = text.replace(old, new, 1)
    return text.encode()


def with_field(file: str, **field: Any) -> bytes:
    """A shipped form with one more field, as it is deployed."""
    schema = json.loads(repository_files()[file])
    schema["components"].append(field)
    return anew({file: json.dumps(schema, ensure_ascii=False).encode()})[file]


def upload(name: str, content: bytes) -> Upload:
    """As a browser without scripts sends it."""
    return io.BytesIO(content), name


BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
VISIT_FORM = "note-visit"
VISIT: dict[str, Any] = {
    "id": VISIT_FORM, "type": "default", "schemaVersion": 19, "executionPlatform": "Camunda Platform",
    "components": [
        {"type": "select", "key": "place_kind", "label": "走访地点",
         "values": [{"label": "来信人家中", "value": "home"}, {"label": "事发现场", "value": "site"}],
         "validate": {"required": True}, "properties": {"variable": "placeKind"}},
        {"type": "datetime", "key": "visited_on", "label": "走访日期", "subtype": "date", "validate": {"required": True}},
        {"type": "checkbox", "key": "with_photos", "label": "已拍照"},
        {"type": "textarea", "key": "seen", "label": "看到的情况", "validate": {"required": True, "maxLength": 300}},
    ],
}  # fmt: skip


def with_visit(files: dict[str, bytes]) -> dict[str, bytes]:
    """The bundle with a task of the owner's own: after signing for the letter the handler notes a visit."""
    changed = insert_task(
        files["unit-handling.bpmn"], "Flow_ReceiveLetter_SubmitToDeputy", "Task_NoteVisit", "登记走访"
    )
    form = json.dumps(VISIT, ensure_ascii=False).encode()
    return {**files, "unit-handling.bpmn": changed, f"{VISIT_FORM}.form": form}


def insert_task(content: bytes, flow_id: str, task_id: str, name: str) -> bytes:
    """A user task for the unit's handler drawn into a sequence flow, in the lane of what it stands before."""
    root = etree.fromstring(content)
    (flow,) = (each for each in root.iter(f"{{{BPMN}}}sequenceFlow") if each.get("id") == flow_id)
    process, target, onward = flow.getparent(), str(flow.get("targetRef")), f"Flow_{task_id.removeprefix('Task_')}_On"
    assert process is not None
    (after,) = (each for each in process.iter() if each.get("id") == target)
    next(each for each in after.iter(f"{{{BPMN}}}incoming") if each.text == flow_id).text = onward
    flow.set("targetRef", task_id)
    for member in [each for each in process.iter(f"{{{BPMN}}}flowNodeRef") if each.text == target]:
        reference = etree.Element(f"{{{BPMN}}}flowNodeRef")
        reference.text = task_id
        member.addnext(reference)
    process.append(etree.fromstring(_task(task_id, name, flow_id, onward)))
    process.append(etree.fromstring(_flow(onward, task_id, target)))
    (plane,) = root.iter(f"{{{DI}}}BPMNPlane")
    plane.append(etree.fromstring(_shape(task_id)))
    plane.append(etree.fromstring(_edge(onward)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _task(task_id: str, name: str, incoming: str, outgoing: str) -> str:
    return (
        f'<bpmn:userTask xmlns:bpmn="{BPMN}" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="{task_id}" name="{name}" '
        f'camunda:asyncAfter="true" camunda:formRef="{VISIT_FORM}" camunda:formRefBinding="deployment" '
        'camunda:candidateGroups="unit_handler@${leadUnit}" camunda:dueDate="${replyDueAt}">'
        f"<bpmn:documentation>走访后登记。</bpmn:documentation><bpmn:incoming>{incoming}</bpmn:incoming>"
        f"<bpmn:outgoing>{outgoing}</bpmn:outgoing></bpmn:userTask>"
    )


def _flow(flow_id: str, source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow xmlns:bpmn="{BPMN}" id="{flow_id}" sourceRef="{source}" targetRef="{target}"/>'


def _shape(element: str) -> str:
    return (
        f'<di:BPMNShape xmlns:di="{DI}" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="{element}_di" '
        f'bpmnElement="{element}"><dc:Bounds x="520" y="500" width="100" height="80"/></di:BPMNShape>'
    )


def _edge(flow: str) -> str:
    return (
        f'<di:BPMNEdge xmlns:di="{DI}" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI" id="{flow}_di" bpmnElement="{flow}">'
        '<dd:waypoint x="620" y="540"/><dd:waypoint x="700" y="540"/></di:BPMNEdge>'
    )
