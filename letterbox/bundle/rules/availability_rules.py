"""Variables that exist in the process, but not yet where an own step reads them: the letter would stop there.

Who provides a variable is read from the shipped diagrams: what comes directly before the first that reads it, a form
that writes it, a mapping; else the process begins with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from letterbox.bundle.model import juel
from letterbox.bundle.model.diagram_model import Diagram, Finding, Node
from letterbox.bundle.model.flow_graph import FlowGraph, done, graph_of, is_step
from letterbox.bundle.rules.scope_rules import EVERYWHERE
from letterbox.bundle.vocabulary import ProcessKey, due_variable
from letterbox.domain.vocabulary import LimitKind

BEGINS_WITH: Mapping[str, frozenset[str]] = {
    ProcessKey.LETTER_HANDLING: frozenset({due_variable(LimitKind.SCREENING)}),
}
"""What services give a process at its start though a step stands before the first that reads it."""
READ = ("dueDate", "followUpDate", "candidateGroups")


def not_yet_there(
    diagrams: Sequence[Diagram], shipped: Sequence[Diagram], asked: Mapping[str, frozenset[str]], known: Collection[str]
) -> Iterator[Finding]:
    """``asked``: form id → the variables that its fields write. ``known``: what exists anywhere; the rest is an error of
    its own."""
    old = {
        process.key: (diagram, graph_of(diagram, process.key)) for diagram in shipped for process in diagram.processes
    }
    for diagram in diagrams:
        for process in diagram.processes:
            graph = graph_of(diagram, process.key)
            providers = _Providers(old.get(process.key), diagrams, graph, asked, process.key)
            ours: Collection[str] = old[process.key][1].nodes if process.key in old else ()
            for node in graph.nodes.values():
                if node.id not in ours:
                    yield from _node(diagram.file, node, providers, known)


def _node(file: str, node: Node, providers: _Providers, known: Collection[str]) -> Iterator[Finding]:
    for name in sorted(_read_by(node).intersection(known) - EVERYWHERE):
        if node.id in providers.not_before(name):
            text = (
                f"走到“{node.name or node.id}”时变量 {name} 可能还没有，来信会停在这里："
                "请把这一步移到写入它的步骤之后，或者换一个变量。"
            )
            yield Finding(file=file, element=node.id, rule="not-yet-there", message=text)


def _read_by(node: Node) -> set[str]:
    texts = [node.engine.get(name, "") for name in READ] + [node.timer.value if node.timer else ""]
    names: set[str] = set()
    for text in texts:
        try:
            names |= juel.variables(text)
        except juel.JuelUnsupported:
            continue  # said by the rule about expressions
    return names


class _Providers:
    """Points behind which a variable of a process exists."""

    def __init__(
        self,
        old: tuple[Diagram, FlowGraph] | None,
        diagrams: Sequence[Diagram],
        graph: FlowGraph,
        asked: Mapping[str, frozenset[str]],
        process: str,
    ) -> None:
        self.points: dict[str, set[str]] = {}
        self.reached: dict[str, frozenset[str]] = {}
        self.graph = graph
        given = {target for each in diagrams for node in each.nodes for target in _given(node, process)}
        for name in given | BEGINS_WITH.get(process, frozenset()):
            self.points.setdefault(name, set()).update(graph.starts)
        for node in graph.nodes.values():
            for name in {
                *(each.target for each in node.handovers if each.direction == "out"),
                *asked.get(node.form or "", ()),
            }:
                self.points.setdefault(name, set()).add(done(node))
        if old is not None:
            self.readers(*old)

    def not_before(self, name: str) -> Collection[str]:
        """Points to which a way leads on which nobody provides the variable."""
        if name not in self.reached:
            self.reached[name] = frozenset(self.graph.reached(self.graph.starts, self.points.get(name, ())))
        return self.reached[name]

    def readers(self, before: Diagram, old: FlowGraph) -> None:
        """A shipped element never reads what is not there: so it is there behind whatever comes before it."""
        for node in old.nodes.values():
            names = _read_by(node) | {source for source, _ in node.given if source}
            for flow in before.leaving(node.id):
                names |= _names(flow.condition)
            for name in names:
                self.points.setdefault(name, set()).update({node.id, *_steps_before(old, node.id)})


def _names(text: str | None) -> frozenset[str]:
    try:
        return juel.variables(text or "")
    except juel.JuelUnsupported:
        return frozenset()


def _given(node: Node, process: str) -> Iterator[str]:
    if node.attributes.get("calledElement") == process:
        yield from (target for _, target in node.given)


def _steps_before(graph: FlowGraph, element: str) -> set[str]:
    """The nearest points before an element at which something was done or waited for."""
    found, left, seen = set(), [element], {element}
    while left:
        point = left.pop()
        for before, edges in graph.edges.items():
            if any(after == point for after, _ in edges) and before not in seen:
                seen.add(before)
                node = graph.nodes.get(before)
                if node is not None and node.kind.endswith("Gateway"):
                    left.append(before)
                elif node is None or not is_step(node):
                    found.add(before)
    return found
