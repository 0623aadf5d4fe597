"""A file of a bundle as its elements, each with everything that is said about it, so that two versions can be compared.

Nothing of an element is left out: what this module knows no name for is listed under its path in the file
(``extensionElements.properties.property[limit].value``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from letterbox.bundle.files.bundle_file import diagram_root, table_root
from letterbox.bundle.files.form_file import read_form
from letterbox.bundle.files.safe_reading import Unreadable

__all__ = ["Facts", "Unreadable", "facts_of", "schema_of"]

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DMNDI = "{https://www.omg.org/spec/DMN/20191111/DMNDI/}"
PIECES = {"laneSet", "childLaneSet", "multiInstanceLoopCharacteristics", "documentation", "participantMultiplicity"}
PIECES |= {"standardLoopCharacteristics", "dataInput", "dataOutput", "inputSet", "outputSet", "ioSpecification"}
"""BPMN tags that are parts of the element around them, even with an id of their own."""
LEFT_OUT = {"incoming", "outgoing", "id", "BPMNDiagram", "DMNDI", "annotationsWidth", "width", "executionPlatform"}
LEFT_OUT |= {"executionPlatformVersion"}
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
PICTURED = {"id", "bpmnElement", "dmnElementRef"}
PRESENT = "有"
"""The value of what is there and says nothing more, such as the terminate definition of an end event."""
TABLE_PARTS = {
    "definitions",
    "decision",
    "inputData",
    "knowledgeSource",
    "textAnnotation",
    "association",
    "decisionTable",
    "input",
    "output",
    "rule",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """``values``: path → text. ``place``: where it is drawn, "" for what has no place. ``is_ordered``: its place among
    the others says something (rows of a table, fields of a form)."""

    id: str
    kind: str
    name: str
    values: Mapping[str, str]
    place: str = ""
    is_ordered: bool = False


def facts_of(file: str, content: bytes) -> dict[str, Facts]:
    """Element id → facts, in the file's order, of the file anew. Raises Unreadable."""
    if file.endswith(".form"):
        return {each.id: each for each in _form(content)}
    found = _diagram(diagram_root(content)) if file.endswith(".bpmn") else _table(table_root(content))
    return {each.id: each for each in found}


def _diagram(root: etree._Element) -> Iterator[Facts]:
    places = _places(root, "bpmnElement", f"{DI}BPMNShape", f"{DI}BPMNEdge", f"{DI}BPMNPlane")
    leaving = _leaving(root)
    for item in root.iter():
        if _is_element(item):
            element = _identity(item)
            values = {**dict(_flattened(item, "", _is_element)), **leaving.get(element, {})}
            yield Facts(
                id=element,
                kind=_local(str(item.tag)),
                name=item.get("name", ""),
                values=values,
                place=places.get(element, ""),
            )


def _identity(item: etree._Element) -> str:
    return "definitions" if _local(str(item.tag)) == "definitions" else item.get("id", "")


def _places(root: etree._Element, reference: str, *tags: str) -> dict[str, str]:
    """Element → its pictures; those that show nothing are the file's."""
    found: dict[str, list[str]] = {}
    for item in root.iter(*tags):
        found.setdefault(item.get(reference) or "definitions", []).append(_look(item))
    return {element: " | ".join(looks) for element, looks in found.items()}


def _is_element(item: etree._Element) -> bool:
    if not str(item.tag).startswith(BPMN):
        return False
    tag = _local(item.tag)
    return tag == "definitions" or (
        bool(item.get("id")) and tag not in PIECES and not tag.endswith(("EventDefinition", "Expression"))
    )


def _leaving(root: etree._Element) -> dict[str, dict[str, str]]:
    """Node → the order of its outgoing flows, where there are several: the engine takes the first that holds."""
    found: dict[str, list[str]] = {}
    for flow in root.iter(f"{BPMN}sequenceFlow"):
        found.setdefault(flow.get("sourceRef", ""), []).append(flow.get("id", ""))
    return {node: {"order": "、".join(flows)} for node, flows in found.items() if len(flows) > 1}


def _look(item: etree._Element) -> str:
    """All of a picture but its id: place, size, label, colours."""
    facts = [f"{_local(str(key))}={value!s}" for key, value in item.attrib.items() if key not in PICTURED]
    inner = [
        _look(child) if _local(str(child.tag)).startswith(("BPMN", "DMN")) else _point(child)
        for child in item
        if not _is_own(child)
    ]
    return " ".join([_local(str(item.tag)), *facts, *inner])


def _is_own(item: etree._Element) -> bool:
    """Shapes on a plane are pictures of their own."""
    return _local(str(item.tag)) in {"BPMNShape", "BPMNEdge", "DMNShape", "DMNEdge"}


def _point(item: etree._Element) -> str:
    return ",".join(item.get(key, "") for key in ("x", "y", "width", "height"))


def _table(root: etree._Element) -> Iterator[Facts]:
    places = _places(root, "dmnElementRef", f"{DMNDI}DMNShape", f"{DMNDI}DMNEdge", f"{DMNDI}DMNDiagram")
    for item in root.iter():
        if not _is_part(item):
            continue
        kind = _local(str(item.tag))
        values = _row(item) if kind == "rule" else dict(_flattened(item, "", _is_part))
        name = item.get("label") or item.get("name") or item.findtext("{*}description") or ""
        element, is_ordered = _identity(item), kind in {"input", "output", "rule"}
        yield Facts(
            id=element,
            kind=kind,
            name=name.strip(),
            values=values,
            place=places.get(element, ""),
            is_ordered=is_ordered,
        )


def _is_part(item: etree._Element) -> bool:
    tag = _local(str(item.tag))
    return tag in TABLE_PARTS and (bool(item.get("id")) or tag == "definitions")


def _row(rule: etree._Element) -> dict[str, str]:
    """Cells under their columns' labels."""
    table = rule.getparent()
    columns = [] if table is None else [*table.findall("{*}input"), *table.findall("{*}output")]
    cells = [*rule.findall("{*}inputEntry"), *rule.findall("{*}outputEntry")]
    labels = [each.get("label") or each.get("name") or each.get("id") or "" for each in columns]
    named = zip(labels + [""] * len(cells), cells, strict=False)
    values = {label or f"#{at}": (cell.findtext("{*}text") or "").strip() for at, (label, cell) in enumerate(named)}
    return {**values, "description": (rule.findtext("{*}description") or "").strip()}


def _flattened(item: etree._Element, path: str, is_own: Any) -> Iterator[tuple[str, str]]:
    """(path, text) of the element without the elements inside it that count by themselves."""
    for key, value in item.attrib.items():
        if _local(str(key)) not in LEFT_OUT and not str(key).startswith(XSI):
            yield f"{path}{_local(str(key))}", str(value)
    children = [child for child in item.iterchildren() if isinstance(child.tag, str)]
    if not children and (item.text or "").strip():
        yield path.rstrip(".") or "text", (item.text or "").strip()
    elif not children and path and not any(_local(str(key)) not in LEFT_OUT for key in item.attrib):
        yield path.rstrip("."), PRESENT
    tags = [_local(child.tag) for child in children]
    for number, child in enumerate(children):
        tag = tags[number]
        if tag in LEFT_OUT or is_own(child):
            continue
        mark = child.get("name") or child.get("target") or (str(number) if tags.count(tag) > 1 else "")
        yield from _flattened(child, f"{path}{tag}{f'[{mark}]' if mark else ''}.", is_own)


def schema_of(content: bytes) -> dict[str, Any]:
    """A form's JSON object, anew. Raises Unreadable."""
    return read_form(content)[0]


def _form(content: bytes) -> Iterator[Facts]:
    schema = schema_of(content)
    head = {key: value for key, value in schema.items() if key not in {"components", "exporter"}}
    yield Facts(id="form", kind="form", name=str(schema.get("id", "")), values=dict(_plain(head, "")))
    yield from _components(schema.get("components"), "")


def _components(items: object, base: str) -> Iterator[Facts]:
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if not isinstance(item, dict):
            continue
        name = f"{base}{item.get('key') or item.get('path') or item.get('id') or number}"
        own = {key: value for key, value in item.items() if key not in {"components", "id", "layout"}}
        label = str(item.get("label") or item.get("text") or "")
        yield Facts(id=name, kind=str(item.get("type", "")), name=label, values=dict(_plain(own, "")), is_ordered=True)
        yield from _components(item.get("components"), f"{name}." if item.get("type") == "dynamiclist" else base)


def _plain(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _plain(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        yield path, "；".join(_word(each) for each in value)
    else:
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _word(value: object) -> str:
    if isinstance(value, dict) and {"label", "value"} <= set(value):
        return f"{value['label']}（{value['value']}）"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
