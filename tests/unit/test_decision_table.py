"""Decision tables read from DMN files and evaluated without the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterbox.bundle.dmn import parse_bundle, parse_dmn
from letterbox.domain.tables.decision_table import DecisionError
from letterbox.domain.tables.unary_tests import Value
from letterbox.domain.vocabulary import Category
from tests.support.drawn.decision_tables import BPMN, read_small, shipped_table, small_table


@pytest.mark.parametrize(
    ("cell", "taken", "left"),
    [
        ("-", ["a", 1, True, None], []),
        ("", ["a", 1, True, None], []),
        ('"a"', ["a"], ["b", "A", "", None, 1, True]),
        ('"a","b, c" , "d"', ["a", "b, c", "d"], ["b", "c", "a,"]),
        ('not("a", "b")', ["c", "", 1, None], ["a", "b"]),
        ("true", [True], [False, 1, "true", None]),
        ("false", [False], [True, 0, None]),
        ("2", [2, 2.0], [1, "2", True]),
        ("-1.5", [-1.5], [1.5]),
        ("< 3", [2, 2.9, -1], [3, 4, "2", None, True]),
        (">=3", [3, 4], [2]),
        ("<= 1, > 10", [1, 11], [2, 10]),
        ("not(> 3)", [3, 2], [4]),
        (r'"say \"hi\""', ['say "hi"'], ["say hi"]),
    ],
)
def test_what_a_cell_accepts(cell: str, taken: list[Value], left: list[Value]) -> None:
    table = read_small([cell, "true"])
    assert [value for value in taken if not table.evaluate({"kind": value})] == []
    assert [value for value in left if table.evaluate({"kind": value})] == []


@pytest.mark.parametrize(
    "cell",
    ["a", '"a', '"a","b', '"a",', ',"a"', "[1..3]", "now()", "1 + 1", "not(", "not()", '"a" or "b"', '> "a"',
     "> true", "null", "kind", "- 1"],
)  # fmt: skip
def test_what_a_cell_may_not_say_is_refused_with_its_rule(cell: str) -> None:
    with pytest.raises(DecisionError, match="r2"):
        read_small(['"a"', "1"], [cell, "2"])


@pytest.mark.parametrize(
    ("cell", "value"), [('"a"', "a"), ("5", 5), ("-2", -2), ("1.5", 1.5), ("true", True), ("", None)]
)
def test_an_output_is_one_literal(cell: str, value: Value) -> None:
    out = read_small(["-", cell]).evaluate({"kind": "x"})[0].outputs["out"]
    assert (out, type(out)) == (value, type(value))


@pytest.mark.parametrize("cell", ["a", '"a","b"', "1+1", "today()", "-"])
def test_an_output_that_would_have_to_be_computed_is_refused(cell: str) -> None:
    with pytest.raises(DecisionError, match="r1"):
        read_small(["-", cell])


def test_hit_policies() -> None:
    rows = (['"a"', "1"], ["-", "2"], ['"b"', "3"])
    collected = read_small(*rows, hit_policy="COLLECT").evaluate({"kind": "a"})
    assert [(hit.rule_id, hit.outputs) for hit in collected] == [("r1", {"out": 1}), ("r2", {"out": 2})]
    assert [hit.rule_id for hit in read_small(*rows, hit_policy="FIRST").evaluate({"kind": "b"})] == ["r2"]
    with pytest.raises(DecisionError, match="r1、r2"):
        read_small(*rows).evaluate({"kind": "a"})
    assert read_small(['"a"', "1"]).evaluate({"kind": "b"}) == []


def test_all_inputs_of_a_row_must_match_and_be_given() -> None:
    table = read_small(['"a"', "true", '"x"', "1"], inputs="kind,urgent", outputs="out,days")
    assert table.evaluate({"kind": "a", "urgent": True})[0].outputs == {"out": "x", "days": 1}
    assert table.evaluate({"kind": "a", "urgent": False}) == []
    with pytest.raises(DecisionError, match="urgent"):
        table.evaluate({"kind": "a"})


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('hitPolicy="UNIQUE"', 'hitPolicy="ANY"', "ANY"),
        ('hitPolicy="UNIQUE"', 'hitPolicy="COLLECT" aggregation="SUM"', "SUM"),
        ("<text>kind</text>", "<text>kind + 1</text>", "kind"),
        ("<inputExpression>", '<inputExpression expressionLanguage="javascript">', "kind"),
        ("<inputEntry>", '<inputEntry expressionLanguage="groovy">', "groovy"),
        ('name="out"', 'name=""', "oout"),
        ('id="r2"', "", "编号"),
        ('id="r2"', 'id="r1"', "r1"),
        ("<outputEntry><text>2</text></outputEntry>", "", "r2"),
        ("20191111", "20180521", "DMN 1.3"),
        ("<definitions", "<!DOCTYPE x [<!ENTITY e 'e'>]><definitions", "DOCTYPE"),
        ("</definitions>", "", "XML"),
        ("decisionTable", "literalExpression", "决策表"),
        ("decision ", "note ", "XML"),
    ],
)
def test_a_file_we_would_read_otherwise_than_the_engine_is_refused(old: str, new: str, named: str) -> None:
    file = small_table(['"a"', "1"], ['"b"', "2"]).decode().replace(old, new)
    with pytest.raises(DecisionError, match=named):
        parse_dmn(file.encode(), "ours.dmn")


def test_an_external_entity_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<text>1</text>")
    file = small_table(["-", "1"]).decode()
    attack = f'<!DOCTYPE d [<!ENTITY s SYSTEM "{secret.as_uri()}">]>' + file.replace("<text>1</text>", "&s;")
    with pytest.raises(DecisionError, match="DOCTYPE"):
        parse_dmn(attack.encode())


def test_a_bundle_has_each_decision_once_and_only_its_tables_are_read() -> None:
    file = small_table(["-", "1"])
    assert list(parse_bundle([("a.dmn", file), ("a.bpmn", b"not read")])) == ["small"]
    with pytest.raises(DecisionError, match=r"b\.dmn"):
        parse_bundle([("a.dmn", file), ("b.dmn", file)])


@pytest.mark.parametrize("path", sorted(BPMN.glob("*.dmn")), ids=lambda path: path.name)
def test_a_shipped_file_holds_the_decision_of_its_name_with_labels_clauses_and_a_picture(path: Path) -> None:
    (table,) = parse_dmn(path.read_bytes(), path.name)
    assert table.key == path.stem
    assert [column.name for column in (*table.inputs, *table.outputs) if column.label == column.name] == []
    assert [rule.id for rule in table.rules if not rule.annotation] == []
    assert f'dmnElementRef="{table.key}"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("category", "matter", "territory_known", "expected"),
    [
        (Category.REPORT, "village-affairs", True, ("unit", "discipline")),
        (Category.CONSULTATION, "homestead", True, ("department", None)),
        (Category.COMPLAINT, "village-affairs", True, ("territory", None)),
        (Category.COMPLAINT, "village-affairs", False, ("department", None)),
        (Category.HELP, "", True, ("territory", None)),
        (Category.COMPLAINT, "bus", True, ("department", None)),
        (Category.OTHER, "", False, ("department", None)),
    ],
)
def test_routing_by_territory_or_by_duty(
    category: str, matter: str, territory_known: bool, expected: tuple[str, str | None]
) -> None:
    given: dict[str, Value] = {"category": category, "matter": matter, "territory_known": territory_known}
    (hit,) = shipped_table("routing").evaluate(given)
    assert (hit.outputs["lead_by"], hit.outputs["unit"]) == expected
