"""What would make a decision table useless or dangerous once it decides: said before it is deployed, row by row.

The engine takes any number; the regime does not. Each objection names the table's row (``element``) and what to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from letterbox.domain.tables.decision_table import Column, DecisionTable, HitPolicy, Rule
from letterbox.domain.tables.unary_tests import UnaryTest, Value, type_of
from letterbox.domain.words import with_codes


@dataclass(frozen=True, slots=True)
class TableObjection:
    """``element`` is a row's id, or the table's key for what concerns the whole table."""

    element: str
    rule: str
    message: str
    is_error: bool = True


LONGEST_ROW_ID = 100
TYPES = {"string": "文字，要加引号", "boolean": "是或否，写 true 或者 false，不加引号", "number": "数字，不加引号"}
TYPE_NAMES = {
    "string": ("string",),
    "boolean": ("boolean",),
    "number": ("integer", "long", "number", "double"),
}
"""What a column's ``typeRef`` may say for each kind of value; none at all is as good."""
POLICIES = {
    HitPolicy.UNIQUE: "每个问题只有一行（UNIQUE）",
    HitPolicy.FIRST: "从上往下第一行（FIRST）",
    HitPolicy.COLLECT: "所有符合的行（COLLECT）",
}

Check = Callable[[DecisionTable], Iterator[TableObjection]]


def has_columns(table: DecisionTable, inputs: frozenset[str], outputs: frozenset[str]) -> Iterator[TableObjection]:
    """The questions that are asked of the table and the answers that are read."""
    asked, answered = {column.name for column in table.inputs}, {column.name for column in table.outputs}
    if len(asked - inputs) == len(inputs - asked) == 1:
        (wrong,), (right,) = asked - inputs, inputs - asked
        text = f"决策表“{table.name}”的输入列 {wrong} 应为 {right}：系统只给出它，请改回来。"
        yield TableObjection(table.key, "table-column", text)
        inputs = frozenset(asked)
    for name in sorted(asked - inputs):
        text = f"决策表“{table.name}”多了输入列 {name}：系统不会给出它，请删去。可用的有：{'、'.join(sorted(inputs))}。"
        yield TableObjection(table.key, "table-column", text)
    for name in sorted(inputs - asked):
        text = f"决策表“{table.name}”少了输入列 {name}：系统按它区分，请补上。"
        yield TableObjection(table.key, "table-column", text)
    for name in sorted(outputs - answered):
        yield TableObjection(table.key, "table-column", f"决策表“{table.name}”缺少输出列 {name}，请补上。")
    yield from _columns_twice(table, table.inputs, "输入列")
    yield from _columns_twice(table, table.outputs, "输出列")


def _columns_twice(table: DecisionTable, columns: Sequence[Column], what: str) -> Iterator[TableObjection]:
    for name, times in Counter(column.name for column in columns).items():
        if times > 1:
            text = f"决策表“{table.name}”有 {times} 个{what} {name}，请只留一个。"
            yield TableObjection(table.key, "table-column", text)


def shape_objections(table: DecisionTable, policy: HitPolicy, types: Mapping[str, str]) -> Iterator[TableObjection]:
    """How rows are chosen, and what kind of value a column holds (``types``: name → string, boolean, number): a text
    ``"false"`` never equals a no, and a column of dates makes no number of days."""
    yield from _column_types(table, types)
    if table.hit_policy is not policy:
        text = (
            f"决策表“{table.name}”的命中策略应为{POLICIES[policy]}，现为{POLICIES[table.hit_policy]}："
            "改了以后，本该算上的行就不算了。请改回来。"
        )
        yield TableObjection(table.key, "hit-policy", text)
    for rule in table.rules:
        for column, test in zip(table.inputs, rule.tests, strict=True):
            wanted = types.get(column.name)
            wrong = [value for value in words_of(test) if wanted is not None and type_of(value) != wanted]
            if wrong and wanted is not None:
                text = (
                    f"第 {row_number(table, rule)} 行“{column.label}”里的 {_written(wrong[0])} 永远不会符合："
                    f"这一列是{TYPES[wanted]}。"
                )
                yield TableObjection(rule.id, "cell-type", text)
        if len(rule.id) > LONGEST_ROW_ID:
            text = f"第 {row_number(table, rule)} 行的标识太长，最多 {LONGEST_ROW_ID} 个字符。"
            yield TableObjection(table.key, "row-id", text)


def _column_types(table: DecisionTable, types: Mapping[str, str]) -> Iterator[TableObjection]:
    for column in (*table.inputs, *table.outputs):
        wanted = types.get(column.name)
        if column.type and wanted is not None and column.type not in TYPE_NAMES[wanted]:
            text = (
                f"“{column.label or column.name}”这一列的类型应为 {'、'.join(TYPE_NAMES[wanted])}，现为 {column.type}："
                "请在列标题里改回来。"
            )
            yield TableObjection(table.key, "column-type", text)


def _written(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def dead_rows(table: DecisionTable, domains: Mapping[str, Sequence[Value]]) -> Iterator[TableObjection]:
    """Rows that no question ever reaches. ``domains``: input column → every value that is asked."""
    if {column.name for column in table.inputs} != set(domains) or len(table.inputs) != len(domains):
        return  # said by the rule about columns
    living: set[str] = set()
    for values in product(*(domains[column.name] for column in table.inputs)):
        hits = [rule for rule in table.rules if _accepts(rule, values)]
        living.update(rule.id for rule in (hits[:1] if table.hit_policy is HitPolicy.FIRST else hits))
    for rule in table.rules:
        if rule.id not in living and _could_be_asked(rule, table, domains):
            earlier = "：前面的行已经包括了它的所有情况" if table.hit_policy is HitPolicy.FIRST else ""
            text = f"第 {row_number(table, rule)} 行不会起作用{earlier}。请移到前面、改正条件，或者删去。"
            yield TableObjection(rule.id, "dead-row", text)


def _accepts(rule: Rule, values: Sequence[Value]) -> bool:
    return all(test.accepts(value) for test, value in zip(rule.tests, values, strict=True))


def _could_be_asked(rule: Rule, table: DecisionTable, domains: Mapping[str, Sequence[Value]]) -> bool:
    """Not where a word that nobody uses is the reason: that is said by itself."""
    return all(
        test.negated or not words_of(test) or any(word in domains[column.name] for word in words_of(test))
        for column, test in zip(table.inputs, rule.tests, strict=True)
    )


def unknown_words(table: DecisionTable, column: str, known: Mapping[str, str], what: str) -> Iterator[TableObjection]:
    """Cells of an input column that ask for a word nobody uses: the row would never count. ``known``: code → word."""
    index = next((at for at, each in enumerate(table.inputs) if each.name == column), None)
    if index is None:
        return
    for rule in table.rules:
        for word in sorted(str(each) for each in words_of(rule.tests[index]) if each not in known):
            text = f"第 {row_number(table, rule)} 行：没有“{word}”这种{what}，可用的有：{with_codes(known)}。"
            yield TableObjection(rule.id, f"unknown-{column}", text)


def words_of(test: UnaryTest) -> tuple[Value, ...]:
    return tuple(choice.literal for choice in test.choices)


def row_number(table: DecisionTable, rule: Rule) -> int:
    """As a person counts the rows, from 1."""
    return table.rules.index(rule) + 1


def cells_of(table: DecisionTable, rule: Rule) -> Mapping[str, Value]:
    return {column.name: value for column, value in zip(table.outputs, rule.outputs, strict=True)}
