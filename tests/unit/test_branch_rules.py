"""Which branches of a gateway can be taken: conditions are evaluated over everything that can be answered."""

from __future__ import annotations

import pytest

from letterbox.bundle.diagram_reader import read_diagram
from letterbox.bundle.model import juel_tree
from letterbox.bundle.model.juel import JuelUnsupported
from letterbox.bundle.model.juel_tree import Value
from letterbox.bundle.rules.branch_rules import Domain, unreachable_branches
from tests.support.drawn.small_diagrams import process

OUTCOME: dict[str, Domain] = {"outcome": frozenset({"yes", "no"})}


def gateway(*conditions: str, default: bool = False, kind: str = "exclusiveGateway") -> list[tuple[str, str]]:
    """(element, rule) of a gateway with these branches f0, f1, …; ``default`` adds the branch fd."""
    flows = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="x" targetRef="e"><conditionExpression><![CDATA[{text}]]>'
        "</conditionExpression></sequenceFlow>"
        for number, text in enumerate(conditions)
    )
    if default:
        flows += '<sequenceFlow id="fd" sourceRef="x" targetRef="e"/>'
    mark = ' default="fd"' if default else ""
    data = process("SmallProcess", f'<{kind} id="x"{mark}/><endEvent id="e"/>{flows}')
    return [(each.element, each.rule) for each in unreachable_branches(read_diagram("small.bpmn", data), OUTCOME)]


UNREACHABLE, NOWHERE = "unreachable-branch", "no-branch"


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (("${outcome == 'yes'}", "${outcome == 'no'}"), []),
        (("${outcome == 'yes'}", "${outcome != 'yes'}"), []),
        (("${outcome == 'yes'}", "${outcome == 'maybe'}"), [("f1", UNREACHABLE), ("x", NOWHERE)]),
        (("${outcome == 'yes'}", "${outcome == 'yes'}"), [("f1", UNREACHABLE), ("x", NOWHERE)]),
        (("${outcome == 'yes' || outcome == 'no'}", "${outcome == 'no'}"), [("f1", UNREACHABLE)]),
        (("${other == 'a'}", "${other == 'b'}"), []),
        (("${other == 'a'}", "${other == 'a' && other == 'b'}"), [("f1", UNREACHABLE)]),
        (("${flag == true}", "${flag == false}"), []),
        (("${flag}", "${!flag}"), []),
        (("${count > 3}", "${count <= 3}"), []),
        (("${count > 3}", "${count > 3 && count < 2}"), [("f1", UNREACHABLE)]),
        (("${empty other}", "${not empty other}"), []),
        (("${outcome == 'yes' && flag}", "${outcome == 'yes' && !flag}", "${outcome == 'no'}"), []),
        (("${outcome == 'yes' ? true : false}", "${outcome eq 'no'}"), []),
    ],
)
def test_branches(conditions: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    assert gateway(*conditions) == expected


def test_branches_that_both_hold_are_said() -> None:
    assert gateway("${count > 3}", "${count > 5}", "${count <= 3}") == [("f1", "unreachable-branch")]
    assert gateway("${flag && outcome == 'yes'}", "${outcome == 'yes'}", "${outcome == 'no'}") == [("f1", "overlap")]
    assert gateway("${count > 3}", "${count > 5}", "${count <= 3}", kind="inclusiveGateway") == []


def test_a_default_takes_what_is_left() -> None:
    assert gateway("${outcome == 'yes'}", default=True) == []
    assert gateway("${outcome == 'yes'}", "${outcome == 'no'}", default=True) == [("fd", UNREACHABLE)]


def test_of_an_inclusive_gateway_every_true_branch_is_taken() -> None:
    both = ("${outcome == 'yes'}", "${outcome == 'yes' || outcome == 'no'}")
    assert gateway(*both, kind="inclusiveGateway") == []


@pytest.mark.parametrize(
    ("text", "values", "outcome"),
    [
        ("${a == 'x' || b == 'y' && c == 'z'}", {"a": "x"}, True),
        ("${(a == 'x' || b == 'y') && c == 'z'}", {"a": "x"}, False),
        ("${n >= 2 and n < 3}", {"n": 2.0}, True),
        ("${!(n > 2)}", {"n": 1.0}, True),
        ("${a ne null}", {"a": "x"}, True),
        ("${empty a}", {"a": ""}, True),
    ],
)
def test_conditions_are_evaluated_as_the_engine_does(text: str, values: dict[str, Value], outcome: bool) -> None:
    assert juel_tree.compiled(text)(values) is outcome


@pytest.mark.parametrize("text", ["${a ==}", "${a == 'x'", "${(a}", "${a b}", "${}", "plain"])
def test_a_broken_condition_is_refused(text: str) -> None:
    with pytest.raises(JuelUnsupported):
        juel_tree.compiled(text)
