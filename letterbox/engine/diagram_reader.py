"""Diagram files (``.bpmn``) as values. Knows XML; nothing else in the product reads it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from letterbox.domain.errors import LetterboxError
from letterbox.engine import diagram_parts as parts
from letterbox.engine.diagram_model import Diagram, Flow, Lane, Node, Picture, Pool, Process
from letterbox.engine.diagram_parts import BPMN, ENGINE_NAMESPACES, engine_attribute, identity, is_bpmn, local, tag

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"

NOT_NODES = {"sequenceFlow", "laneSet", "extensionElements", "documentation", "textAnnotation", "association", "group"}
NOT_NODES |= {"incoming", "outgoing", "dataObject", "dataObjectReference", "dataStoreReference", "ioSpecification"}
NOT_NODES |= {"property", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "artifact"}
CONTAINERS = {"subProcess", "transaction", "adHocSubProcess"}
PROGRAMS = {"scriptTask", "script", "connector", "executionListener", "taskListener"}
CODE_ATTRIBUTES = {"class", "delegateExpression", "expression", "resource", "variableMappingClass"}
CODE_ATTRIBUTES |= {"variableMappingDelegateExpression"}


class NotADiagram(LetterboxError):
    """The file is no BPMN; the message says why."""


def read_diagram(file: str, data: bytes) -> Diagram:
    """Raises :class:`NotADiagram`. Entities and document types are refused, nothing is fetched."""
    root = _parse(data)
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
        code=tuple(_code(root)),
    )


def left_edges(data: bytes) -> dict[str, float]:
    """Element id → x of its shape: diagrams are drawn from left to right. Raises :class:`NotADiagram`."""
    found = ((shape.get("bpmnElement", ""), shape.find(f"{DC}Bounds")) for shape in _parse(data).iter(f"{DI}BPMNShape"))
    return {element: float(bounds.get("x", "0")) for element, bounds in found if bounds is not None}


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotADiagram(f"文件不是完整的 XML（第 {error.lineno} 行），请用流程设计器重新保存。") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotADiagram("文件带有 DOCTYPE 声明，为安全起见不接受，请删去。")
    if root.tag != f"{BPMN}definitions":
        raise NotADiagram("文件不是 BPMN 2.0 流程图（根元素不是 bpmn:definitions）。")
    return root


def _processes(root: etree._Element) -> Iterator[Process]:
    for item in root.iterchildren(f"{BPMN}process"):
        yield Process(
            key=identity(item),
            name=item.get("name", ""),
            is_executable=item.get("isExecutable") == "true",
            history_time_to_live=engine_attribute(item, "historyTimeToLive"),
        )


def _nodes(root: etree._Element) -> Iterator[Node]:
    definitions = {each.id: each for each in parts.definitions(root)}
    for process in root.iterchildren(f"{BPMN}process"):
        containers = [item for item in process.iter() if item is process or tag(item) in CONTAINERS]
        for container in containers:
            for item in container.iterchildren():
                if is_bpmn(item) and tag(item) not in NOT_NODES:
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
        for item in _elements(process):
            if tag(item) in {"documentation", "text"}:
                continue
            texts = [str(value) for key, value in item.attrib.items() if local(str(key)) != "name"]
            texts += [item.text or ""] if len(item) == 0 else []
            for text in texts:
                if "${" in text or "#{" in text or (tag(item) == "conditionExpression" and text == item.text):
                    yield _owner(item), text.strip()


def _code(root: etree._Element) -> Iterator[tuple[str, str]]:
    for item in _elements(root):
        name = tag(item)
        if name in PROGRAMS:
            yield _owner(item), name
        elif name == "conditionExpression" and item.get("language"):
            yield _owner(item), f"conditionExpression {item.get('language')}"
        for key in item.attrib:
            if local(str(key)) in CODE_ATTRIBUTES and str(key).startswith(ENGINE_NAMESPACES):
                yield _owner(item), local(str(key))


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    return (item for item in root.iter() if isinstance(item.tag, str))


def _owner(item: etree._Element) -> str:
    """The id of the nearest element that is drawn: event definitions and the like count to their event."""
    inside = {"extensionElements", "conditionExpression"}
    while item.get("id") is None or "Definition" in tag(item) or tag(item) in inside or not is_bpmn(item):
        parent = item.getparent()
        if parent is None:
            return identity(item)
        item = parent
    return identity(item)
