"""The time-limits table (D) before it is deployed: absurd lengths, kinds without a row, two rows for one question."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from letterbox.domain.decision_table import DecisionError, DecisionTable, Rule
from letterbox.domain.table_check import Objection, cells_of, has_columns, row_number, unknown_words
from letterbox.domain.time_limits import EXTENSION_CAP, LengthUnit
from letterbox.domain.vocabulary import Category, LimitKind
from letterbox.domain.words import LABELS, label

INPUTS = frozenset({"kind", "category"})
OUTPUTS = frozenset({"length", "length_unit"})
KINDS = LABELS[LimitKind] | {EXTENSION_CAP: "延期上限"}
BEFORE_SCREENING = frozenset({str(LimitKind.SCREENING), str(LimitKind.SUPPLEMENT)})
LONGEST = {LengthUnit.WORKING_DAYS: 60, LengthUnit.CALENDAR_DAYS: 120}
"""Twice the regime's longest (H7: 30 working days): above it somebody mistyped."""


def check_limits(table: DecisionTable) -> Iterator[Objection]:
    yield from has_columns(table, INPUTS, OUTPUTS)
    yield from unknown_words(table, "kind", KINDS, "时限")
    yield from unknown_words(table, "category", LABELS[Category], "来信类别")
    for rule in table.rules:
        yield from _length(table, rule)
    if {column.name for column in table.inputs} <= INPUTS:
        yield from _each_kind_once(table)


def _length(table: DecisionTable, rule: Rule) -> Iterator[Objection]:
    cells, where = cells_of(table, rule), f"第 {row_number(table, rule)} 行"
    length, unit = cells.get("length"), cells.get("length_unit")
    if unit not in set(LengthUnit):
        text = f"{where}：单位“{unit or '空'}”不认识，可用的有：{'、'.join(LengthUnit)}。"
        yield Objection(rule.id, "limit-unit", text)
        return
    if isinstance(length, bool) or not isinstance(length, int):
        yield Objection(rule.id, "limit-length", f"{where}：长度应为整数，现为“{'空' if length is None else length}”。")
    elif unit == LengthUnit.SET_DATE:
        if length != 0:
            yield Objection(rule.id, "limit-length", f"{where}：日期由人设定（set_date）的，长度请填 0。")
    elif not 1 <= length <= LONGEST[LengthUnit(str(unit))]:
        most = LONGEST[LengthUnit(str(unit))]
        yield Objection(rule.id, "limit-length", f"{where}：长度 {length} 天不合理，应在 1 到 {most} 之间。")


def _each_kind_once(table: DecisionTable) -> Iterator[Objection]:
    """A limit without a row cannot start; those before screening start while no category is known."""
    missing: dict[str, list[str]] = {}
    doubled: set[str] = set()
    asked = [*product(sorted(KINDS), map(str, Category)), *product(sorted(BEFORE_SCREENING), [None])]
    for kind, category in asked:
        try:
            hits = table.evaluate({"kind": kind, "category": category})
        except DecisionError as problem:
            if problem.message not in doubled:
                doubled.add(problem.message)
                yield Objection(
                    table.key,
                    "limit-twice",
                    f"时限“{KINDS[kind]}”（来信类别{_category(category)}）：{problem.message}。",
                )
            continue
        if not hits:
            missing.setdefault(kind, []).append(_category(category))
    for kind, categories in missing.items():
        which = "" if len(categories) >= len(Category) else f"（来信类别{'、'.join(categories)}）"
        yield Objection(table.key, "limit-missing", f"没有规定时限“{KINDS[kind]}”{which}有多长，请补上这一行。")


def _category(category: str | None) -> str:
    return label(category, "Category") if category else "未定"
