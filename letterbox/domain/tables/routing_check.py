"""The routing table (P1) before it is deployed: rows that send nowhere, that never count, letters without a row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import product

from letterbox.domain.tables.decision_table import DecisionTable, HitPolicy
from letterbox.domain.tables.table_check import (
    Check,
    TableObjection,
    cells_of,
    dead_rows,
    has_columns,
    row_number,
    shape_objections,
    unknown_words,
    words_of,
)
from letterbox.domain.tables.unary_tests import Value
from letterbox.domain.vocabulary import Category
from letterbox.domain.words import LABELS

INPUTS = frozenset({"category", "matter", "territory_known"})
OUTPUTS = frozenset({"lead_by", "unit"})
TYPES = {
    "category": "string",
    "matter": "string",
    "territory_known": "boolean",
    "lead_by": "string",
    "unit": "string",
}
UNKNOWN = ""
"""What is asked where the matter was not recognised."""


def routing_check(ways: frozenset[str], named_unit: str, read_matters: Callable[[], Collection[str]]) -> Check:
    """``ways``: the words that ``lead_by`` may say; ``named_unit`` is the one that needs a unit beside it.

    ``read_matters``: codes of what letters can be about.
    """

    def check(table: DecisionTable) -> Iterator[TableObjection]:
        domains = questions(read_matters())
        matters = [str(matter) for matter in domains["matter"]]
        yield from has_columns(table, INPUTS, OUTPUTS)
        yield from shape_objections(table, HitPolicy.FIRST, TYPES)
        yield from unknown_words(table, "category", LABELS[Category], "来信类别")
        yield from _matters(table, matters)
        for rule in table.rules:
            cells, where = cells_of(table, rule), f"第 {row_number(table, rule)} 行"
            if cells.get("lead_by") not in ways:
                text = f"{where}：由谁主办“{cells.get('lead_by') or '空'}”不认识，可用的有：{'、'.join(sorted(ways))}。"
                yield TableObjection(rule.id, "route", text)
            elif cells["lead_by"] == named_unit and not cells.get("unit"):
                yield TableObjection(rule.id, "route", f"{where}：由指定单位主办的，请写明单位代码。")
            elif cells["lead_by"] != named_unit and cells.get("unit"):
                text = f"{where}：写了单位“{cells['unit']}”，却不是由指定单位主办（{named_unit}），这个单位不会起作用。"
                yield TableObjection(rule.id, "route", text)
        yield from dead_rows(table, domains)
        if {column.name for column in table.inputs} == INPUTS:
            yield from _uncovered(table, domains)
            yield from _reports(table, domains, named_unit)

    return check


def questions(matters: Collection[str]) -> dict[str, Sequence[Value]]:
    """Input column → every value that is asked."""
    return {
        "category": [*map(str, Category)],
        "matter": sorted({*matters, UNKNOWN}),
        "territory_known": [False, True],
    }


def unknown_units(table: DecisionTable, known: Collection[str], *, is_error: bool) -> Iterator[TableObjection]:
    """Units that are not in use: nobody would be proposed. ``is_error``: whether ``known`` is all there is."""
    for rule in table.rules:
        unit = cells_of(table, rule).get("unit")
        if isinstance(unit, str) and unit and unit not in known:
            text = f"第 {row_number(table, rule)} 行：没有代码为“{unit}”的单位，或者已停用{_like(unit, known)}。"
            yield TableObjection(rule.id, "unknown-unit", text, is_error=is_error)


def _matters(table: DecisionTable, known: Collection[str]) -> Iterator[TableObjection]:
    index = next((at for at, each in enumerate(table.inputs) if each.name == "matter"), None)
    for rule in table.rules if index is not None else ():
        for word in sorted(str(each) for each in words_of(rule.tests[index or 0]) if each not in known):
            text = f"第 {row_number(table, rule)} 行：没有“{word}”这种事项，这一行不会符合{_like(word, known)}。"
            yield TableObjection(rule.id, "unknown-matter", text)


def _like(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, sorted(known), n=1)
    return f"，是不是“{close[0]}”" if close else ""


def _reports(table: DecisionTable, domains: Mapping[str, Sequence[Value]], named_unit: str) -> Iterator[TableObjection]:
    """A report goes to a unit that is named for it (A5); by place or matter it could come to the accused."""
    for matter, is_known in product(domains["matter"], domains["territory_known"]):
        asked = {"category": str(Category.REPORT), "matter": matter, "territory_known": is_known}
        for hit in table.evaluate(asked):
            if hit.outputs.get("lead_by") != named_unit:
                row = row_number(table, table.rule(hit.rule_id))
                text = f"第 {row} 行：检举控告会建议按属地或者事项交办，可能交到被检举的单位（A5）：请在前面写一行，指定单位。"
                yield TableObjection(hit.rule_id, "route-report", text, is_error=False)
                return


def _uncovered(table: DecisionTable, domains: Mapping[str, Sequence[Value]]) -> Iterator[TableObjection]:
    names = [column.name for column in table.inputs]
    for values in product(*(domains[name] for name in names)):
        if not table.evaluate(dict(zip(names, values, strict=True))):
            text = "有的来信没有一行符合，会一律建议由主管部门主办，页面上却写着按规则：请在最后加一行，各条件都留空。"
            yield TableObjection(table.key, "no-catch-all", text, is_error=False)
            return
