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

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
PIECES = {"definitions", "collaboration", "laneSet", "multiInstanceLoopCharacteristics"}
PIECES |= {"standardLoopCharacteristics", "dataInput", "dataOutput", "inputSet", "outputSet", "ioSpecification"}
"""BPMN tags that are parts of the element around them, even with an id of their own."""
LEFT_OUT = {"incoming", "outgoing", "id"}
TABLE_PARTS = {"decision", "decisionTable", "input", "output", "rule"}


class Unreadable(ValueError):
    """The file is no XML or JSON, or has no elements; the message says so to its owner."""


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
    """Element id → facts, in the file's order. Raises Unreadable."""
    if file.endswith(".form"):
        return {each.id: each for each in _form(content)}
    root = xml_of(content)
    found = {each.id: each for each in (_diagram(root) if file.endswith(".bpmn") else _table(root))}
    if not found:
        raise Unreadable("里面没有流程图或者决策表的内容")
    return found


def xml_of(content: bytes) -> etree._Element:
    """Its root. Raises Unreadable."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as problem:
        raise Unreadable(f"不是完整的 XML，第 {problem.lineno} 行起看不懂") from problem
    except ValueError as problem:
        raise Unreadable("不是 XML：里面有文字以外的内容") from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("带有 DOCTYPE 声明，为安全起见不接受")
    return root


def _diagram(root: etree._Element) -> Iterator[Facts]:
    places = {item.get("bpmnElement", ""): _place(item) for item in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")}
    for item in root.iter():
        if _is_element(item):
            values = dict(_flattened(item, "", _is_element))
            yield Facts(
                item.get("id", ""), _local(item.tag), item.get("name", ""), values, places.get(item.get("id", ""), "")
            )


def _is_element(item: etree._Element) -> bool:
    if not isinstance(item.tag, str) or not item.tag.startswith(BPMN) or not item.get("id"):
        return False
    tag = _local(item.tag)
    return tag not in PIECES and not tag.endswith(("EventDefinition", "Expression"))


def _place(item: etree._Element) -> str:
    """Bounds of a shape or the points of a line; labels are no place."""
    points = (each for each in item.iterchildren() if _local(each.tag) in {"Bounds", "waypoint"})
    return " ".join(",".join(_rounded(each.get(key)) for key in ("x", "y", "width", "height")) for each in points)


def _rounded(text: str | None) -> str:
    try:
        return str(round(float(text or "")))
    except ValueError:
        return ""


def _table(root: etree._Element) -> Iterator[Facts]:
    for item in root.iter():
        if not _is_part(item):
            continue
        kind = _local(item.tag)
        values = _row(item) if kind == "rule" else dict(_flattened(item, "", _is_part))
        name = item.get("label") or item.get("name") or item.findtext("{*}description") or ""
        yield Facts(item.get("id", ""), kind, name.strip(), values, is_ordered=kind != "decision")


def _is_part(item: etree._Element) -> bool:
    return isinstance(item.tag, str) and _local(item.tag) in TABLE_PARTS and bool(item.get("id"))


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
        if _local(str(key)) not in LEFT_OUT:
            yield f"{path}{_local(str(key))}", str(value)
    children = [child for child in item.iterchildren() if isinstance(child.tag, str)]
    if not children and (item.text or "").strip():
        yield path.rstrip(".") or "text", (item.text or "").strip()
    tags = [_local(child.tag) for child in children]
    for number, child in enumerate(children):
        tag = tags[number]
        if tag in LEFT_OUT or is_own(child):
            continue
        mark = child.get("name") or child.get("target") or (str(number) if tags.count(tag) > 1 else "")
        yield from _flattened(child, f"{path}{tag}{f'[{mark}]' if mark else ''}.", is_own)


def schema_of(content: bytes) -> dict[str, Any]:
    """A form's JSON object. Raises Unreadable."""
    try:
        schema = json.loads(content)
    except json.JSONDecodeError as problem:
        raise Unreadable(f"不是完整的 JSON，第 {problem.lineno} 行起看不懂") from problem
    except ValueError as problem:
        raise Unreadable("不是 JSON：文字编码应为 UTF-8") from problem
    if not isinstance(schema, dict):
        raise Unreadable("不是表单：JSON 的最外层应是一组字段")
    return schema


def _form(content: bytes) -> Iterator[Facts]:
    schema = schema_of(content)
    head = {key: value for key, value in schema.items() if key not in {"components", "exporter"}}
    yield Facts("form", "form", str(schema.get("id", "")), dict(_plain(head, "")))
    yield from _components(schema.get("components"), "")


def _components(items: object, base: str) -> Iterator[Facts]:
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if not isinstance(item, dict):
            continue
        name = f"{base}{item.get('key') or item.get('path') or item.get('id') or number}"
        own = {key: value for key, value in item.items() if key not in {"components", "id", "layout"}}
        label = str(item.get("label") or item.get("text") or "")
        yield Facts(name, str(item.get("type", "")), label, dict(_plain(own, "")), is_ordered=True)
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
