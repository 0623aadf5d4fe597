"""What is read of a flow node besides its place: events, mappings, loops, properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from letterbox.bundle.model.diagram_model import Definition, EventDefinition, Handover, Loop, Node, Parameter, Timer

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
DEFINITIONS = {"message": "", "signal": "", "error": "errorCode", "escalation": "escalationCode"}
"""Tag of what events refer to → the attribute with its code."""
REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef", "activityRef")
SUFFIX = "EventDefinition"
Definitions = Mapping[str, Definition]


def node(item: etree._Element, process: str, parent: str, known: Definitions) -> Node:
    """``known``: what its event may refer to, by id."""
    events = tuple(_events(item, known))
    parameters, handovers = tuple(_parameters(item)), tuple(_handovers(item))
    loop = _loop(item)
    return Node(
        id=identity(item),
        kind=tag(item),
        name=item.get("name", ""),
        process=process,
        parent=parent,
        documentation=(item.findtext(f"{BPMN}documentation") or "").strip(),
        attributes={str(key): str(value) for key, value in item.attrib.items() if not str(key).startswith("{")},
        engine=_engine_attributes(item),
        properties=_properties(item),
        message=_message(item, events, known),
        timer=next((event.timer for event in events if event.timer is not None), None),
        sets=tuple(_sets(parameters, handovers, loop)),
        given=tuple((each.source, each.target) for each in handovers if each.direction == "in" and each.target),
        outputs=tuple(each.text for each in parameters if each.direction == "out"),
        inherits_business_key=any("processBusinessKey" in each.business_key for each in handovers),
        events=events,
        handovers=handovers,
        parameters=parameters,
        loop=loop,
    )


def definitions(root: etree._Element) -> tuple[Definition, ...]:
    """Messages, signals, errors and escalations in the file's order."""
    found = root.iterchildren(*(f"{BPMN}{name}" for name in DEFINITIONS))
    return tuple(
        Definition(
            kind=tag(item),
            id=identity(item),
            name=item.get("name", ""),
            code=item.get(DEFINITIONS[tag(item)], "") if DEFINITIONS[tag(item)] else "",
        )
        for item in found
    )


def _events(item: etree._Element, known: Definitions) -> Iterator[EventDefinition]:
    for inner in item.iterchildren():
        if not is_bpmn(inner) or not tag(inner).endswith(SUFFIX):
            continue
        kind = tag(inner).removesuffix(SUFFIX)
        reference = next((value for name in REFERENCES if (value := inner.get(name))), "")
        target = known.get(reference)
        yield EventDefinition(
            kind=kind,
            reference=reference,
            name=inner.get("name", "") if target is None else target.name,
            code="" if target is None else target.code,
            timer=_timer(inner) if kind == "timer" else None,
            condition=(inner.findtext(f"{BPMN}condition") or "").strip(),
        )


def _timer(definition: etree._Element) -> Timer:
    for value in definition.iterchildren():
        if is_bpmn(value) and tag(value).startswith("time"):
            return Timer(tag(value), (value.text or "").strip())
    return Timer("", "")


def _message(item: etree._Element, events: tuple[EventDefinition, ...], known: Definitions) -> str | None:
    if tag(item) == "receiveTask":
        found = known.get(item.get("messageRef", ""))
        return "" if found is None else found.name
    return next((event.name for event in events if event.kind == "message"), None)


def _properties(item: etree._Element) -> dict[str, str]:
    found = (entry for box in _engine_elements(item, "properties") for entry in box.iterchildren())
    return {entry.get("name", ""): entry.get("value", "") for entry in found}


def _parameters(item: etree._Element) -> Iterator[Parameter]:
    directions = {"inputParameter": "in", "outputParameter": "out"}
    for box in _engine_elements(item, "inputOutput"):
        for entry in box.iterchildren():
            if tag(entry) in directions:
                yield Parameter(direction=directions[tag(entry)], name=entry.get("name", ""), text=entry.text or "")


def _handovers(item: etree._Element) -> Iterator[Handover]:
    for entry in _engine_elements(item, "in", "out"):
        yield Handover(
            direction=tag(entry),
            source=entry.get("source", ""),
            source_expression=entry.get("sourceExpression", ""),
            target=entry.get("target", ""),
            business_key=entry.get("businessKey", ""),
            all_variables=bool(entry.get("variables")),
            is_local=entry.get("local") == "true",
        )


def _loop(item: etree._Element) -> Loop | None:
    if item.find(f"{BPMN}standardLoopCharacteristics") is not None:
        return Loop(kind="standard")
    found = item.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if found is None:
        return None
    return Loop(
        kind="multiInstance",
        is_sequential=found.get("isSequential") == "true",
        cardinality=(found.findtext(f"{BPMN}loopCardinality") or "").strip(),
        collection=engine_attribute(found, "collection") or found.findtext(f"{BPMN}loopDataInputRef") or "",
        element_variable=engine_attribute(found, "elementVariable") or "",
        completion_condition=(found.findtext(f"{BPMN}completionCondition") or "").strip(),
    )


def _sets(parameters: tuple[Parameter, ...], handovers: tuple[Handover, ...], loop: Loop | None) -> Iterator[str]:
    yield from (each.name for each in parameters)
    yield from (each.target for each in handovers if each.target)
    if loop is not None and loop.kind == "multiInstance":
        yield from ("loopCounter", loop.element_variable)


def _engine_attributes(item: etree._Element) -> dict[str, str]:
    return {local(str(key)): str(value) for key, value in item.attrib.items() if str(key).startswith(CAMUNDA)}


def _engine_elements(item: etree._Element, *names: str) -> Iterator[etree._Element]:
    box = item.find(f"{BPMN}extensionElements")
    if box is not None:
        yield from box.iterchildren(*(f"{CAMUNDA}{name}" for name in names))


def engine_attribute(item: etree._Element, name: str) -> str | None:
    return item.get(f"{CAMUNDA}{name}") or None


def identity(item: etree._Element) -> str:
    return item.get("id") or ""


def tag(item: etree._Element) -> str:
    """Without its namespace; "" for what is no element."""
    return local(item.tag) if isinstance(item.tag, str) else ""


def local(name: str) -> str:
    return name.rpartition("}")[2]


def is_bpmn(item: etree._Element) -> bool:
    return isinstance(item.tag, str) and item.tag.startswith(BPMN)
