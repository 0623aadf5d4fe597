"""Gateways whose branches do not fit what can be answered: one that nobody can take, an answer that leads nowhere.

A variable's possible values are those of the form fields that write it, or true and false; where they are not known,
only branches that contradict themselves are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from letterbox.engine import juel, juel_tree
from letterbox.engine.diagram_model import Diagram, Finding, Flow, Level, Node
from letterbox.engine.juel_tree import Evaluated, Value

DECIDING = {"exclusiveGateway", "inclusiveGateway"}
MOST_COMBINATIONS = 4000
OTHER = "\uffff any other value"
Domain = frozenset[Value]


@dataclass(frozen=True)
class _Case:
    """One way the variables can be, and the branches then taken."""

    values: Mapping[str, Value]
    taken: tuple[str, ...]
    holds: tuple[str, ...]


def untakable(diagram: Diagram, domains: Mapping[str, Domain]) -> Iterator[Finding]:
    """``domains``: variable → every value it can have, for those where that is known."""
    for gateway in diagram.gateways:
        leaving = diagram.leaving(gateway.id)
        if gateway.kind in DECIDING and len(leaving) > 1:
            yield from _gateway(diagram.file, gateway, leaving, domains)


def _gateway(file: str, gateway: Node, leaving: Sequence[Flow], domains: Mapping[str, Domain]) -> Iterator[Finding]:
    default = gateway.attributes.get("default")
    try:
        tests = {flow.id: juel_tree.compiled(flow.condition) for flow in leaving if flow.condition}
        possible = {name: _domain(name, leaving, domains) for name in _names(leaving)}
    except juel.JuelUnsupported:
        return  # said by the rule about expressions
    if len(tests) + (default is not None) < len(leaving):
        return  # a branch without condition is said elsewhere
    cases = _cases(gateway, tests, default, possible)
    if cases is None:
        return
    used = {flow for case in cases for flow in case.taken}
    for flow in leaving:
        if flow.id not in used:
            yield _never(file, flow, is_default=flow.id == default)
    if all(OTHER not in values for values in possible.values()):
        yield from _nowhere(file, gateway, cases)
    if gateway.kind == "exclusiveGateway":
        yield from _overlaps(file, [flow for flow in leaving if flow.id in used], cases)


def _never(file: str, flow: Flow, *, is_default: bool) -> Finding:
    name = flow.name or flow.id
    if is_default:
        text = f"默认分支“{name}”不会走到：前面的条件已经包括了所有情况。"
        return Finding(file, flow.id, "unreachable-branch", text, Level.WARNING)
    text = f"分支“{name}”没有人能走到：条件 {flow.condition} 不会成立，请对照表单里的选项检查写法，或者删去这个分支。"
    return Finding(file, flow.id, "unreachable-branch", text)


def _nowhere(file: str, gateway: Node, cases: Sequence[_Case]) -> Iterator[Finding]:
    stuck = [case.values for case in cases if not case.taken]
    if stuck:
        shown = "；".join("、".join(f"{name} 为“{_said(value)}”" for name, value in each.items()) for each in stuck[:3])
        text = f"{shown}时没有分支可走，来信会停在这里：请加一个分支，或者改正条件。"
        yield Finding(file, gateway.id, "no-branch", text)


def _overlaps(file: str, leaving: Sequence[Flow], cases: Sequence[_Case]) -> Iterator[Finding]:
    """Two branches that both hold: the engine takes the one that stands first in the file, which no picture shows."""
    names = {flow.id: flow.name or flow.id for flow in leaving}
    told: set[str] = set()
    for case in cases:
        for second in case.holds[1:]:
            if second in names and second not in told:
                told.add(second)
                shown = "、".join(f"{name} 为“{_said(value)}”" for name, value in case.values.items())
                text = (
                    f"{shown}时，“{names[case.holds[0]]}”和“{names[second]}”的条件都成立，只会走前一个："
                    "图上看不出先后，请让条件互不重叠。"
                )
                yield Finding(file, second, "overlap", text, Level.WARNING)


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "空" if value is None else str(value)


def _names(leaving: Sequence[Flow]) -> list[str]:
    return sorted({name for flow in leaving for name in juel.variables(flow.condition or "")})


def _domain(name: str, leaving: Sequence[Flow], domains: Mapping[str, Domain]) -> Domain:
    if name in domains:
        return domains[name]
    words = {word for flow in leaving for word in juel_tree.literals(flow.condition or "")}
    return frozenset({True, False, None, OTHER, *words})


def _cases(
    gateway: Node, tests: Mapping[str, Evaluated], default: str | None, possible: Mapping[str, Domain]
) -> list[_Case] | None:
    """None if there are too many to go through."""
    ordered = [sorted(domain, key=str) for domain in possible.values()]
    if prod(len(each) for each in ordered) > MOST_COMBINATIONS:
        return None
    found = []
    for combination in product(*ordered):
        values = dict(zip(possible, combination, strict=True))
        holds = tuple(flow for flow, test in tests.items() if test(values) is True)
        taken = holds[:1] if gateway.kind == "exclusiveGateway" else holds
        found.append(_Case(values, taken or ((default,) if default else ()), holds))
    return found
