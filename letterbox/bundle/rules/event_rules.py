"""Events that nobody brings about, and throws that nobody hears: a letter that waits there waits for ever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from letterbox.bundle.model.diagram_model import Diagram, EventDefinition, Finding, Node
from letterbox.bundle.model.flow_graph import inside, is_event_process

THROWING = frozenset({"endEvent", "intermediateThrowEvent"})
REFUSED: Mapping[str, str] = {
    "signal": "信号会同时惊动所有来信，系统也不会发出它：请改用由人办理的任务，或者系统已有的消息。",
    "conditional": "条件事件没有谁会触发，来信会一直等在这里：请改用由人办理的任务。",
    "compensate": "补偿事件没有用处，系统不会回头撤销已经办完的步骤：请删去。",
    "cancel": "取消事件只能用在事务子流程里，系统用不上：请删去。",
}
CAUGHT_BY_NAME = frozenset({"error", "escalation"})
WORDS: Mapping[str, str] = {"error": "错误", "escalation": "升级", "link": "链接"}
Found = Iterator[Finding]


def events(diagram: Diagram) -> Found:
    """Of one diagram: every catch has its throw within reach, every throw its catch."""
    for node in diagram.nodes:
        for event in node.events:
            if event.kind in REFUSED:
                yield Finding(
                    file=diagram.file,
                    element=node.id,
                    rule="refused-event",
                    message=f"“{_name(node)}”用不了：{REFUSED[event.kind]}",
                )
            elif event.kind == "message" and node.kind in THROWING:
                text = f"“{_name(node)}”要发出消息，但引擎不替系统发消息，没有谁会收到：请删去，或者改用外部任务。"
                yield Finding(file=diagram.file, element=node.id, rule="unheard-throw", message=text)
            elif event.kind == "link":
                yield from _link(diagram, node, event)
            elif event.kind in CAUGHT_BY_NAME:
                yield from _thrown(diagram, node, event)


def _link(diagram: Diagram, node: Node, event: EventDefinition) -> Found:
    is_throw = node.kind == "intermediateThrowEvent"
    others = [
        each
        for each in diagram.nodes
        if each.parent == node.parent and each.id != node.id and any(_same_link(event, other) for other in each.events)
    ]
    catches = [each for each in others if each.kind == "intermediateCatchEvent"]
    throws = [each for each in others if each.kind == "intermediateThrowEvent"]
    if is_throw and len(catches) != 1:
        what = "没有接它的链接事件" if not catches else f"有 {len(catches)} 个同名的链接事件接它"
        text = f"链接“{event.name or _name(node)}”{what}：请在同一张图的同一层里画一个同名的捕获链接。"
        yield Finding(file=diagram.file, element=node.id, rule="unheard-throw", message=text)
    elif not is_throw and not throws:
        text = f"没有谁抛出链接“{event.name or _name(node)}”，这里永远走不到：请补上同名的抛出链接，或者删去。"
        yield Finding(file=diagram.file, element=node.id, rule="unthrown-catch", message=text)


def _same_link(one: EventDefinition, other: EventDefinition) -> bool:
    return other.kind == "link" and one.name == other.name


def _thrown(diagram: Diagram, node: Node, event: EventDefinition) -> Found:
    word = WORDS[event.kind]
    label = f"“{event.code or event.name}”" if event.code or event.name else ""
    if node.kind in THROWING:
        if not any(_fits(event, caught) for caught in _catches_above(diagram, node)):
            text = f"“{_name(node)}”抛出{word}{label}，外面没有谁接：来信会在这里停住。请补上同样代码的边界事件，或者删去。"
            yield Finding(file=diagram.file, element=node.id, rule="unheard-throw", message=text)
    elif not any(_fits(thrown, event) for thrown in _throws_below(diagram, node)):
        text = f"没有谁会抛出{word}{label}，这里永远走不到：系统的自动任务不报告{word}。请删去“{_name(node)}”。"
        yield Finding(file=diagram.file, element=node.id, rule="unthrown-catch", message=text)


def _fits(thrown: EventDefinition, caught: EventDefinition) -> bool:
    return thrown.kind == caught.kind and (not caught.reference or thrown.code == caught.code)


def _catches_above(diagram: Diagram, node: Node) -> Iterator[EventDefinition]:
    """Of the sub-processes around: their boundary events and the event sub-processes beside."""
    nodes = {each.id: each for each in diagram.nodes}
    scope: str | None = node.parent
    while scope is not None:
        for each in diagram.nodes:
            is_event_subprocess = each.kind == "startEvent" and is_event_process(nodes.get(each.parent, each))
            if each.attached_to == scope or (is_event_subprocess and nodes[each.parent].parent == scope):
                yield from each.events
        scope = nodes[scope].parent if scope in nodes else None


def _throws_below(diagram: Diagram, node: Node) -> Iterator[EventDefinition]:
    """Of what the boundary event's host, or the surroundings of the event sub-process, hold."""
    nodes = {each.id: each for each in diagram.nodes}
    if node.kind == "boundaryEvent":
        host = nodes.get(node.attached_to or "")
        within: Sequence[Node] = [] if host is None else list(inside(host, diagram.nodes))
    else:
        box = nodes.get(node.parent)
        scope = nodes.get(box.parent) if box is not None else None
        own = {each.id for each in inside(box, diagram.nodes)} if box is not None else set()
        around = diagram.nodes if scope is None else list(inside(scope, diagram.nodes))
        within = [each for each in around if each.id not in own and each.process == node.process]
    for each in within:
        if each.kind in THROWING:
            yield from each.events


def _name(node: Node) -> str:
    return node.name or node.id
