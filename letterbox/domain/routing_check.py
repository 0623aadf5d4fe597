"""The routing table (P1) before it is deployed."""

from __future__ import annotations

from collections.abc import Iterator

from letterbox.domain.decision_table import DecisionTable
from letterbox.domain.table_check import Check, Objection, cells_of, has_columns, row_number, unknown_words
from letterbox.domain.vocabulary import Category
from letterbox.domain.words import LABELS

INPUTS = frozenset({"category", "matter", "territory_known"})
OUTPUTS = frozenset({"lead_by", "unit"})


def routing_check(ways: frozenset[str], named_unit: str) -> Check:
    """``ways``: the words that ``lead_by`` may say; ``named_unit`` is the one that needs a unit beside it."""

    def check(table: DecisionTable) -> Iterator[Objection]:
        yield from has_columns(table, INPUTS, OUTPUTS)
        yield from unknown_words(table, "category", LABELS[Category], "来信类别")
        for rule in table.rules:
            cells, where = cells_of(table, rule), f"第 {row_number(table, rule)} 行"
            if cells.get("lead_by") not in ways:
                text = f"{where}：由谁主办“{cells.get('lead_by') or '空'}”不认识，可用的有：{'、'.join(sorted(ways))}。"
                yield Objection(rule.id, "route", text)
            elif cells["lead_by"] == named_unit and not cells.get("unit"):
                yield Objection(rule.id, "route", f"{where}：由指定单位主办的，请写明单位代码。")

    return check
