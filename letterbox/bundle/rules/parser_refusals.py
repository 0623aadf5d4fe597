"""What the engine's own parser would refuse, said beforehand on the element and in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator

from letterbox.bundle.model.diagram_model import Diagram, EventDefinition, Finding, Node

CATCHING_KINDS = {"message", "signal", "timer", "conditional"}
ALLOWED_KINDS = {
    "startEvent": CATCHING_KINDS | {"error", "escalation", "compensate"},
    "intermediateCatchEvent": CATCHING_KINDS | {"link"},
    "boundaryEvent": CATCHING_KINDS | {"error", "escalation", "compensate", "cancel"},
    "intermediateThrowEvent": {"message", "signal", "escalation", "compensate", "link"},
    "endEvent": {"message", "signal", "error", "escalation", "compensate", "cancel", "terminate"},
}
"""Kind of event → definitions that it can have."""
KIND_WORDS = {
    "message": "消息", "signal": "信号", "timer": "定时", "conditional": "条件", "error": "错误", "escalation": "升级",
    "compensate": "补偿", "cancel": "取消", "terminate": "终止", "link": "链接",
}  # fmt: skip


def refusals(diagram: Diagram) -> Iterator[Finding]:
    """One finding for each cause."""
    for node in diagram.nodes:
        if node.kind in ALLOWED_KINDS:
            yield from _event(diagram, node)
        if node.kind == "callActivity" and not node.attributes.get("calledElement"):
            yield _finding(diagram, node.id, "没有写明调用哪个流程（calledElement），请选择。")
    yield from _event_subprocesses(diagram)
    for definition in diagram.definitions:
        if definition.kind in {"message", "signal"} and not definition.name:
            word = KIND_WORDS[definition.kind]
            yield _finding(diagram, definition.id, f"{word}没有名称，请填写名称，或者删去这个{word}。")


def _finding(diagram: Diagram, element: str, message: str) -> Finding:
    return Finding(file=diagram.file, element=element, rule="parser", message=message)


def _event(diagram: Diagram, node: Node) -> Iterator[Finding]:
    for event in node.events:
        if event.kind not in ALLOWED_KINDS[node.kind]:
            word = KIND_WORDS.get(event.kind, event.kind)
            yield _finding(diagram, node.id, f"这种事件不能用“{word}”，引擎不接受，请换一种类型。")
        else:
            yield from _definition(diagram, node, event)
    incoming = any(flow.target == node.id for flow in diagram.flows)
    if node.kind in {"startEvent", "boundaryEvent"} and incoming:
        yield _finding(diagram, node.id, "不能有连线进入开始事件或者边界事件，请重新连接。")
    if node.kind == "endEvent" and diagram.leaving(node.id):
        yield _finding(diagram, node.id, "结束事件之后不能再有连线，请删去连线或者改为中间事件。")


def _definition(diagram: Diagram, node: Node, event: EventDefinition) -> Iterator[Finding]:
    word = KIND_WORDS[event.kind]
    throws = node.kind in {"endEvent", "intermediateThrowEvent"}
    if event.kind in {"message", "signal"} and not event.reference and not node.topic:
        yield _finding(diagram, node.id, f"没有选择{word}，引擎不接受，请选择一个{word}。")
    elif event.kind in {"error", "escalation"} and throws and not event.code:
        yield _finding(diagram, node.id, f"没有写明{word}和它的代码，引擎不接受，请选择一个有代码的{word}。")
    elif event.kind == "timer" and (event.timer is None or not event.timer.value):
        yield _finding(diagram, node.id, "定时没有写明时刻，引擎不接受，请填写。")
    elif event.kind == "conditional" and not event.condition:
        yield _finding(diagram, node.id, "条件事件没有条件，引擎不接受，请填写或者换一种类型。")
    elif event.kind == "link" and not event.name:
        yield _finding(diagram, node.id, "链接事件没有名称，请填写。")


def _event_subprocesses(diagram: Diagram) -> Iterator[Finding]:
    for box in diagram.of_kind("subProcess"):
        if box.attributes.get("triggeredByEvent") != "true":
            continue
        if any(box.id in {flow.source, flow.target} for flow in diagram.flows):
            yield _finding(diagram, box.id, "事件子流程由事件触发，不能有连线进出，请删去连线。")
