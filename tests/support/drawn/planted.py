"""Faults planted in the shipped bundle: small changes of its files, as an owner's modeler makes them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from letterbox.bundle.model.diagram_model import Finding
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from tests.support.drawn.changed_bundle import edited

Files = dict[str, bytes]
LETTER, UNIT, WATCH, NOTICE = (
    "letter-handling.bpmn",
    "unit-handling.bpmn",
    "deadline-watch.bpmn",
    "notice-delivery.bpmn",
)
SUPERVISION, CO_HANDLING, INSTRUCTION = "supervision.bpmn", "co-handling.bpmn", "leader-instruction.bpmn"

SECOND_TEXT = "<bpmn:documentation>${''.getClass().forName('groovy.lang.GroovyShell')}</bpmn:documentation><bpmn:documentation>甄别"
FORM_REF = 'camunda:formRef="screen-letter"'
LOST = {
    "a second documentation": ("<bpmn:documentation>甄别", SECOND_TEXT),
    "another engine's class": (FORM_REF, f'xmlns:act="http://activiti.org/bpmn" act:class="x.Y" {FORM_REF}'),
    "a class by an alias": (FORM_REF, f'xmlns:al="http://operaton.org/schema/1.0/bpmn" al:class="x.Y" {FORM_REF}'),
}
"""Changes of ``LETTER`` that are gone from the file as it would be deployed: only what was given tells of them."""


def planted(file: str, *changes: tuple[str, str]) -> Files:
    """The shipped bundle with these pieces of one file's text replaced, each once."""
    return {**repository_files(), file: edited(file, *changes)}


def added(file: str, *elements: str, moved: Mapping[str, str] | None = None) -> Files:
    """The shipped bundle with further elements at the end of a file's process; ``moved``: flow → its new target."""
    files = planted(file, ("</bpmn:process>", f"{''.join(elements)}</bpmn:process>"))
    text = files[file].decode()
    for flow, target in (moved or {}).items():
        text, times = re.subn(rf'(id="{flow}"[^>]* targetRef=")[^"]+', rf"\g<1>{target}", text)
        assert times == 1, f"{file} has no flow {flow}"
    return {**files, file: text.encode()}


def line(source: str, target: str, condition: str = "", name: str = "", flow_id: str = "") -> str:
    """A sequence flow, ``Flow_New_<source>_<target>`` unless it is given an id."""
    inner = f"<bpmn:conditionExpression><![CDATA[{condition}]]></bpmn:conditionExpression>" if condition else ""
    flow = flow_id or f"Flow_New_{source}_{target}"
    label = f' name="{name}"' if name else ""
    return (
        f'<bpmn:sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}"{label}>{inner}</bpmn:sequenceFlow>'
    )


def found(files: Files) -> dict[tuple[str, str], Finding]:
    """What is found in a bundle, by element and rule."""
    return {(each.element, each.rule): each for each in findings_of(files)}


def gateway(kind: str, element: str, attributes: str = "") -> str:
    return f'<bpmn:{kind} id="{element}" name="同时"{attributes}/>'


def event(kind: str, element: str, definition: str, attributes: str = "") -> str:
    return f'<bpmn:{kind} id="{element}" name="事件"{attributes}>{definition}</bpmn:{kind}>'


def within(inner: str, *, by_event: bool = False) -> str:
    mark = ' triggeredByEvent="true"' if by_event else ""
    return f'<bpmn:subProcess id="SubProcess_Own" name="自己的"{mark}>{inner}</bpmn:subProcess>'


def defined(kind: str, inner: str = "", **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<bpmn:{kind}EventDefinition{written}>{inner}</bpmn:{kind}EventDefinition>"
