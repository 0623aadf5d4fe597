"""Diagram files (``.bpmn``) as values. Knows XML; nothing else in the product reads it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from letterbox.bundle import diagram_parts as parts
from letterbox.bundle.diagram_parts import BPMN, engine_attribute, identity, is_bpmn, tag
from letterbox.bundle.files.bpmn_nodes import CONTAINERS, FLOW_NODES
from letterbox.bundle.files.bundle_file import diagram_root
from letterbox.bundle.files.safe_reading import Unreadable
from letterbox.bundle.model.diagram_model import Diagram, Flow, Lane, Node, Picture, Pool, Process
from letterbox.bundle.vocabulary import ProcessKey

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"


class NotADiagram(Unreadable):
    """The file is no BPMN; the message says why."""


@lru_cache(maxsize=160)
def read_diagram(file: str, data: bytes) -> Diagram:
    """Read of the file anew, so of what the engine gets. Raises :class:`NotADiagram`."""
    root = _parse(data)
    sketches = tuple(_sketches(root))
    for item in [*root.iterchildren(f"{BPMN}process")]:
        if identity(item) in {each.key for each in sketches}:
            root.remove(item)
    processes = tuple(_processes(root))
    if not processes:
        raise NotADiagram("图中没有流程（bpmn:process），请检查是否选错了文件。")
    return Diagram(
        file=file,
        processes=processes,
        nodes=tuple(_nodes(root)),
        flows=tuple(_flows(root)),
        frames=tuple(identity(item) for item in root.iter(f"{BPMN}participant", f"{BPMN}lane")),
        messages=tuple(item.get("name", "") for item in root.iter(f"{BPMN}message")),
        drawn=frozenset(item.get("bpmnElement", "") for item in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")),
        pictures=tuple(_pictures(root)),
        pools=tuple(_pools(root)),
        lanes=tuple(_lanes(root)),
        definitions=parts.definitions(root),
        expressions=tuple(_expressions(root)),
        sketches=sketches,
    )


def left_edges(data: bytes) -> dict[str, float]:
    """Element id → x of its shape: diagrams are drawn from left to right. Raises :class:`NotADiagram`."""
    found = ((shape.get("bpmnElement", ""), shape.find(f"{DC}Bounds")) for shape in _parse(data).iter(f"{DI}BPMNShape"))
    return {element: float(bounds.get("x", "0")) for element, bounds in found if bounds is not None}


def _parse(data: bytes) -> etree._Element:
    try:
        return diagram_root(data)
    except Unreadable as problem:
        raise NotADiagram(problem.message) from problem


def _sketches(root: etree._Element) -> Iterator[Process]:
    """Whatever the product starts is never one, nor the only process of a file: somebody forgot the tick."""
    found = tuple(_processes(root))
    if any(each.is_executable for each in found):
        yield from (each for each in found if not each.is_executable and each.key not in set(ProcessKey))


def _processes(root: etree._Element) -> Iterator[Process]:
    for item in root.iterchildren(f"{BPMN}process"):
        yield Process(
            key=identity(item),
            name=item.get("name", ""),
            is_executable=item.get("isExecutable") == "true",
            history_time_to_live=engine_attribute(item, "historyTimeToLive"),
            is_in_tasklist=engine_attribute(item, "isStartableInTasklist") != "false",
        )


def _nodes(root: etree._Element) -> Iterator[Node]:
    definitions = {each.id: each for each in parts.definitions(root)}
    for process in root.iterchildren(f"{BPMN}process"):
        containers = [item for item in process.iter() if item is process or tag(item) in CONTAINERS]
        for container in containers:
            for item in container.iterchildren():
                if tag(item) in FLOW_NODES:
                    yield parts.node(item, identity(process), identity(container), definitions)


def _flows(root: etree._Element) -> Iterator[Flow]:
    for process in root.iterchildren(f"{BPMN}process"):
        for item in process.iter(f"{BPMN}sequenceFlow"):
            yield Flow(
                id=identity(item),
                name=item.get("name", ""),
                source=item.get("sourceRef", ""),
                target=item.get("targetRef", ""),
                condition=item.findtext(f"{BPMN}conditionExpression"),
                process=identity(process),
            )


def _pictures(root: etree._Element) -> Iterator[Picture]:
    kinds = {f"{DI}BPMNShape": "shape", f"{DI}BPMNEdge": "edge", f"{DI}BPMNPlane": "plane"}
    for item in root.iter(*kinds):
        yield Picture(kind=kinds[str(item.tag)], id=identity(item), element=item.get("bpmnElement", ""))


def _pools(root: etree._Element) -> Iterator[Pool]:
    for item in root.iter(f"{BPMN}participant"):
        yield Pool(id=identity(item), name=item.get("name", ""), process=item.get("processRef", ""))


def _lanes(root: etree._Element) -> Iterator[Lane]:
    for process in root.iterchildren(f"{BPMN}process"):
        for item in process.iter(f"{BPMN}lane"):
            members = tuple((each.text or "").strip() for each in item.iterchildren(f"{BPMN}flowNodeRef"))
            yield Lane(id=identity(item), name=item.get("name", ""), process=identity(process), members=members)


def _expressions(root: etree._Element) -> Iterator[tuple[str, str]]:
    for process in root.iterchildren(f"{BPMN}process"):
        for item in process.iter():
            for text in (*map(str, item.attrib.values()), item.text or ""):
                if "${" in text or "#{" in text or (tag(item) == "conditionExpression" and text == item.text):
                    yield _owner(item), text.strip()


def _owner(item: etree._Element) -> str:
    """The id of the nearest element that is drawn: event definitions and the like count to their event."""
    inside = {"extensionElements", "conditionExpression"}
    while item.get("id") is None or "Definition" in tag(item) or tag(item) in inside or not is_bpmn(item):
        parent = item.getparent()
        if parent is None:
            return identity(item)
        item = parent
    return identity(item)
