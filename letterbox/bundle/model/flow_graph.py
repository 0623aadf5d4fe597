"""Where a letter's token can go: a process as a graph of points, sub-processes opened.

A step has two points: its id (the token has come) and :func:`done` (the step is completed). What leaves a step by a
boundary event leaves it from the first: it was not completed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from letterbox.bundle.model.diagram_model import Diagram, Node

CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
BROKEN_OFF = frozenset({"error", "cancel"})
"""Ends that leave their sub-process by a boundary event, not by its own line."""
DONE = "!"
MOST_PARALLEL = 40
"""Gateways in a process that part or join at the same time; with more nobody sees any more what waits for what."""


@dataclass(frozen=True)
class Join:
    """A gateway that waits for several branches. ``inside``: the points between its split and itself."""

    sources: frozenset[str]
    inside: frozenset[str]


@dataclass(frozen=True)
class FlowGraph:
    """``edges``: point → (point, element that leads there). ``ends``: points where a token of the process is used up."""

    nodes: Mapping[str, Node]
    edges: Mapping[str, tuple[tuple[str, str], ...]]
    starts: frozenset[str]
    ends: frozenset[str]
    joins: Mapping[str, Join] = field(default_factory=dict)

    def reached(self, starts: Iterable[str], without: Collection[str] = ()) -> dict[str, tuple[str, str] | None]:
        """Every point reached from ``starts``, themselves included → (the point before, the element that led on)."""
        first = [start for start in starts if start not in without]
        found: dict[str, tuple[str, str] | None] = dict.fromkeys(first)
        queue = deque(first)
        while queue:
            point = queue.popleft()
            for after, element in self.edges.get(point, ()):
                if after not in found and after not in without and self._opens(after, found, first):
                    found[after] = (point, element)
                    queue.append(after)
        return found

    def beyond(self, point: str, without: Collection[str] = ()) -> dict[str, tuple[str, str] | None]:
        """Like :meth:`reached`, but ``point`` itself is among them only if a way leads back to it."""
        found = self.reached([after for after, _ in self.edges.get(point, ())], without)
        return {each: before or (point, self._element(point, each)) for each, before in found.items()}

    def _element(self, point: str, after: str) -> str:
        return next((element for each, element in self.edges.get(point, ()) if each == after), after)

    def _opens(self, point: str, found: Collection[str], starts: Collection[str]) -> bool:
        """A parallel join opens when all of its branches have come; one that was begun within its branches at once."""
        join = self.joins.get(point)
        if join is None or any(start in join.inside for start in starts):
            return True
        return all(source in found for source in join.sources)


def is_step(node: Node) -> bool:
    return node.kind.endswith("Task") or node.kind in CONTAINERS | {"task", "callActivity"}


def is_event_process(node: Node) -> bool:
    return node.kind in CONTAINERS and node.attributes.get("triggeredByEvent") == "true"


def is_none_start(node: Node) -> bool:
    return node.kind == "startEvent" and not node.events


def done(node: Node) -> str:
    """The point behind a node: of a step its completion, of everything else the node itself."""
    return node.id + DONE if is_step(node) else node.id


def element_of(point: str) -> str:
    return point.removesuffix(DONE)


def inside(node: Node, nodes: Collection[Node]) -> Iterator[Node]:
    """Everything within a sub-process, deeper ones too."""
    for child in nodes:
        if child.parent == node.id and child is not node:
            yield child
            if child.kind in CONTAINERS:
                yield from inside(child, nodes)


def graph_of(diagram: Diagram, process: str, *, aside: bool = True) -> FlowGraph:
    """``aside``: with what begins beside a step that goes on (events that do not interrupt)."""
    return _Builder(diagram, process, aside=aside).graph()


class _Builder:
    def __init__(self, diagram: Diagram, process: str, *, aside: bool) -> None:
        self.nodes = {node.id: node for node in diagram.nodes if node.process == process}
        self.flows = [flow for flow in diagram.flows if flow.process == process]
        self.process = process
        self.aside = aside
        self.edges: dict[str, list[tuple[str, str]]] = {}

    def graph(self) -> FlowGraph:
        for flow in self.flows:
            if flow.source in self.nodes and flow.target in self.nodes:
                self.add(done(self.nodes[flow.source]), flow.target, flow.id)
        for node in self.nodes.values():
            self.around(node)
        top = [node for node in self.nodes.values() if node.parent == self.process]
        edges = {point: tuple(after) for point, after in self.edges.items()}
        starts = frozenset(node.id for node in top if node.kind == "startEvent")
        ends = frozenset(self.ends())
        bare = FlowGraph(nodes=self.nodes, edges=edges, starts=starts, ends=ends)
        return FlowGraph(nodes=self.nodes, edges=edges, starts=starts, ends=ends, joins=dict(self.joins(bare)))

    def add(self, point: str, after: str, element: str) -> None:
        self.edges.setdefault(point, []).append((after, element))

    def around(self, node: Node) -> None:
        if is_event_process(node):
            self.event_process(node)
        elif node.kind in CONTAINERS:
            self.contained(node)
        elif is_step(node):
            self.add(node.id, done(node), node.id)
        if node.kind == "boundaryEvent" and node.attached_to in self.nodes:
            host = self.nodes[str(node.attached_to)]
            self.by_event(node, [host, *inside(host, self.nodes.values())])
        elif node.kind == "intermediateThrowEvent":
            names = {event.name for event in node.events if event.kind == "link"}
            for catch in self.nodes.values():
                if catch.kind == "intermediateCatchEvent" and names & _links(catch):
                    self.add(node.id, catch.id, catch.id)

    def contained(self, node: Node) -> None:
        for child in self.children(node.id):
            if is_none_start(child):
                self.add(node.id, child.id, child.id)
            elif child.kind == "endEvent" and not _kinds(child) & BROKEN_OFF:
                self.add(child.id, done(node), child.id)

    def event_process(self, node: Node) -> None:
        """It begins wherever the process, or the sub-process around it, stands; its end is the end of that one."""
        own = {node.id, *(child.id for child in inside(node, self.nodes.values()))}
        outer = self.nodes.get(node.parent)
        scope = self.nodes.values() if outer is None else list(inside(outer, self.nodes.values()))
        for child in self.children(node.id):
            if child.kind == "startEvent":
                self.by_event(child, [each for each in scope if each.id not in own])
            elif child.kind == "endEvent" and outer is not None and not _kinds(child) & BROKEN_OFF:
                self.add(child.id, done(outer), child.id)

    def by_event(self, event: Node, places: Iterable[Node]) -> None:
        if event.is_interrupting or self.aside:
            for place in places:
                self.add(place.id, event.id, event.id)

    def children(self, parent: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.parent == parent]

    def ends(self) -> Iterator[str]:
        top = {self.process, *(node.id for node in self.nodes.values() if self.is_outermost_event_process(node))}
        yield from (node.id for node in self.nodes.values() if node.kind == "endEvent" and node.parent in top)

    def is_outermost_event_process(self, node: Node) -> bool:
        return is_event_process(node) and node.parent == self.process

    def joins(self, graph: FlowGraph) -> Iterator[tuple[str, Join]]:
        parallel = sum(node.kind == "parallelGateway" for node in self.nodes.values())
        for node in self.nodes.values():
            sources = frozenset(
                done(self.nodes[flow.source])
                for flow in self.flows
                if flow.target == node.id and flow.source in self.nodes
            )
            if node.kind == "parallelGateway" and len(sources) > 1 and parallel <= MOST_PARALLEL:
                yield node.id, Join(sources=sources, inside=frozenset(_between(graph, node.id)))


def _between(graph: FlowGraph, join: str) -> Iterator[str]:
    """Points from which the join is reached and that lie behind the split that opens its branches."""
    splits = [node.id for node in graph.nodes.values() if node.kind == "parallelGateway" and node.id != join]
    before: dict[str, list[str]] = {}
    for point, edges in graph.edges.items():
        for after, _ in edges:
            before.setdefault(after, []).append(point)
    for split in splits:
        if len(graph.edges.get(split, ())) > 1:
            found = graph.beyond(split, [join])
            yield from backwards([join], before, [split]) & found.keys() - {split}


def backwards(points: Collection[str], before: Mapping[str, Sequence[str]], without: Collection[str] = ()) -> set[str]:
    """Every point from which one of ``points`` is reached, themselves included; ``before``: point → those that lead to it."""
    found, left = set(points), list(points)
    while left:
        fresh = [point for point in before.get(left.pop(), ()) if point not in found and point not in without]
        found.update(fresh)
        left.extend(fresh)
    return found


def _kinds(node: Node) -> set[str]:
    return {event.kind for event in node.events}


def _links(node: Node) -> set[str]:
    return {event.name for event in node.events if event.kind == "link"}
