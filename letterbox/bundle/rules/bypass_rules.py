"""No way past a step of the procedure: what had to be passed between two elements of the shipped diagrams still must be.

Every such duty is read from the shipped diagrams themselves, so that none is forgotten: from A one came to C by B only.
Own steps and own branches between are the owner's; a way that leads back to where the letter has been is only said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from letterbox.bundle.model.diagram_model import Diagram, Finding, Level, Node
from letterbox.bundle.model.flow_graph import FlowGraph, done, graph_of, is_step
from letterbox.bundle.rules.shipped_words import clauses_of, named

DUTIES = frozenset({"intermediateCatchEvent"})


@dataclass(frozen=True)
class Duty:
    """From ``start`` one comes to ``target`` only by ``through``, even if nothing ever came in by ``unless`` ("" for none)."""

    start: str
    through: str
    target: str
    unless: str
    is_repeat: bool
    """The letter has been at the target before it comes to the start."""


def bypassed(diagrams: Sequence[Diagram], shipped: Sequence[Diagram]) -> Iterator[Finding]:
    """``shipped``: as they come with the product."""
    now = {process.key: diagram for diagram in diagrams for process in diagram.processes}
    for before in shipped:
        for process in before.processes:
            diagram = now.get(process.key)
            if diagram is not None and _drawing(diagram, process.key) != _drawing(before, process.key):
                yield from _process(diagram, before, process.key)


def _drawing(diagram: Diagram, process: str) -> object:
    """All that ways depend on."""
    nodes = {
        (
            node.id,
            node.kind,
            node.parent,
            node.attached_to,
            node.is_interrupting,
            tuple(each.kind for each in node.events),
        )
        for node in diagram.nodes
        if node.process == process
    }
    return nodes, {(flow.source, flow.target) for flow in diagram.flows if flow.process == process}


def _process(diagram: Diagram, before: Diagram, process: str) -> Iterator[Finding]:
    graph = graph_of(diagram, process)
    old_edges = {(point, after) for point, edges in graph_of(before, process).edges.items() for after, _ in edges}
    blamed: dict[str, dict[str, bool]] = {}
    alike: dict[tuple[str, str, str], list[Duty]] = {}
    for duty in _duties(before, process):
        alike.setdefault((duty.start, duty.through, duty.unless), []).append(duty)
    for (start, through, unless), duties in alike.items():
        for duty, element in _ways_past(graph, start, through, unless, duties, old_edges):
            known = blamed.setdefault(element, {})
            known[through] = known.get(through, True) and duty.is_repeat
    for element, steps in sorted(blamed.items()):
        skipped = [before.node(step) for step, is_repeat in steps.items() if not is_repeat]
        if skipped:
            yield _finding(diagram, before, element, skipped)
        else:
            yield _repeat(diagram, element, [before.node(step) for step in steps])


def _ways_past(
    graph: FlowGraph,
    start: str,
    through: str,
    unless: str,
    duties: Sequence[Duty],
    old_edges: Collection[tuple[str, str]],
) -> Iterator[tuple[Duty, str]]:
    """Each broken duty and the element that leads past: the first on the shortest way that was not there before."""
    nodes = graph.nodes
    if start not in nodes or through not in nodes:
        return  # said already: an element of the procedure is gone
    found = graph.beyond(done(nodes[start]), {done(nodes[through]), unless})
    for duty in duties:
        if duty.target in found:
            fresh = [element for point, after, element in _way(found, duty.target) if (point, after) not in old_edges]
            yield duty, fresh[0] if fresh else through


def _way(found: Mapping[str, tuple[str, str] | None], target: str) -> list[tuple[str, str, str]]:
    """(point, point after it, element between) from the start to ``target``; a way that leads back ends where it began."""
    way: list[tuple[str, str, str]] = []
    point, seen = target, set()
    while point not in seen and (step := found.get(point)) is not None:
        seen.add(point)
        way.insert(0, (step[0], point, step[1]))
        point = step[0]
    return way


def _duties(before: Diagram, process: str) -> Iterator[Duty]:
    """Read from the shipped drawing, once more with each message taken away that another letter's events bring."""
    graph = graph_of(before, process)
    nodes = list(graph.nodes.values())
    catches = ["", *(node.id for node in nodes if node.kind in DUTIES and node.message is not None)]
    seen: set[tuple[str, str, str]] = set()
    before_it = {node.id: graph.reached(graph.starts, {done(node)}) for node in nodes}
    for unless in catches:
        reach = {node.id: graph.beyond(done(node), {unless}) for node in nodes if node.id != unless}
        for through in nodes:
            if not (is_step(through) or through.kind in DUTIES) or through.id == unless:
                continue
            without = {done(through), unless}
            for start in nodes:
                if start.id in {unless, through.id}:
                    continue
                left = graph.beyond(done(start), without)
                for target in reach[start.id]:
                    key = (start.id, through.id, target)
                    is_duty = target in graph.nodes and target != through.id and target not in left
                    if is_duty and key not in seen:
                        seen.add(key)
                        is_repeat = target == start.id or start.id not in before_it[target]
                        yield Duty(
                            start=start.id, through=through.id, target=target, unless=unless, is_repeat=is_repeat
                        )


def _finding(diagram: Diagram, before: Diagram, element: str, skipped: Sequence[Node]) -> Finding:
    steps = "、".join(f"“{named(node)}”" for node in skipped[:3]) + ("等" if len(skipped) > 3 else "")
    clause = clauses_of(skipped, before)
    text = (
        f"经“{_where(diagram, element)}”可以绕过{steps}，这会取消规程规定的步骤{clause}："
        "请删去这条路；自己加的步骤和分支请画在原有的两步之间。"
    )
    return Finding(file=diagram.file, element=element, rule="bypass", message=text)


def _repeat(diagram: Diagram, element: str, steps: Sequence[Node]) -> Finding:
    text = (
        f"“{_where(diagram, element)}”回到前面的步骤，不再经过“{named(steps[0])}”："
        "前面那几步办完时已经记录在案，请确认重复办理不会和记录矛盾。"
    )
    return Finding(file=diagram.file, element=element, rule="back-again", message=text, level=Level.WARNING)


def _where(diagram: Diagram, element: str) -> str:
    names = {node.id: named(node) for node in diagram.nodes}
    flow = next((flow for flow in diagram.flows if flow.id == element), None)
    if flow is not None:
        return f"{names.get(flow.source, flow.source)}→{names.get(flow.target, flow.target)}"
    return names.get(element, element)
