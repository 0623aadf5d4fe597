"""The conditions of forms: what they mean, what is refused, and that the browser's code means the same."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterbox.domain.forms.feel import (
    Ast,
    Binary,
    FeelUnsupported,
    Items,
    Literal,
    Name,
    Not,
    evaluate,
    parse,
    to_json,
)
from letterbox.domain.forms.form_check import hidden_keys
from letterbox.settings import ROOT
from webapp.build import node_command

VECTORS = json.loads((ROOT / "tests/support/drawn/feel_vectors.json").read_text("utf-8"))
CASES = [(case["expression"], case["holds"]) for case in VECTORS["cases"]]
REFUSED = [(case["expression"], case["position"]) for case in VECTORS["refused"]]


@pytest.mark.parametrize(("expression", "holds"), CASES)
def test_condition_holds_as_written_down(expression: str, holds: bool) -> None:
    assert evaluate(parse(expression), VECTORS["values"]) is holds


@pytest.mark.parametrize(("expression", "position"), REFUSED)
def test_outside_the_subset_is_refused_at_its_place(expression: str, position: int) -> None:
    with pytest.raises(FeelUnsupported) as refusal:
        parse(expression)
    assert refusal.value.position == position
    assert f"第 {position + 1} 个字符" in refusal.value.message


def test_too_long_and_too_deep_are_refused_not_run_into() -> None:
    with pytest.raises(FeelUnsupported, match="太长"):
        parse("=" + "a".ljust(1000))
    assert parse("=" + "a".ljust(999)) == Name("a")
    with pytest.raises(FeelUnsupported, match="太深"):
        parse("=" + "(" * 31 + "a" + ")" * 31)
    assert parse("=" + "(" * 29 + "a" + ")" * 29) == Name("a")


def test_trees_for_the_browser_are_nested_lists() -> None:
    assert to_json(parse('=a in ("x", -1) and not(this.b >= 2.5)')) == [
        "and",
        ["in", ["name", "a"], ["list", ["lit", "x"], ["lit", -1]]],
        ["not", [">=", ["name", "this.b"], ["lit", 2.5]]],
    ]


def in_the_browser(asked: list[dict[str, Any]]) -> list[Any]:
    command = [
        *node_command(),
        str(ROOT / "tests/support/drawn/feel_node.mjs"),
        str(ROOT / "webapp/static/src/forms/feel.js"),
    ]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, timeout=60, check=True)
    return list(json.loads(done.stdout))


def test_the_browser_agrees_on_every_case() -> None:
    answers = in_the_browser([{"tree": to_json(parse(text)), "values": VECTORS["values"]} for text, _ in CASES])
    assert dict(zip((text for text, _ in CASES), answers, strict=True)) == dict(CASES)


scalars = st.sampled_from(["a", "b", "", 0, 1, -2.5, True, False, None])
names = st.sampled_from(["x", "y", "z", "w"])
operands = st.one_of(names.map(Name), scalars.map(Literal))
comparisons = st.builds(Binary, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), operands, operands)
memberships = st.builds(
    Binary, st.just("in"), operands, st.lists(operands, min_size=1, max_size=3).map(lambda found: Items(tuple(found)))
)
conditions: st.SearchStrategy[Ast] = st.recursive(
    st.one_of(comparisons, memberships, names.map(Name)),
    lambda inner: st.one_of(st.builds(Not, inner), st.builds(Binary, st.sampled_from(["and", "or"]), inner, inner)),
    max_leaves=6,
)


def written(tree: Ast) -> str:
    match tree:
        case Literal(value):
            return json.dumps(value)
        case Name(name):
            return name
        case Items(items):
            return f"({', '.join(map(written, items))})"
        case Not(of):
            return f"not({written(of)})"
        case Binary(("and" | "or") as op, left, right):
            return f"({written(left)} {op} {written(right)})"
        case Binary(op, left, right):
            return f"{written(left)} {op} {written(right)}"


@given(conditions)
def test_what_is_written_is_read_back(tree: Ast) -> None:
    assert parse("=" + written(tree)) == tree


def test_the_browser_agrees_on_conditions_and_on_chains_of_hidden_fields() -> None:
    asked: list[dict[str, Any]] = []
    expected: list[Any] = []

    @given(conditions, st.dictionaries(names, scalars), st.dictionaries(names, conditions))
    def collect(tree: Ast, values: dict[str, Any], hides: dict[str, Ast]) -> None:
        asked.append({"tree": to_json(tree), "values": values})
        expected.append(evaluate(tree, values))
        asked.append({"hides": {key: to_json(hide) for key, hide in hides.items()}, "values": values})
        expected.append(sorted(hidden_keys(hides, values, lambda shown: {**shown, "this": shown})))

    collect()
    assert in_the_browser(asked) == expected


def test_a_hidden_field_hides_those_that_depend_on_it() -> None:
    hides = {"ground": parse('=outcome != "decline"'), "reference": parse('=ground != "2"')}
    values = {"outcome": "accept", "ground": "2", "reference": "SX1"}
    assert hidden_keys(hides, values, lambda shown: shown) == {"ground", "reference"}
    assert hidden_keys(hides, {**values, "outcome": "decline"}, lambda shown: shown) == frozenset()


def test_conditions_that_chase_each_other_come_to_an_end() -> None:
    hides = {"a": parse('=b = "x"'), "b": parse('=a = "x"')}
    assert hidden_keys(hides, {"a": "x", "b": "x"}, lambda shown: shown) <= {"a", "b"}
