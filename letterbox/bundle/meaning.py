"""What a file says, however it is written down: two files with the same meaning differ in nothing that anybody could see.

The tree anew, without the ids of what has no life of its own (pictures, event definitions), and with what has no order sorted.
The order of a node's outgoing flows stays: the engine tries them in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lxml import etree

from letterbox.bundle.files.bundle_file import diagram_root, table_root
from letterbox.bundle.files.form_file import UNSAID, read_form
from letterbox.bundle.files.safe_reading import Unreadable

UNORDERED = {
    "process",
    "subProcess",
    "transaction",
    "definitions",
    "collaboration",
    "BPMNPlane",
    "lane",
    "laneSet",
    "DMNDiagram",
    "properties",
}
NAMELESS = (
    "EventDefinition",
    "Expression",
    "Shape",
    "Edge",
    "Plane",
    "Diagram",
    "Label",
    "Style",
    "inputEntry",
    "outputEntry",
    "inputExpression",
    "Values",
    "aneSet",
    "definitions",
    "DMNDI",
    "Characteristics",
    "documentation",
)
"""Tags (their ends) whose ids nobody refers to."""
LOOKS = ("{http://bpmn.io/schema/dmn/biodi/2.0}width", "{http://bpmn.io/schema/dmn/biodi/2.0}annotationsWidth")
LINKS = {"incoming", "outgoing"}


@lru_cache(maxsize=640)
def _of(kind: str, content: bytes) -> str:
    try:
        said = json.dumps(_form(content) if kind == "form" else _xml(kind, content), ensure_ascii=True)
    except Unreadable:
        said = f"unreadable {hashlib.sha256(content).hexdigest()}"
    return hashlib.sha256(said.encode()).hexdigest()


def meaning(name: str, content: bytes) -> str:
    """A digest: the same for two contents exactly if they say the same. Files that cannot be read mean their bytes."""
    return _of(name.rpartition(".")[2], content)


def says_the_same(name: str, one: bytes | None, other: bytes | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or meaning(name, one) == meaning(name, other)


def bundle_meaning(files: Mapping[str, bytes]) -> str:
    """Of all files together."""
    lines = "\n".join(f"{name} {meaning(name, files[name])}" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


def _xml(kind: str, content: bytes) -> list[Any]:
    return _node(diagram_root(content) if kind == "bpmn" else table_root(content))


def _node(item: etree._Element) -> list[Any]:
    tag = str(item.tag).rpartition("}")[2]
    drops_id = tag.endswith(NAMELESS)
    facts = {str(key): str(value) for key, value in item.attrib.items() if key not in LOOKS}
    if drops_id:
        facts.pop("id", None)
    children = [_node(child) for child in item if not _says_nothing(child)]
    if tag in UNORDERED:
        children.sort(key=_place)
    return [str(item.tag), sorted(facts.items()), (item.text or "").strip(), children]


def _says_nothing(item: etree._Element) -> bool:
    """Links say what the flows say; an empty cell is as good as none."""
    tag = str(item.tag).rpartition("}")[2]
    return tag in LINKS or (tag == "text" and not item.text)


def _place(node: list[Any]) -> tuple[str, str]:
    """Flows of one source keep their order among themselves: sorting is stable."""
    facts = dict(node[1])
    if str(node[0]).endswith("}sequenceFlow"):
        return (str(node[0]), facts.get("sourceRef", ""))
    return (str(node[0]), facts.get("id") or facts.get("bpmnElement") or facts.get("name") or str(node[2]))


def _form(content: bytes) -> Any:
    schema, _objections = read_form(content)
    return _said(schema, is_component=False, skip=("exporter", "executionPlatformVersion"))


def _said(value: Any, *, is_component: bool, skip: tuple[str, ...] = ()) -> Any:
    if isinstance(value, dict):
        left_out = UNSAID if is_component else skip
        return {
            key: _said(inner, is_component=False)
            if key != "components" or not isinstance(inner, list)
            else [_said(each, is_component=True) for each in inner]
            for key, inner in sorted(value.items())
            if key not in left_out
        }
    if isinstance(value, list):
        return [_said(each, is_component=False) for each in value]
    return value
