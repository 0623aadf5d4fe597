"""The time-limits table (D) before it is deployed: absurd lengths, kinds without a row, two rows for one question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from letterbox.domain.clauses import clauses_in, in_brackets
from letterbox.domain.limits.time_limits import EXTENSION_CAP, LengthUnit
from letterbox.domain.tables.decision_table import DecisionError, DecisionTable, Hit, HitPolicy, Rule
from letterbox.domain.tables.table_check import (
    Check,
    TableObjection,
    cells_of,
    dead_rows,
    has_columns,
    row_number,
    shape_objections,
    unknown_words,
)
from letterbox.domain.vocabulary import Category, LimitKind
from letterbox.domain.words import LABELS, label

INPUTS = frozenset({"kind", "category"})
OUTPUTS = frozenset({"length", "length_unit"})
KINDS = LABELS[LimitKind] | {EXTENSION_CAP: "延期上限"}
BEFORE_SCREENING = frozenset({str(LimitKind.SCREENING), str(LimitKind.SUPPLEMENT)})
LONGEST = {LengthUnit.WORKING_DAYS: 30, LengthUnit.CALENDAR_DAYS: 120}
"""The regime's longest (H7: 30 working days): nothing may take longer. The writer's own time is not so bound."""
SET_BY_PEOPLE = frozenset({str(LimitKind.PROMISE)})
IN_CALENDAR_DAYS = frozenset({str(LimitKind.EVALUATION)})
OTHERS = (Category.COMPLAINT, Category.OPINION, Category.SUGGESTION)
FIXED: Mapping[tuple[str, str | None], tuple[int, str]] = {
    (LimitKind.SCREENING, None): (2, "A2"),
    (LimitKind.RETURN, None): (1, "H8"),
    (EXTENSION_CAP, None): (30, "H7"),
    (LimitKind.REPLY, Category.CONSULTATION): (2, "H5"),
    **{(LimitKind.REPLY, category): (5, "H6") for category in OTHERS},
}
"""What the document itself says, in working days: (kind, category or None for all) → length and clause."""


def limit_check(read_shipped: Callable[[], DecisionTable]) -> Check:
    """``read_shipped``: the table as it comes with the product, whose rows name the clauses."""

    def check(table: DecisionTable) -> Iterator[TableObjection]:
        yield from _check(table, read_shipped())

    return check


def _check(table: DecisionTable, shipped: DecisionTable) -> Iterator[TableObjection]:
    yield from has_columns(table, INPUTS, OUTPUTS)
    yield from shape_objections(
        table, HitPolicy.UNIQUE, {"kind": "string", "category": "string", "length": "number", "length_unit": "string"}
    )
    yield from dead_rows(table, {"kind": sorted(KINDS), "category": [*map(str, Category), None]})
    yield from unknown_words(table, "kind", KINDS, "时限")
    yield from unknown_words(table, "category", LABELS[Category], "来信类别")
    for rule in table.rules:
        yield from _length(table, rule)
    if {column.name for column in table.inputs} == INPUTS:
        yield from _each_kind_once(table, shipped)
        yield from _fixed(table)
        yield from _units(table)


def _fixed(table: DecisionTable) -> Iterator[TableObjection]:
    """Lengths that the document gives are not the office's to change."""
    for (kind, category), (days, clause) in FIXED.items():
        said: set[str] = set()
        for hit in _asked(table, kind, [category] if category else [*map(str, Category)]):
            length, unit = hit.outputs.get("length"), hit.outputs.get("length_unit")
            is_number = isinstance(length, int) and not isinstance(length, bool) and unit in set(LengthUnit)
            is_number = is_number and int(str(length)) > 0  # less is no length at all, which is said by itself
            if (length, unit) == (days, LengthUnit.WORKING_DAYS) or not is_number or hit.rule_id in said:
                continue
            said.add(hit.rule_id)
            is_error = unit != LengthUnit.WORKING_DAYS or int(str(length)) > days
            what = f"“{KINDS[kind]}”" + (f"（{label(category, 'Category')}）" if category else "")
            now = f"{length} 个{'工作日' if unit == LengthUnit.WORKING_DAYS else '日历日'}"
            text = f"{what}规程定为 {days} 个工作日（{clause}），现为 {now}" + (
                "：不能放宽，请改回来。" if is_error else "：比规程严，请确认各方都知道。"
            )
            where = f"第 {row_number(table, table.rule(hit.rule_id))} 行："
            yield TableObjection(hit.rule_id, "fixed-limit", where + text, is_error=is_error)


def _units(table: DecisionTable) -> Iterator[TableObjection]:
    """A date set by people is the promise's alone, calendar days are the writer's; all else counts in working days (D)."""
    for kind in sorted(KINDS):
        for hit in _asked(table, kind, [*map(str, Category)]):
            unit = hit.outputs.get("length_unit")
            where = f"第 {row_number(table, table.rule(hit.rule_id))} 行：时限“{KINDS[kind]}”"
            if (unit == LengthUnit.SET_DATE) != (kind in SET_BY_PEOPLE) and unit in set(LengthUnit):
                text = (
                    "的日期由人设定，单位请用 set_date。" if kind in SET_BY_PEOPLE else "不由人设定日期，请写工作日数。"
                )
                yield TableObjection(hit.rule_id, "limit-unit", where + text)
            elif unit == LengthUnit.CALENDAR_DAYS and kind not in IN_CALENDAR_DAYS:
                text = "按日历日算，周末和节假日也算在内：规程按工作日计算（D），请用 working_days。"
                yield TableObjection(hit.rule_id, "limit-unit", where + text)


def _asked(table: DecisionTable, kind: str, categories: Sequence[str | None]) -> Iterator[Hit]:
    """What the table answers, each row once; questions with two answers are said elsewhere."""
    seen: set[str] = set()
    for category in categories:
        try:
            hits = table.evaluate({"kind": str(kind), "category": str(category)})
        except DecisionError:
            continue
        for hit in hits:
            if hit.rule_id not in seen:
                seen.add(hit.rule_id)
                yield hit


def _length(table: DecisionTable, rule: Rule) -> Iterator[TableObjection]:
    cells, where = cells_of(table, rule), f"第 {row_number(table, rule)} 行"
    length, unit = cells.get("length"), cells.get("length_unit")
    if unit not in set(LengthUnit):
        text = f"{where}：单位“{unit or '空'}”不认识，可用的有：{'、'.join(LengthUnit)}。"
        yield TableObjection(rule.id, "limit-unit", text)
        return
    if isinstance(length, bool) or not isinstance(length, int):
        yield TableObjection(
            rule.id, "limit-length", f"{where}：长度应为整数，现为“{'空' if length is None else length}”。"
        )
    elif unit == LengthUnit.SET_DATE:
        if length != 0:
            yield TableObjection(rule.id, "limit-length", f"{where}：日期由人设定（set_date）的，长度请填 0。")
    elif not 1 <= length <= LONGEST[LengthUnit(str(unit))]:
        most = LONGEST[LengthUnit(str(unit))]
        yield TableObjection(rule.id, "limit-length", f"{where}：长度 {length} 天不合理，应在 1 到 {most} 之间。")


def _each_kind_once(table: DecisionTable, shipped: DecisionTable) -> Iterator[TableObjection]:
    """A limit without a row cannot start; those before screening start while no category is known."""
    missing: dict[str, list[str | None]] = {}
    doubled: dict[str, list[str]] = {}
    asked = [*product(sorted(KINDS), map(str, Category)), *product(sorted(BEFORE_SCREENING), [None])]
    for kind, category in asked:
        try:
            hits = table.evaluate({"kind": kind, "category": category})
        except DecisionError as problem:
            doubled.setdefault(problem.message, []).append(f"时限“{KINDS[kind]}”（来信类别{_category(category)}）")
            continue
        if not hits:
            missing.setdefault(kind, []).append(category)
    if doubled:
        details = "；".join(f"{cases[0]}：{message}" for message, cases in list(doubled.items())[:3])
        more = f"（这样的还有 {len(doubled) - 3} 处）" if len(doubled) > 3 else ""
        yield TableObjection(table.key, "limit-twice", f"{details}{more}。请改正条件，使每种情况只有一行。")
    named = [
        f"“{KINDS[kind]}”"
        + ("" if len(categories) >= len(Category) else f"（来信类别{'、'.join(map(_category, categories))}）")
        for kind, categories in missing.items()
    ]
    if named:
        rows = [hit.rule_id for kind, categories in missing.items() for hit in _asked(shipped, kind, categories)]
        clauses = in_brackets(["D", *(each for row in rows for each in clauses_in(shipped.rule(row).annotation))])
        text = f"没有规定时限{'、'.join(named)}有多长{clauses}，请补上{_rows(named)}。"
        yield TableObjection(table.key, "limit-missing", text)


def _rows(named: Sequence[str]) -> str:
    return "这一行" if len(named) == 1 else f"这 {len(named)} 行"


def _category(category: str | None) -> str:
    return label(category, "Category") if category else "未定"
