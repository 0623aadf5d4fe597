"""What the check accepts, the engine's own schema accepts: shipped files, files of other tools, and pieces out of order."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from letterbox.bundle.files.bpmn_schema import LANGUAGE
from letterbox.bundle.files.bundle_file import read
from letterbox.services.deployment.design import repository_files
from tests.support.drawn.bpmn_schema import bpmn_schema
from tests.unit.test_real_world_styles import DIAGRAMS, STYLES

FILES = {name: repository_files()[name] for name in DIAGRAMS}


@pytest.fixture(scope="module")
def schema(lane: str, tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    return bpmn_schema(lane, tmp_path_factory.mktemp("schema"))


def faults(schema: etree.XMLSchema, content: bytes | None) -> list[str]:
    assert content is not None
    schema.validate(etree.fromstring(content))
    return [entry.message for entry in schema.error_log]


@pytest.mark.parametrize("style", [lambda text: text, *STYLES], ids=["as shipped", *(each.__name__ for each in STYLES)])
@pytest.mark.parametrize("name", DIAGRAMS)
def test_what_is_accepted_is_valid_as_it_came_and_as_it_is_deployed(
    name: str, style: object, schema: etree.XMLSchema
) -> None:
    assert callable(style)
    content = str(style(FILES[name].decode())).encode()
    found = read(name, content)
    assert found.findings == ()
    assert faults(schema, content) == []
    assert faults(schema, found.written) == []


def moved(root: etree._Element, box: int, child: int, how: str) -> bool:
    """Whether a piece of the tree was changed in place: two neighbours exchanged, one sent to the end, doubled or dropped,
    an attribute taken away."""
    item = list(root.iter())[box]
    if how == "without":
        names = sorted(map(str, item.attrib))
        return bool(names) and bool(item.attrib.pop(names[child % len(names)], None))
    if len(item) < 2:
        return False
    piece = item[child % (len(item) - 1)]
    if how == "dropped":
        item.remove(piece)
    elif how == "doubled":
        piece.addnext(copy.deepcopy(piece))
    elif how == "last":
        item.append(piece)
    else:
        following = piece.getnext()
        assert following is not None
        following.addnext(piece)
    return True


@pytest.mark.parametrize("how", ["exchanged", "last", "doubled", "dropped", "without"])
@settings(max_examples=120, deadline=None)
@given(name=st.sampled_from(DIAGRAMS), data=st.data())
def test_what_the_schema_refuses_is_refused_or_mended(
    how: str, name: str, data: st.DataObject, schema: etree.XMLSchema
) -> None:
    root = etree.fromstring(FILES[name])
    box = data.draw(st.integers(0, len(list(root.iter())) - 1))
    if not moved(root, box, data.draw(st.integers(0, 40)), how):
        return
    content = etree.tostring(root)
    found = read(name, content)
    if not found.findings:
        assert faults(schema, found.written) == []
        assert faults(schema, content) == [] or how == "without"


REFUSED = {
    "a flow before its documentation": (
        "<bpmn:documentation>甄别",
        "<bpmn:outgoing>Flow_X</bpmn:outgoing><bpmn:documentation>甄别",
    ),
    "a shape without a place": ('<dc:Bounds x="', '<dc:Bounds y1="'),
    "a plane twice": ("</bpmndi:BPMNPlane>", '</bpmndi:BPMNPlane><bpmndi:BPMNPlane id="Plane_2"/>'),
    "a step among the pictures": ("</bpmndi:BPMNPlane>", '<bpmn:task id="T"/></bpmndi:BPMNPlane>'),
    "a process behind the picture": (
        "</bpmn:definitions>",
        '<bpmn:process id="P" isExecutable="false"/></bpmn:definitions>',
    ),
}


@pytest.mark.parametrize(("old", "new"), REFUSED.values(), ids=REFUSED)
def test_these_are_refused_by_both(old: str, new: str, schema: etree.XMLSchema) -> None:
    content = FILES["letter-handling.bpmn"].decode().replace(old, new, 1).encode()
    assert content != FILES["letter-handling.bpmn"]
    assert faults(schema, content)
    assert read("letter-handling.bpmn", content).findings


SAID_BY_RULES = {("sequenceFlow", "sourceRef"), ("sequenceFlow", "targetRef")}
"""Required attributes whose absence has a rule of its own, which names the line."""


def test_what_the_schema_requires_the_reader_requires(lane: str, tmp_path: Path) -> None:
    """By element of the standard: its own attributes."""
    bpmn_schema(lane, tmp_path)
    trees = [etree.parse(path) for path in sorted(tmp_path.glob("*.xsd"))]
    types = {item.get("name"): item for tree in trees for item in tree.iter("{*}complexType")}
    missing = set()
    for element in (
        item for tree in trees for item in tree.iter("{*}element") if item.get("name") and item.get("type")
    ):
        tag, made_of = element.get("name", ""), types.get(element.get("type", "").rpartition(":")[2])
        spec = LANGUAGE.elements.get(f"bpmn:{tag}")
        for attribute in () if spec is None or made_of is None else made_of.iter("{*}attribute"):
            name = attribute.get("name", "")
            if attribute.get("use") == "required" and not spec.attributes[name].is_required:
                missing.add((tag, name))
    assert missing == SAID_BY_RULES | {("definitions", "targetNamespace")}  # written where it is not said
