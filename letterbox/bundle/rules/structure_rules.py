"""How a diagram's pieces may be put together: kinds, starts, splits, conditions, repetitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from letterbox.bundle.model.diagram_model import Diagram, Finding, Flow, Level, Node
from letterbox.bundle.model.flow_graph import CONTAINERS, is_event_process, is_step

REFUSED: Mapping[str, str] = {
    "task": "没有选类型，引擎会直接跳过，谁也看不到：请改成人工任务（由人办理）或者外部任务（由程序办理）。",
    "manualTask": "是线下任务，引擎会直接跳过，谁也看不到：要人办的请改成人工任务，并写明由谁办理和表单。",
    "complexGateway": "是复杂网关，引擎不支持：请用排他网关。",
    "transaction": "是事务子流程，系统用不上：请改成普通子流程。",
    "adHocSubProcess": "是即席子流程，引擎不支持：请改成普通子流程。",
}
CONDITIONED = frozenset({"exclusiveGateway", "inclusiveGateway"})
CATCHING = frozenset({"intermediateCatchEvent", "boundaryEvent"})
MOST_TIMES = 20
Found = Iterator[Finding]


def structure(diagram: Diagram) -> Found:
    """What only one diagram and its lines show; each fault on its element."""
    leaving: dict[str, list[Flow]] = {}
    for flow in diagram.flows:
        leaving.setdefault(flow.source, []).append(flow)
    for node in diagram.nodes:
        if node.kind in REFUSED:
            yield Finding(
                file=diagram.file, element=node.id, rule="refused-kind", message=f"“{_name(node)}”{REFUSED[node.kind]}"
            )
        lines = leaving.get(node.id, [])
        yield from _splits(diagram, node, lines)
        yield from _conditions(diagram, node, lines)
        yield from _default(diagram, node, lines)
        yield from _event(diagram, node)
        yield from _repeated(diagram, node)
    yield from _starts(diagram)


def _splits(diagram: Diagram, node: Node, lines: Sequence[Flow]) -> Found:
    if len(lines) > 1 and not node.kind.endswith("Gateway"):
        text = (
            f"“{_name(node)}”后面有 {len(lines)} 条线，引擎会同时走所有的线，同一封信会有两处在办："
            "请先连到一个排他网关，在那里写明条件。"
        )
        yield Finding(file=diagram.file, element=node.id, rule="implicit-split", message=text)
    if node.kind == "eventBasedGateway":
        yield from _waits(diagram, node, lines)


def _waits(diagram: Diagram, node: Node, lines: Sequence[Flow]) -> Found:
    nodes = {each.id: each for each in diagram.nodes}
    for flow in lines:
        target = nodes.get(flow.target)
        if target is not None and target.kind not in {"intermediateCatchEvent", "receiveTask"}:
            text = f"事件网关“{_name(node)}”后面只能是等候的事件（消息、定时），不能直接到“{_name(target)}”。"
            yield Finding(file=diagram.file, element=flow.id, rule="event-gateway", message=text)
        elif target is not None and sum(each.target == target.id for each in diagram.flows) > 1:
            text = f"“{_name(target)}”由事件网关“{_name(node)}”等候，不能再有别的线通到它。"
            yield Finding(file=diagram.file, element=target.id, rule="event-gateway", message=text)


def _conditions(diagram: Diagram, node: Node, lines: Sequence[Flow]) -> Found:
    """A condition counts only behind a gateway that chooses; elsewhere the letter can be left with no way on."""
    for flow in lines:
        if flow.condition is None:
            continue
        if node.kind not in CONDITIONED:
            what = (
                "并行网关的各条线会同时走，不看条件" if node.kind == "parallelGateway" else "条件不成立时来信会停在这里"
            )
            text = f"“{_name(node)}”后面的线不能带条件（{what}）：要选择的请用排他网关。"
            yield Finding(file=diagram.file, element=flow.id, rule="misplaced-condition", message=text)
        elif len(lines) == 1:
            text = f"“{_name(node)}”只有一个去处，却带着条件：不成立时来信会停在这里。请去掉条件，或者补上别的分支。"
            yield Finding(file=diagram.file, element=flow.id, rule="misplaced-condition", message=text)


def _default(diagram: Diagram, node: Node, lines: Sequence[Flow]) -> Found:
    if not node.default:
        return
    flow = next((each for each in lines if each.id == node.default), None)
    if flow is None:
        text = f"“{_name(node)}”的默认分支写的是 {node.default}，但没有这条从它出来的线：请重新指定。"
        yield Finding(file=diagram.file, element=node.id, rule="default-flow", message=text)
    elif flow.condition is not None:
        text = "默认分支不能带条件：别的分支都不成立时才走它。请去掉条件，或者另选默认分支。"
        yield Finding(file=diagram.file, element=flow.id, rule="default-flow", message=text)


def _event(diagram: Diagram, node: Node) -> Found:
    if node.kind == "boundaryEvent":
        host = next((each for each in diagram.nodes if each.id == node.attached_to), None)
        if host is None or not is_step(host):
            text = f"边界事件“{_name(node)}”没有附在任何任务上：请拖到任务的边框上。"
            yield Finding(file=diagram.file, element=node.id, rule="event-definition", message=text)
    if node.kind in CATCHING and len(node.events) != 1:
        what = "没有写明等什么" if not node.events else "同时等几样东西，引擎不支持"
        text = f"事件“{_name(node)}”{what}：请选定一种（消息或者定时）。"
        yield Finding(file=diagram.file, element=node.id, rule="event-definition", message=text)


def _repeated(diagram: Diagram, node: Node) -> Found:
    if node.loop is None:
        return
    if node.loop.kind == "standard":
        text = f"“{_name(node)}”画了循环标记，引擎不支持、只会办一次：要重复的请用线和网关画出来。"
        yield Finding(file=diagram.file, element=node.id, rule="repeated", message=text)
    elif not _is_few(node.loop.cardinality) or node.loop.collection:
        text = (
            f"多实例“{_name(node)}”请写明办几次（1 到 {MOST_TIMES} 的数字），不要用集合或者公式：流程变量里没有清单，"
            "来信会停在这里。"
        )
        yield Finding(file=diagram.file, element=node.id, rule="repeated", message=text)
    else:
        text = f"“{_name(node)}”要办 {node.loop.cardinality} 次，每次各有一个任务，都办完才往下走。请确认是这样。"
        yield Finding(file=diagram.file, element=node.id, rule="repeated", message=text, level=Level.WARNING)


def _is_few(cardinality: str) -> bool:
    return cardinality.isdecimal() and 1 <= int(cardinality[:4]) <= MOST_TIMES


def _starts(diagram: Diagram) -> Found:
    """One way in: a process and a sub-process begin at one event that waits for nothing, an event sub-process at one
    that does."""
    scopes = [(process.key, process.name or process.key, False) for process in diagram.processes]
    scopes += [(node.id, _name(node), is_event_process(node)) for node in diagram.nodes if node.kind in CONTAINERS]
    for scope, name, by_event in scopes:
        starts = [node for node in diagram.nodes if node.parent == scope and node.kind == "startEvent"]
        if len(starts) != 1:
            text = f"“{name}”应当只有一个开始事件，现有 {len(starts)} 个。"
            yield Finding(file=diagram.file, element=starts[-1].id if starts else scope, rule="starts", message=text)
        for start in starts:
            if by_event and len(start.events) != 1:
                text = f"事件子流程“{name}”的开始事件要写明等什么（消息或者定时），只能一种。"
                yield Finding(file=diagram.file, element=start.id, rule="starts", message=text)
            elif not by_event and start.events:
                text = f"“{name}”由系统在该办的时候启动，开始事件不能自己等消息、信号或者时刻：请用空的开始事件。"
                yield Finding(file=diagram.file, element=start.id, rule="starts", message=text)


def _name(node: Node) -> str:
    return node.name or node.id
