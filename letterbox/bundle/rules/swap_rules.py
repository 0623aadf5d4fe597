"""Two shipped elements that carry each other's ids: all that is said of either follows from it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import combinations

from letterbox.bundle.model.diagram_model import Diagram, Finding, Flow, Node
from letterbox.bundle.rules.shipped_words import named


def swapped_ids(diagrams: Sequence[Diagram], shipped: Sequence[Diagram]) -> Iterator[Finding]:
    """``shipped``: as they come with the product. Known by what is written on the elements: name, words, form, topic."""
    own = {(node.process, node.id): node for each in shipped for node in each.nodes}
    lines = {flow.id: flow for each in shipped for flow in each.flows}
    for diagram in diagrams:
        yield from _taken(diagram, own, diagrams)
        before = {node.id: own[node.process, node.id] for node in diagram.nodes if (node.process, node.id) in own}
        now = {node.id: _node(node) for node in diagram.nodes if node.id in before}
        for one, other in _pairs({key: _node(node) for key, node in before.items()}, now):
            names = f"“{named(before[one])}”和“{named(before[other])}”"
            yield Finding(file=diagram.file, element=one, rule="swapped-ids", message=_text(names, one, other))
        drawn = {flow.id: _line(flow) for flow in diagram.flows if flow.id in lines}
        for one, other in _pairs({key: _line(lines[key]) for key in drawn}, drawn):
            names = f"连线“{lines[one].name or one}”和“{lines[other].name or other}”"
            yield Finding(file=diagram.file, element=one, rule="swapped-ids", message=_text(names, one, other))


def _taken(diagram: Diagram, own: Mapping[tuple[str, str], Node], diagrams: Sequence[Diagram]) -> Iterator[Finding]:
    """An element of one process with the id of a shipped one of another, which is still there: whose answer is it?"""
    there = {(node.process, node.id) for each in diagrams for node in each.nodes}
    owners = {key[1]: node for key, node in own.items() if key in there}
    for node in diagram.nodes:
        owner = owners.get(node.id)
        if owner is not None and (node.process, node.id) not in own:
            text = f"标识 {node.id} 是“{named(owner)}”的，这里的“{named(node)}”不能也用它：请改成别的标识，原来有的请恢复。"
            yield Finding(file=diagram.file, element=node.id, rule="double-id", message=text)


def _text(names: str, one: str, other: str) -> str:
    return f"{names}的标识（{one}、{other}）对调了，系统会把一个当成另一个：请把两个标识换回来。"


def _node(node: Node) -> Hashable:
    return node.kind, node.name, node.documentation, node.form, node.topic


def _line(flow: Flow) -> Hashable:
    """What lines of different ends have in common with each other says nothing: the condition tells them apart."""
    return (flow.name, flow.condition, flow.source) if flow.condition else flow.id


def _pairs(before: Mapping[str, Hashable], now: Mapping[str, Hashable]) -> Iterator[tuple[str, str]]:
    changed = [key for key, looks in now.items() if looks != before[key]]
    for one, other in combinations(sorted(changed), 2):
        if now[one] == before[other] and now[other] == before[one]:
            yield one, other
