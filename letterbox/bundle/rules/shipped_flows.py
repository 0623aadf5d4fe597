"""What a shipped line leads to: the same next step, on the same condition, with nothing but own steps between.

A step's outcome is recorded by the services; a line that carries it elsewhere makes two truths about one letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from letterbox.bundle.model.diagram_model import Diagram, Finding, Flow, Level, Node
from letterbox.bundle.model.flow_graph import element_of, graph_of
from letterbox.bundle.model.juel_tree import same_condition
from letterbox.bundle.rules.branch_rules import Domain, same_choice
from letterbox.bundle.rules.shipped_words import clauses_of, named


def kept_lines(
    diagrams: Sequence[Diagram], shipped: Sequence[Diagram], domains: Mapping[str, Domain]
) -> Iterator[Finding]:
    """``shipped``: as they come with the product. ``domains``: variable → every value it can have, where that is known."""
    now = {process.key: diagram for diagram in diagrams for process in diagram.processes}
    for before in shipped:
        for process in before.processes:
            if process.key in now:
                yield from _process(now[process.key], before, process.key, domains)


def _process(diagram: Diagram, before: Diagram, process: str, domains: Mapping[str, Domain]) -> Iterator[Finding]:
    old = {node.id: node for node in before.nodes if node.process == process}
    nodes = {node.id: node for node in diagram.nodes if node.process == process}
    following = _Following(diagram, process, frozenset(old))
    stands = {
        old.id: new
        for source in sorted({flow.source for flow in before.flows if flow.process == process})
        if source in nodes
        for old, new in _redrawn(before.leaving(source), diagram, before, following)
    }
    alike = {each for each in old if each in nodes and _chooses_alike(diagram, before, each, stands, domains)}
    kept: set[str] = set()
    for flow in before.flows:
        if flow.process != process or not {flow.source, flow.target} <= nodes.keys():
            continue  # an element that is gone is said by itself
        same = stands.get(flow.id)
        if same is None:
            yield _gone(diagram, before, flow, nodes)
            continue
        kept.add(same.id)
        others = {
            each.name: stands[each.id].id if each.id in stands else ""
            for each in before.leaving(flow.source)
            if each != flow
        }
        if same.name != flow.name and others.get(same.name, same.id) not in kept:
            text = f"分支“{flow.name}”改名为“{same.name}”，那是另一个分支的名称：看图的人会看反。请改回来。"
            yield Finding(file=diagram.file, element=same.id, rule="swapped-label", message=text, level=Level.WARNING)
        is_same = flow.source in alike or same_condition(flow.condition, same.condition)
        if flow.condition is not None and not is_same:
            yield _condition(diagram, before, flow, same)
        yield from _target(diagram, before, flow, same, following)
    yield from _added(diagram, before, kept, old)


def _chooses_alike(
    diagram: Diagram, before: Diagram, gateway: str, stands: Mapping[str, Flow], domains: Mapping[str, Domain]
) -> bool:
    """By other conditions, or by a default line, but to the same end in every case."""
    old, new = before.node(gateway), diagram.node(gateway)
    if old.kind != "exclusiveGateway" or new.kind != old.kind:
        return False
    lines = before.leaving(gateway)
    known = {stands[flow.id].id: flow.id for flow in lines if flow.id in stands}
    leaving = [replace(flow, id=known.get(flow.id, flow.id)) for flow in diagram.leaving(gateway)]
    if {flow.id for flow in leaving} != {flow.id for flow in lines}:
        return False
    default = known.get(new.default or "", new.default or "")
    new = replace(new, attributes={**new.attributes, "default": default} if default else new.attributes)
    return same_choice((old, lines), (new, leaving), domains)


class _Following:
    """The shipped elements that come next behind a line, with only own ones between."""

    def __init__(self, diagram: Diagram, process: str, shipped: frozenset[str]) -> None:
        self.graph = graph_of(diagram, process)
        self.shipped = shipped

    def of(self, flow: Flow) -> set[str]:
        found, left, seen = set(), [flow.target], set()
        while left:
            point = left.pop()
            if point in seen:
                continue
            seen.add(point)
            if element_of(point) in self.shipped:
                found.add(element_of(point))
            else:
                left.extend(after for after, _ in self.graph.edges.get(point, ()))
        return found

    def leads(self, flow: Flow, target: str) -> bool:
        """There and nowhere else."""
        return self.of(flow) == {target}


def _redrawn(
    lines: Sequence[Flow], diagram: Diagram, before: Diagram, following: _Following
) -> Iterator[tuple[Flow, Flow]]:
    """Each line of one shipped element with the line that stands for it now: of the same id, else, since a modeler gives a
    line drawn anew another id, the one that means most nearly the same. What is left without one is gone."""
    known = {flow.id for flow in before.flows}
    leaving = diagram.leaving(lines[0].source)
    by_id = {flow.id: flow for flow in leaving}
    yield from ((line, by_id[line.id]) for line in lines if line.id in by_id)
    left = [line for line in lines if line.id not in by_id]
    fresh = [flow for flow in leaving if flow.id not in known]
    is_only_one = len(lines) == 1
    nearer_first: tuple[Callable[[Flow, Flow], bool], ...] = (
        lambda old, new: following.leads(new, old.target) and same_condition(old.condition, new.condition),
        lambda old, new: old.condition is not None and same_condition(old.condition, new.condition),
        lambda old, new: following.leads(new, old.target),
        lambda _old, _new: is_only_one,
    )
    for is_like in nearer_first:
        for line in list(left):
            now = next((flow for flow in fresh if is_like(line, flow)), None)
            if now is not None:
                left.remove(line)
                fresh.remove(now)
                yield line, now


def _gone(diagram: Diagram, before: Diagram, flow: Flow, nodes: Mapping[str, Node]) -> Finding:
    source, target = nodes[flow.source], nodes[flow.target]
    label = f"（{flow.name}）" if flow.name else ""
    text = f"少了从“{named(source)}”到“{named(target)}”的线{label}，来信走不到那一步{_clauses(flow, before)}：请恢复。"
    return Finding(file=diagram.file, element=source.id, rule="line-gone", message=text)


def _condition(diagram: Diagram, before: Diagram, flow: Flow, same: Flow) -> Finding:
    text = (
        f"分支“{same.name or flow.name or flow.id}”的条件应为 {flow.condition}，现为 {same.condition or '空'}："
        f"系统已经按结论记录，条件一变，记录和流程就对不上{_clauses(flow, before)}。请改回来。"
    )
    return Finding(file=diagram.file, element=same.id, rule="changed-condition", message=text)


def _clauses(flow: Flow, before: Diagram) -> str:
    return clauses_of([before.node(flow.source), before.node(flow.target)], before)


def _target(diagram: Diagram, before: Diagram, flow: Flow, same: Flow, following: _Following) -> Iterator[Finding]:
    found = following.of(same)
    source, target = before.node(flow.source), before.node(flow.target)
    label = same.name or f"{named(source)}→{named(target)}"
    if target.id not in found:
        names = "、".join(f"“{named(before.node(each))}”" for each in sorted(found)) or "别处"
        text = (
            f"“{label}”原来通到“{named(target)}”，现在通到{names}：办完后系统记录的结论和流程会对不上"
            f"{clauses_of([source, target], before)}。请改回来；自己加的步骤请画在两步之间。"
        )
        yield Finding(file=diagram.file, element=same.id, rule="other-target", message=text)
        return
    others = {each.target for each in before.leaving(source.id)} - {target.id}
    for other in sorted(found & others):
        text = (
            f"“{label}”也能走到“{named(before.node(other))}”，那是另一个结论的去处：记录和流程会对不上。"
            "请只让它通到原来的一步。"
        )
        yield Finding(file=diagram.file, element=same.id, rule="other-target", message=text)


def _added(diagram: Diagram, before: Diagram, kept: set[str], old: Mapping[str, Node]) -> Iterator[Finding]:
    """Further branches of a shipped gateway: its answers are the system's."""
    known = {flow.id for flow in before.flows}
    for flow in diagram.flows:
        source = old.get(flow.source)
        if source is not None and source.kind.endswith("Gateway") and flow.id not in kept | known:
            text = (
                f"“{named(source)}”的分支由系统的结论决定，不能再加“{flow.name or flow.id}”："
                "请在它前面或后面另画一个网关。"
            )
            yield Finding(file=diagram.file, element=flow.id, rule="added-branch", message=text)
