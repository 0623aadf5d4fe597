"""Gateways whose branches do not fit what can be answered: one that nobody can take, an answer that leads nowhere.

A variable's possible values are those of the form fields that write it, or true and false; where they are not known,
only branches that contradict themselves are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from letterbox.bundle.model import juel, juel_tree
from letterbox.bundle.model.diagram_model import Diagram, Finding, Flow, Level, Node
from letterbox.bundle.model.juel_tree import Evaluated, Value

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


def unreachable_branches(
    diagram: Diagram, domains: Mapping[str, Domain], labels: Mapping[str, Mapping[Value, str]] | None = None
) -> Iterator[Finding]:
    """``domains``: variable → every value it can have, for those where that is known; ``labels``: how people call them."""
    for gateway in diagram.gateways:
        leaving = diagram.leaving(gateway.id)
        if gateway.kind in DECIDING and len(leaving) > 1:
            yield from _gateway(diagram.file, gateway, leaving, domains, labels or {})


def takes_one(gateway: Node, leaving: Sequence[Flow]) -> bool:
    """Whether exactly one of the branches is taken whatever the variables are: then nothing runs at the same time."""
    default = gateway.attributes.get("default")
    try:
        tests = _tests(leaving)
        cases = _cases(gateway, tests, default, {name: _domain(name, leaving, {}) for name in _names(leaving)})
    except juel.JuelUnsupported:
        return False
    whole = len(tests) + (default is not None) == len(leaving)
    return whole and cases is not None and all(len(case.taken) <= 1 for case in cases)


def takable(gateway: Node, leaving: Sequence[Flow], domains: Mapping[str, Domain]) -> frozenset[str]:
    """The lines that are taken in some case; all of them where that cannot be told."""
    every = frozenset(flow.id for flow in leaving)
    try:
        tests = _tests(leaving)
        possible = {name: _domain(name, leaving, domains) for name in _names(leaving)}
    except juel.JuelUnsupported:
        return every
    cases = _cases(gateway, tests, gateway.default, possible)
    unasked = every - tests.keys() - {gateway.default}
    return every if cases is None else unasked.union(*(case.taken for case in cases))


def same_choice(
    before: tuple[Node, Sequence[Flow]], now: tuple[Node, Sequence[Flow]], domains: Mapping[str, Domain]
) -> bool:
    """Whether a gateway takes the same branches in every case that can come, however its conditions are written."""
    try:
        possible = {name: domains[name] for name in _names([*before[1], *now[1]])}
        then, after = (
            _cases(gateway, _tests(leaving), gateway.default, possible) for gateway, leaving in (before, now)
        )
    except (juel.JuelUnsupported, KeyError):
        return False
    return then is not None and after is not None and [each.taken for each in then] == [each.taken for each in after]


def _tests(leaving: Sequence[Flow]) -> dict[str, Evaluated]:
    return {flow.id: juel_tree.compiled(flow.condition) for flow in leaving if flow.condition}


def _gateway(
    file: str,
    gateway: Node,
    leaving: Sequence[Flow],
    domains: Mapping[str, Domain],
    labels: Mapping[str, Mapping[Value, str]],
) -> Iterator[Finding]:
    default = gateway.attributes.get("default")
    try:
        tests = _tests(leaving)
        possible = {name: _domain(name, leaving, domains) for name in _names(leaving)}
    except juel.JuelUnsupported:
        return  # said by the rule about expressions
    if len(tests) + (default is not None) < len(leaving):
        return  # a branch without condition is said elsewhere
    if fixed := [flow for flow in leaving if flow.condition and _is_fixed(gateway, flow)]:
        yield from (_constant(file, flow) for flow in fixed)
        return  # what is left of the other branches follows from it
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
    yield from _misnamed(file, leaving, cases, labels)


def _is_fixed(gateway: Node, flow: Flow) -> bool:
    """Whether a condition says yes whatever its variables hold, or asks for none."""
    names = juel.variables(flow.condition or "")
    cases = _cases(gateway, _tests([flow]), None, {name: _domain(name, [flow], {}) for name in names})
    return not names or (cases is not None and all(case.holds for case in cases))


def _constant(file: str, flow: Flow) -> Finding:
    text = (
        f"分支“{flow.name or flow.id}”的条件 {flow.condition} 不看任何答案，结果总是一样：要么所有来信都走它，别的分支形同虚设，"
        "要么没有来信走它。请写明按哪个变量判断，或者去掉这个网关。"
    )
    return Finding(file=file, element=flow.id, rule="constant-condition", message=text)


def _misnamed(
    file: str, leaving: Sequence[Flow], cases: Sequence[_Case], labels: Mapping[str, Mapping[Value, str]]
) -> Iterator[Finding]:
    """A branch that is called as an answer with which it is never taken: people read the picture the other way round."""
    for flow in leaving:
        taken = [case.values for case in cases if flow.id in case.taken]
        for variable in sorted({name for values in taken for name in values} & labels.keys()):
            known = labels[variable]
            named = {value for value, word in known.items() if word and word in flow.name}
            named -= {one for one in named if any(known[one] in known[two] and one != two for two in named)}
            really = {values[variable] for values in taken}
            if named and not named & really:
                words = "、".join(sorted(f"“{known[value]}”" for value in really if value in known)) or "别的答案"
                text = f"分支叫“{flow.name}”，走它的却是答案为{words}的来信：名称和条件像是对调了，请核对。"
                yield Finding(file=file, element=flow.id, rule="swapped-label", message=text, level=Level.WARNING)
                break


def _never(file: str, flow: Flow, *, is_default: bool) -> Finding:
    name = flow.name or flow.id
    if is_default:
        text = f"默认分支“{name}”不会走到：前面的条件已经包括了所有情况。"
        return Finding(file=file, element=flow.id, rule="unreachable-branch", message=text, level=Level.WARNING)
    text = f"分支“{name}”没有人能走到：条件 {flow.condition} 不会成立，请对照表单里的选项检查写法，或者删去这个分支。"
    return Finding(file=file, element=flow.id, rule="unreachable-branch", message=text)


def _nowhere(file: str, gateway: Node, cases: Sequence[_Case]) -> Iterator[Finding]:
    stuck = [case.values for case in cases if not case.taken]
    if stuck:
        shown = "；".join("、".join(f"{name} 为“{_said(value)}”" for name, value in each.items()) for each in stuck[:3])
        text = f"{shown}时没有分支可走，来信会停在这里：请加一个分支，或者改正条件。"
        yield Finding(file=file, element=gateway.id, rule="no-branch", message=text)


def _overlaps(file: str, leaving: Sequence[Flow], cases: Sequence[_Case]) -> Iterator[Finding]:
    """Two branches that both hold: the engine takes the one that stands first in the file, which no picture shows."""
    names = {flow.id: flow.name or flow.id for flow in leaving}
    reported: set[str] = set()
    for case in cases:
        for second in case.holds[1:]:
            if second in names and second not in reported:
                reported.add(second)
                shown = "、".join(f"{name} 为“{_said(value)}”" for name, value in case.values.items())
                text = (
                    f"{shown}时，“{names[case.holds[0]]}”和“{names[second]}”的条件都成立，只会走前一个："
                    "图上看不出先后，请让条件互不重叠。"
                )
                yield Finding(file=file, element=second, rule="overlap", message=text, level=Level.WARNING)


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
