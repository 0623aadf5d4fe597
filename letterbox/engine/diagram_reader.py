"""Diagram files (``.bpmn``) as values. Knows XML; nothing else in the product reads it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from letterbox.domain.errors import LetterboxError
from letterbox.engine.diagram_model import Diagram, Flow, Node, Process, Timer

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
ENGINE_NAMESPACES = ("{http://camunda.org/schema/1.0/bpmn}", "{http://operaton.org/schema/1.0/bpmn}")
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
        frames=tuple(_id(item) for item in root.iter(f"{BPMN}participant", f"{BPMN}lane")),
        messages=tuple(item.get("name", "") for item in root.iter(f"{BPMN}message")),
        drawn=frozenset(item.get("bpmnElement", "") for item in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")),
        expressions=tuple(_expressions(root)),
        code=tuple(_code(root)),
    )


def left_edges(data: bytes) -> dict[str, float]:
    """Element id → x of its shape: diagrams are drawn from left to right. Raises :class:`NotADiagram`."""
    found = ((shape.get("bpmnElement", ""), shape.find(f"{DC}Bounds")) for shape in _parse(data).iter(f"{DI}BPMNShape"))
    return {element: float(bounds.get("x", "0")) for element, bounds in found if bounds is not None}


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
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
            key=_id(item),
            name=item.get("name", ""),
            is_executable=item.get("isExecutable") == "true",
            history_time_to_live=_engine_attribute(item, "historyTimeToLive"),
        )


def _nodes(root: etree._Element) -> Iterator[Node]:
    names = {_id(item): item.get("name", "") for item in root.iter(f"{BPMN}message")}
    for process in root.iterchildren(f"{BPMN}process"):
        containers = [item for item in process.iter() if item is process or _tag(item) in CONTAINERS]
        for container in containers:
            for item in container.iterchildren():
                if _is_bpmn(item) and _tag(item) not in NOT_NODES:
                    yield _node(item, _id(process), _id(container), names)


def _node(item: etree._Element, process: str, parent: str, message_names: dict[str, str]) -> Node:
    return Node(
        id=_id(item),
        kind=_tag(item),
        name=item.get("name", ""),
        process=process,
        parent=parent,
        documentation=(item.findtext(f"{BPMN}documentation") or "").strip(),
        attributes={_local(str(key)): str(value) for key, value in item.attrib.items()},
        properties=_properties(item),
        message=_message(item, message_names),
        timer=_timer(item),
        sets=tuple(_sets(item)),
        given=tuple(
            (mapping.get("source", ""), mapping.get("target", ""))
            for mapping in _engine_elements(item, "in")
            if mapping.get("target")
        ),
        outputs=tuple(_outputs(item)),
        inherits_business_key=any(
            "processBusinessKey" in mapping.get("businessKey", "") for mapping in _engine_elements(item, "in")
        ),
    )


def _flows(root: etree._Element) -> Iterator[Flow]:
    for process in root.iterchildren(f"{BPMN}process"):
        for item in process.iter(f"{BPMN}sequenceFlow"):
            yield Flow(
                id=_id(item),
                name=item.get("name", ""),
                source=item.get("sourceRef", ""),
                target=item.get("targetRef", ""),
                condition=item.findtext(f"{BPMN}conditionExpression"),
                process=_id(process),
            )


def _properties(item: etree._Element) -> dict[str, str]:
    found = (entry for box in _engine_elements(item, "properties") for entry in box.iterchildren())
    return {entry.get("name", ""): entry.get("value", "") for entry in found}


def _message(item: etree._Element, names: dict[str, str]) -> str | None:
    definition = item.find(f"{BPMN}messageEventDefinition")
    if definition is None and _tag(item) == "receiveTask":
        definition = item
    return None if definition is None else names.get(definition.get("messageRef", ""), "")


def _timer(item: etree._Element) -> Timer | None:
    definition = item.find(f"{BPMN}timerEventDefinition")
    if definition is None:
        return None
    for value in definition.iterchildren():
        if _is_bpmn(value) and _tag(value).startswith("time"):
            return Timer(_tag(value), (value.text or "").strip())
    return Timer("", "")


def _sets(item: etree._Element) -> Iterator[str]:
    for box in _engine_elements(item, "inputOutput"):
        yield from (entry.get("name", "") for entry in box.iterchildren())
    for mapping in _engine_elements(item, "in", "out"):
        if target := mapping.get("target"):
            yield target
    for loop in item.iterchildren(f"{BPMN}multiInstanceLoopCharacteristics"):
        yield from ("loopCounter", _engine_attribute(loop, "elementVariable") or "")


def _outputs(item: etree._Element) -> Iterator[str]:
    for box in _engine_elements(item, "inputOutput"):
        yield from (entry.text or "" for entry in box.iterchildren() if _tag(entry) == "outputParameter")


def _expressions(root: etree._Element) -> Iterator[tuple[str, str]]:
    for process in root.iterchildren(f"{BPMN}process"):
        for item in _elements(process):
            if _tag(item) in {"documentation", "text"}:
                continue
            texts = [str(value) for key, value in item.attrib.items() if _local(str(key)) != "name"]
            texts += [item.text or ""] if len(item) == 0 else []
            for text in texts:
                if "${" in text or "#{" in text or (_tag(item) == "conditionExpression" and text == item.text):
                    yield _owner(item), text.strip()


def _code(root: etree._Element) -> Iterator[tuple[str, str]]:
    for item in _elements(root):
        tag = _tag(item)
        if tag in PROGRAMS:
            yield _owner(item), tag
        elif tag == "conditionExpression" and item.get("language"):
            yield _owner(item), f"conditionExpression {item.get('language')}"
        for key in item.attrib:
            if _local(str(key)) in CODE_ATTRIBUTES and str(key).startswith(ENGINE_NAMESPACES):
                yield _owner(item), _local(str(key))


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    return (item for item in root.iter() if isinstance(item.tag, str))


def _engine_elements(item: etree._Element, *names: str) -> Iterator[etree._Element]:
    box = item.find(f"{BPMN}extensionElements")
    if box is not None:
        yield from box.iterchildren(*(f"{space}{name}" for space in ENGINE_NAMESPACES for name in names))


def _engine_attribute(item: etree._Element, name: str) -> str | None:
    return next((value for space in ENGINE_NAMESPACES if (value := item.get(f"{space}{name}"))), None)


def _owner(item: etree._Element) -> str:
    """The id of the nearest element that is drawn: event definitions and the like count to their event."""
    inside = {"extensionElements", "conditionExpression"}
    while item.get("id") is None or "Definition" in _tag(item) or _tag(item) in inside or not _is_bpmn(item):
        parent = item.getparent()
        if parent is None:
            return _id(item)
        item = parent
    return _id(item)


def _id(item: etree._Element) -> str:
    return item.get("id") or ""


def _tag(item: etree._Element) -> str:
    return _local(item.tag) if isinstance(item.tag, str) else ""


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _is_bpmn(item: etree._Element) -> bool:
    return isinstance(item.tag, str) and item.tag.startswith(BPMN)
