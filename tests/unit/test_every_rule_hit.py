"""Every row of the shipped decision tables decides something: none is hidden by another or can never match."""

from __future__ import annotations

from itertools import product

import pytest

from letterbox.domain.limits.time_limits import EXTENSION_CAP
from letterbox.domain.tables.unary_tests import Value
from letterbox.domain.vocabulary import Category, LimitKind
from letterbox.seeds import values as seeds
from tests.support.drawn.decision_tables import shipped_table

KINDS: list[Value] = [*map(str, LimitKind), EXTENSION_CAP]
CATEGORIES: list[Value] = [*map(str, Category), None]
MATTERS: list[Value] = ["", *(each.code for each in seeds.load_lexicon(seeds.load_units()).matters)]
INPUTS: dict[str, dict[str, list[Value]]] = {
    "time-limits": {"kind": KINDS, "category": CATEGORIES},
    "escalation-ladder": {"kind": KINDS, "urgent": [True, False]},
    "routing": {"category": CATEGORIES, "matter": MATTERS, "territory_known": [True, False]},
}


@pytest.mark.parametrize("key", list(INPUTS))
def test_every_rule_is_hit(key: str) -> None:
    table, given = shipped_table(key), INPUTS[key]
    hit = {
        row.rule_id
        for values in product(*given.values())
        for row in table.evaluate(dict(zip(given, values, strict=True)))
    }
    assert {rule.id for rule in table.rules} - hit == set()


@pytest.mark.parametrize("kind", list(LimitKind))
def test_every_limit_has_a_length_and_every_one_but_the_windows_a_step(kind: LimitKind) -> None:
    assert shipped_table("time-limits").evaluate({"kind": str(kind), "category": "complaint"})
    steps = shipped_table("escalation-ladder").evaluate({"kind": str(kind), "urgent": False})
    assert bool(steps) == (kind is not LimitKind.RETURN)
