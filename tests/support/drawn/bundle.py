"""The shipped bundle as files, and a copy of it whose sequence flows are counted when taken."""

from __future__ import annotations

import json

from lxml import etree

from letterbox.bundle.diagrams import read_bundle
from letterbox.settings import ROOT

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FOLDER = ROOT / "bpmn"


def shipped() -> dict[str, bytes]:
    """Everything under ``bpmn/`` by file name; a form that is not there yet is an empty one."""
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.rglob("*")) if path.is_file()}
    ids = {json.loads(content)["id"] for name, content in files.items() if name.endswith(".form")}
    wanted = {task.form for diagram in read_bundle(files) for task in diagram.user_tasks if task.form}
    return files | {f"{form}.form": empty_form(form) for form in sorted(wanted - ids)}


def empty_form(form: str) -> bytes:
    return json.dumps({"id": form, "type": "default", "schemaVersion": 16, "components": []}).encode()


def counted(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same bundle with a listener on every sequence flow that tells the engine's flow counter."""
    return {name: _counted(content) if name.endswith(".bpmn") else content for name, content in files.items()}


def _counted(content: bytes) -> bytes:
    root = etree.fromstring(content)
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        box = etree.Element(f"{{{BPMN}}}extensionElements")
        listener = etree.SubElement(box, f"{{{CAMUNDA}}}executionListener")
        listener.set("expression", "${flowCoverage.take(execution)}")
        listener.set("event", "take")
        flow.insert(0, box)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
