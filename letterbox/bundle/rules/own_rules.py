"""What an owner's own elements may not do: stand in for the system's steps, end a letter, or put it in two places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from letterbox.bundle.model.diagram_model import Diagram, Finding, Node
from letterbox.bundle.model.flow_graph import FlowGraph, done, element_of, graph_of, inside, is_event_process, is_step
from letterbox.bundle.vocabulary import OWN_VARIABLES, ProcessKey, Topic

CATCHES = frozenset({"intermediateCatchEvent", "boundaryEvent", "startEvent"})
MACHINES = frozenset({ProcessKey.DEADLINE_WATCH, ProcessKey.NOTICE_DELIVERY})
"""Processes in which nobody works: a step more would hold back every reminder and notice."""
Found = Iterator[Finding]


def own_elements(diagrams: Sequence[Diagram], shipped: Sequence[Diagram]) -> Found:
    """``shipped``: as they come with the product."""
    known = frozenset(node.id for diagram in shipped for node in diagram.nodes)
    owners = {topic: node.name for diagram in shipped for node in diagram.nodes if (topic := node.topic)}
    processes = {process.key: process.name for diagram in shipped for process in diagram.processes}
    for diagram in diagrams:
        for node in diagram.nodes:
            if node.id not in known:
                yield from _single(diagram, node, owners, processes)
                yield from _interrupts(diagram, node, known)
        yield from _in_an_ending(diagram, shipped, known)
        yield from _before_a_wait(diagram, known)
        for process in diagram.processes:
            if process.key in processes:
                yield from _ends(diagram, process.key, known)
                yield from _aside(diagram, process.key, known)


def _single(diagram: Diagram, node: Node, owners: dict[str, str], processes: dict[str, str]) -> Found:
    name = node.name or node.id
    if node.process in MACHINES:
        text = f"“{name}”不能加在这里：{processes[node.process]}由系统自动运行，多一步会使所有的提醒或者通知停下来。"
        yield Finding(file=diagram.file, element=node.id, rule="own-step", message=text)
        return  # all else follows from it
    if node.topic in set(Topic) and node.topic in owners:
        text = f"主题 {node.topic} 只由“{owners[node.topic]}”使用，再用一次会重复办理：请删去“{name}”。"
        yield Finding(file=diagram.file, element=node.id, rule="double-topic", message=text)
    if written := sorted(_written(node) & OWN_VARIABLES):
        text = f"“{name}”的参数会改写系统的变量 {'、'.join(written)}，流程和记录会对不上：请换一个变量名。"
        yield Finding(file=diagram.file, element=node.id, rule="system-variable", message=text)
    called = node.attributes.get("calledElement", "")
    if node.kind == "callActivity" and called in processes:
        text = f"流程“{processes[called] or called}”由系统启动，不能在“{name}”再调用一次：请调用自己的流程。"
        yield Finding(file=diagram.file, element=node.id, rule="double-call", message=text)
    if node.message is not None and (node.kind in CATCHES or node.kind == "receiveTask"):
        text = f"“{name}”等的消息系统只在原来的地方发出，这里等不到，或者会和原来的一处相争：请改用由人办理的任务。"
        yield Finding(file=diagram.file, element=node.id, rule="own-message", message=text)
    if is_event_process(node):
        starts = [each for each in diagram.nodes if each.parent == node.id and each.kind == "startEvent"]
        if any(start.is_interrupting for start in starts):
            text = f"事件子流程“{name}”会打断正在办的步骤，来信就停了：请在开始事件上选“不中断”。"
            yield Finding(file=diagram.file, element=node.id, rule="own-interruption", message=text)


def _interrupts(diagram: Diagram, node: Node, known: frozenset[str]) -> Found:
    """A shipped step ends by its answer, which is recorded; whatever breaks it off leaves the record behind."""
    if node.kind != "boundaryEvent" or not node.is_interrupting:
        return
    host = next((each for each in diagram.nodes if each.id == node.attached_to), None)
    members = [] if host is None else [each for each in (host, *inside(host, diagram.nodes)) if each.id in known]
    steps = [each for each in members if is_step(each)]
    if steps:
        text = (
            f"“{node.name or node.id}”会打断“{steps[0].name or steps[0].id}”：那一步没有办完，系统却当它还在办。"
            "要提醒的请选“不中断”。"
        )
        yield Finding(file=diagram.file, element=node.id, rule="own-interruption", message=text)


def _in_an_ending(diagram: Diagram, shipped: Sequence[Diagram], known: frozenset[str]) -> Found:
    """Where the shipped sub-process only ends what ran (a withdrawal, a return), the record says that it is over."""
    old = [node for each in shipped for node in each.nodes]
    endings = {node.id for node in old if is_event_process(node)}
    endings -= {node.parent for node in old if is_step(node)}
    names = {node.id: node.name for node in old}
    for node in diagram.nodes:
        if node.parent in endings and node.id not in known and is_step(node):
            text = f"“{names[node.parent]}”一经发生，系统就记为结束，不能再加“{node.name or node.id}”：请删去这一步。"
            yield Finding(file=diagram.file, element=node.id, rule="own-step", message=text)


def _before_a_wait(diagram: Diagram, known: frozenset[str]) -> Found:
    """A message that comes while the letter still stands before the gateway that waits for it is lost."""
    nodes = {node.id: node for node in diagram.nodes}
    for node in diagram.gateways:
        if node.kind != "eventBasedGateway" or node.id not in known:
            continue
        left, seen = [node.id], {node.id}
        while left:
            point = left.pop()
            for flow in diagram.flows:
                source = nodes.get(flow.source)
                if flow.target != point or source is None or source.id in known | seen:
                    continue
                seen.add(source.id)
                left.append(source.id)
                if is_step(source) or source.kind == "intermediateCatchEvent":
                    text = (
                        f"“{source.name or source.id}”不能放在“{node.name or node.id}”之前：等的消息可能先来，那时没有谁接，"
                        "来信会停住。请放在它后面，或者前一步之前。"
                    )
                    yield Finding(file=diagram.file, element=source.id, rule="before-a-wait", message=text)


def _written(node: Node) -> set[str]:
    """Variables of its own process that its mappings and parameters write, or hide from what is within."""
    names = {each.target for each in node.handovers if each.direction == "out"}
    return names | {each.name for each in node.parameters} | {node.loop.element_variable if node.loop else ""}


def _breaks_in(node: Node) -> bool:
    """That is said by itself; so is not where it leads to."""
    return node.is_interrupting and (node.kind == "boundaryEvent" or (node.kind == "startEvent" and bool(node.events)))


def _ends(diagram: Diagram, process: str, known: frozenset[str]) -> Found:
    """An end of one's own ends the letter without a record; only what began beside it may end by itself."""
    graph = graph_of(diagram, process, aside=False)
    breaking = [node for node in graph.nodes.values() if node.id not in known and _breaks_in(node)]
    main = graph.reached(graph.starts, {point for node in breaking for point in (node.id, done(node))})
    for node in graph.nodes.values():
        if node.id in known or node.kind != "endEvent":
            continue
        if node.id in graph.ends and node.id in main:
            text = f"来信走到“{node.name or node.id}”就悄悄结束了，系统里却还没有办结：请连回原来的下一步。"
            yield Finding(file=diagram.file, element=node.id, rule="own-end", message=text)
        elif node.id in graph.ends and node.terminates:
            text = f"“{node.name or node.id}”会把整封信的办理一起终止：请改成普通的结束事件。"
            yield Finding(file=diagram.file, element=node.id, rule="own-end", message=text)


def _aside(diagram: Diagram, process: str, known: frozenset[str]) -> Found:
    """What begins beside a step stays beside: on the letter's own way it would be a second token."""
    graph, main = graph_of(diagram, process), graph_of(diagram, process, aside=False)
    usual = set(main.reached(main.starts))
    for node in graph.nodes.values():
        if node.id in known or node.is_interrupting or node.kind not in {"boundaryEvent", "startEvent"}:
            continue
        reached = _own_way(graph, node.id, known)
        for point in sorted(reached - {node.id}):
            if element_of(point) in known or point in usual:
                other = graph.nodes[element_of(point)]
                text = (
                    f"“{node.name or node.id}”不中断原来的任务，从它出来的线却通到“{other.name or other.id}”，"
                    "同一封信会有两处在办：请让它自己结束，或者改成中断。"
                )
                yield Finding(file=diagram.file, element=node.id, rule="second-token", message=text)
                break


def _own_way(graph: FlowGraph, start: str, known: frozenset[str]) -> set[str]:
    """Points reached over own elements; of shipped ones the first only."""
    found, left = {start}, [start]
    while left:
        point = left.pop()
        if element_of(point) in known and point != start:
            continue
        for after, _ in graph.edges.get(point, ()):
            if after not in found and graph.nodes[element_of(after)].kind != "startEvent":
                found.add(after)
                left.append(after)
    return found
