"""Steps that a fixed unit gets because of what a letter is about: an accusation may be against that very unit (A5).

By structure: which letters come to a step is followed through every branch, however many steps lie between, through the
variables that the drawing itself writes, and through own processes that are called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product

from letterbox.bundle.model import juel
from letterbox.bundle.model.diagram_model import Diagram, Finding, Node
from letterbox.bundle.model.flow_graph import FlowGraph, graph_of
from letterbox.bundle.model.juel_tree import Value, compiled, literals
from letterbox.bundle.rules.branch_rules import MOST_COMBINATIONS, OTHER, Domain, takable
from letterbox.bundle.vocabulary import Variable
from letterbox.domain.vocabulary import Category

CATEGORIES = tuple(map(str, Category))
ROUNDS = 5
"""Who comes where depends on what is written, and the other way round; a drawing that needs more is followed so far."""


class _Unwritten(str):
    """A text that a variable may hold for all that is known: nobody wrote it as what the variable is to hold."""


@dataclass(frozen=True)
class _Writer:
    """A step that gives a variable what ``text`` comes to."""

    node: str
    text: str


@dataclass
class _Letters:
    """Which letters come to which element. ``came``: category → ids; ``written``: variable → those who write it, for
    those that nobody else writes."""

    diagrams: Sequence[Diagram]
    shipped: Collection[str]
    written: Mapping[str, Sequence[_Writer]]
    came: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        every = frozenset(node.id for diagram in self.diagrams for node in diagram.nodes)
        self.came = dict.fromkeys(CATEGORIES, every)

    def follow(self) -> None:
        """Until nothing changes any more."""
        graphs = {
            process.key: (diagram, graph_of(diagram, process.key))
            for diagram in self.diagrams
            for process in diagram.processes
        }
        for _ in range(ROUNDS):
            before, self.came = self.came, {each: self._reached(each, graphs) for each in CATEGORIES}
            if self.came == before:
                return

    def _reached(self, category: str, graphs: Mapping[str, tuple[Diagram, FlowGraph]]) -> frozenset[str]:
        open_ways = {key: self._open(category, *both) for key, both in graphs.items()}
        left = [key for key in graphs if key in self.shipped]
        begun, found = set(left), set[str]()
        while left:
            graph = open_ways[left.pop()]
            reached = graph.nodes.keys() & graph.reached(graph.starts).keys()
            found |= reached
            called = {graph.nodes[each].attributes.get("calledElement", "") for each in reached}
            left += (called & graphs.keys()) - begun
            begun |= called
        return frozenset(found)

    def _open(self, category: str, diagram: Diagram, graph: FlowGraph) -> FlowGraph:
        """Without the lines that no letter of the category takes."""
        closed: set[str] = set()
        for node in graph.nodes.values():
            leaving = diagram.leaving(node.id)
            if any(flow.condition for flow in leaving):
                names = {name for flow in leaving for name in _names(flow.condition or "")}
                closed |= {flow.id for flow in leaving} - takable(node, leaving, self.domains(category, names))
        edges = {point: tuple(edge for edge in after if edge[1] not in closed) for point, after in graph.edges.items()}
        return replace(graph, edges=edges)

    def domains(self, category: str, names: Collection[str], depth: int = 0) -> dict[str, Domain]:
        """What these variables can hold for a letter of the category, for those of which that is known."""
        known: dict[str, Domain] = {str(Variable.CATEGORY): frozenset({category})}
        for name in self.written.keys() & set(names) if depth < ROUNDS else ():
            writers = [each for each in self.written[name] if each.node in self.came[category]]
            known[name] = _together(
                value for each in writers for value in self.values(each.text, category, depth + 1)
            ) or frozenset({None})
        return known

    def values(self, text: str, category: str, depth: int = 0) -> Domain:
        """What a text with one expression may come to; anything at all where it cannot be followed."""
        if "{" not in text:
            return frozenset({text})
        try:
            names = sorted(juel.variables(text))
            evaluated = compiled(text)
        except juel.JuelUnsupported:
            return frozenset({_Unwritten()})  # said by the rule about expressions
        words = frozenset({True, False, None, _Unwritten(OTHER), *map(_Unwritten, literals(text))})
        known = self.domains(category, names, depth)
        cases = islice(product(*(known.get(name, words) for name in names)), MOST_COMBINATIONS)
        return _together(evaluated(dict(zip(names, case, strict=True))) for case in cases)


def fixed_for_reports(
    diagrams: Sequence[Diagram], shipped: Collection[str], elsewhere: Collection[str], named: Collection[str]
) -> Iterator[Finding]:
    """``shipped``: keys of the processes that services start, with letters of every kind. ``elsewhere``: variables that forms
    and services write. ``named``: the units to whom reports may go."""
    letters = _Letters(diagrams, shipped, _writers(diagrams, elsewhere))
    fixed = [
        (diagram, task)
        for diagram in diagrams
        for task in diagram.user_tasks
        if any(unit not in named for unit, _ in _units(_groups(task, Category.REPORT, letters)))
    ]
    if fixed:
        letters.follow()
    for diagram, task in fixed:
        for unit, group in sorted(_units(_chosen_groups(task, letters))):
            if unit not in named:
                text = (
                    f"检举控告会固定交给“{unit}”（{group}），被检举的可能就是它（规程 A5）：请交给{'、'.join(sorted(named))}，"
                    "或者由电子政务办办理。"
                )
                yield Finding(file=diagram.file, element=task.id, rule="report-unit", message=text)


def _units(groups: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield from ((group.partition("@")[2], group) for group in groups)


def _chosen_groups(task: Node, letters: _Letters) -> Iterator[str]:
    """The groups of fixed units that get the step for a report, and not for letters of every kind."""
    groups = {
        category: _groups(task, category, letters) for category in CATEGORIES if task.id in letters.came[category]
    }
    for group in groups.get(Category.REPORT, ()):
        if any(group not in groups.get(category, ()) for category in CATEGORIES):
            yield group


def _groups(task: Node, category: str, letters: _Letters) -> frozenset[str]:
    """The candidate groups of a fixed unit that a step may have for a letter of the category."""
    found: set[str] = set()
    for group in task.candidate_groups:
        wholes = {group}
        for match in juel.EXPRESSION.finditer(group):
            texts = [each for each in letters.values(match[0], category) if isinstance(each, str)]
            fixed = [each for each in texts if not isinstance(each, _Unwritten)]
            wholes = {whole.replace(match[0], each) for whole in wholes for each in fixed}
        found |= {each.strip() for whole in wholes for each in whole.split(",")}
    return frozenset(each for each in found if each.partition("@")[2])


def _together(values: Iterable[Value]) -> Domain:
    """A text that somebody wrote counts before the same one that is only possible."""
    found: dict[Value, Value] = {}
    for value in values:
        if not isinstance(value, _Unwritten):
            found[value] = value
        else:
            found.setdefault(value, value)
    return frozenset(found.values())


def _writers(diagrams: Sequence[Diagram], elsewhere: Collection[str]) -> Mapping[str, Sequence[_Writer]]:
    written: dict[str, list[_Writer]] = {}
    for diagram in diagrams:
        for node in diagram.nodes:
            given = [(each.name, each.text) for each in node.parameters]
            given += [(each.target, each.source_expression or f"${{{each.source}}}") for each in node.handovers]
            for name, text in given:
                if name and name not in elsewhere:
                    written.setdefault(name, []).append(_Writer(node.id, text))
    return written


def _names(text: str) -> Collection[str]:
    try:
        return juel.variables(text)
    except juel.JuelUnsupported:
        return ()
