"""Steps that are never reached, places without a way to an end, loops that turn by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from letterbox.bundle.model.diagram_model import Diagram, Finding, Node
from letterbox.bundle.model.flow_graph import (
    FlowGraph,
    backwards,
    done,
    element_of,
    graph_of,
    is_event_process,
    is_none_start,
)
from letterbox.bundle.vocabulary import ProcessKey

WAITS = frozenset({"userTask", "receiveTask"})


def ways(diagrams: Sequence[Diagram]) -> Iterator[Finding]:
    """Of all processes of a bundle."""
    graphs = {
        process.key: (diagram, graph_of(diagram, process.key)) for diagram in diagrams for process in diagram.processes
    }
    waiting = {key for key in graphs if _waits_always(key, graphs, frozenset())}
    for diagram, graph in graphs.values():
        yield from _unreached(diagram.file, graph)
        yield from _without_end(diagram.file, graph)
        yield from _endless(diagram.file, graph, waiting)
    yield from _calls_itself(graphs)


def _unreached(file: str, graph: FlowGraph) -> Iterator[Finding]:
    """One finding a cause; what nothing leads to at all is said by the rule about lines."""
    if not graph.starts:
        return  # said by the rule about starts
    found = graph.reached(graph.starts)
    targets = {after for edges in graph.edges.values() for after, _ in edges}
    lost = [node for node in graph.nodes.values() if node.id not in found and not is_event_process(node)]
    said = set(graph.reached([node.id for node in lost if node.id not in targets]))
    for node in sorted(lost, key=lambda each: each.id):
        if node.id not in said:
            said |= set(graph.reached([node.id]))
            text = f"从开始走不到“{_name(node)}”：它前面的几步互相连着，却没有线从流程的开头通过来。"
            yield Finding(file=file, element=node.id, rule="unreachable", message=text)


def _without_end(file: str, graph: FlowGraph) -> Iterator[Finding]:
    """What only an event from outside would end (a withdrawal) has no end of its own."""
    before: dict[str, list[str]] = {}
    for point, edges in graph.edges.items():
        for after, _ in edges:
            node = graph.nodes.get(after)
            if node is None or node.kind != "startEvent" or is_none_start(node):
                before.setdefault(after, []).append(point)
    good = backwards(graph.ends, before)
    loose = [done(node) for node in graph.nodes.values() if not graph.edges.get(done(node)) and node.kind != "endEvent"]
    said = backwards(loose, before)  # said by the rule about lines
    for node in sorted(graph.nodes.values(), key=lambda each: each.id):
        if node.id not in good | said and not is_event_process(node):
            said |= set(graph.reached([node.id])) | backwards([node.id], before)
            text = f"走到“{_name(node)}”以后再也走不到结束：请给它所在的这一圈加一条通向后面的线。"
            yield Finding(file=file, element=node.id, rule="no-end", message=text)


def _endless(file: str, graph: FlowGraph, waiting: Collection[str]) -> Iterator[Finding]:
    """A round in which nobody is asked and nothing is waited for is gone again and again, many times a second."""
    stops = _stops(graph, waiting)
    said: set[str] = set()
    for point in sorted(_circling(graph, stops)):
        if point in said:
            continue
        round_ = graph.beyond(point, stops)
        if point not in round_:
            continue
        ring = {each for each in round_ if point in graph.beyond(each, stops)}
        said |= ring
        steps = [graph.nodes[name] for name in dict.fromkeys(map(element_of, sorted(ring)))]
        names = "、".join(f"“{_name(node)}”" for node in steps[:4])
        text = (
            f"{names}会自己不停地转下去：这一圈里没有谁办理，也不等什么消息（定时器到了时刻就不再等）。"
            "请去掉往回的线，或者在这一圈里加一个由人办理的任务。"
        )
        at = next((node for node in steps if node.kind.endswith("Task")), steps[0])
        yield Finding(file=file, element=at.id, rule="endless-loop", message=text)


def _circling(graph: FlowGraph, stops: Collection[str]) -> set[str]:
    """Points that lie on a round or between two: what neither begins nor ends is taken away until nothing changes."""
    ahead = {
        point: {after for after, _ in edges if after not in stops}
        for point, edges in graph.edges.items()
        if point not in stops
    }
    behind: dict[str, set[str]] = {}
    for point, targets in ahead.items():
        for after in targets:
            behind.setdefault(after, set()).add(point)
    points = {*ahead, *behind}
    left = [point for point in points if not ahead.get(point) or not behind.get(point)]
    while left:
        point = left.pop()
        if point in points:
            points.discard(point)
            for after in ahead.pop(point, ()):
                behind.get(after, set()).discard(point)
                left += [after] if not behind.get(after) else []
            for before in behind.pop(point, ()):
                ahead.get(before, set()).discard(point)
                left += [before] if not ahead.get(before) else []
    return points


def _stops(graph: FlowGraph, waiting: Collection[str]) -> frozenset[str]:
    """Points that a token passes only when somebody acts."""
    found = set()
    for node in graph.nodes.values():
        calls = node.kind == "callActivity" and node.attributes.get("calledElement") in waiting
        if node.kind in WAITS or calls:
            found.add(done(node))
        elif _waits_for_event(node):
            found.add(node.id)
    return frozenset(found)


def _waits_for_event(node: Node) -> bool:
    """The watch's timer waits too: the step before it is asked for the next instant each time."""
    if node.kind not in {"intermediateCatchEvent", "boundaryEvent", "startEvent"}:
        return False
    kinds = {event.kind for event in node.events}
    return "message" in kinds or (node.process == ProcessKey.DEADLINE_WATCH and "timer" in kinds)


Graphs = Mapping[str, tuple[Diagram, FlowGraph]]


def _waits_always(key: str, graphs: Graphs, above: frozenset[str]) -> bool:
    """Whether no way through the process is without a wait; one that calls itself does not count."""
    if key not in graphs or key in above:
        return False
    graph = graphs[key][1]
    calls = {node.attributes.get("calledElement", "") for node in graph.nodes.values() if node.kind == "callActivity"}
    waiting = {called for called in calls if _waits_always(called, graphs, above | {key})}
    return not set(graph.reached(graph.starts, _stops(graph, waiting))) & graph.ends


def _calls_itself(graphs: Graphs) -> Iterator[Finding]:
    calls = {
        key: [node for node in graph.nodes.values() if node.kind == "callActivity"]
        for key, (_, graph) in graphs.items()
    }
    for key, (diagram, _graph) in graphs.items():
        for node in calls[key]:
            if key in _called(node.attributes.get("calledElement", ""), calls):
                text = f"“{_name(node)}”调用的流程又会回头调用“{key}”，没有尽头：请改用别的流程，或者画成一圈。"
                yield Finding(file=diagram.file, element=node.id, rule="calls-itself", message=text)


def _called(first: str, calls: Mapping[str, Sequence[Node]]) -> set[str]:
    found, left = {first}, [first]
    while left:
        for node in calls.get(left.pop(), ()):
            target = node.attributes.get("calledElement", "")
            if target not in found:
                found.add(target)
                left.append(target)
    return found


def _name(node: Node) -> str:
    return node.name or node.id
