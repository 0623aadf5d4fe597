"""What would make a decision table useless or dangerous once it decides: said before it is deployed, row by row.

The engine takes any number; the regime does not. Each objection names the table's row (``element``) and what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from letterbox.domain.decision_table import DecisionTable, Rule
from letterbox.domain.unary_tests import UnaryTest, Value
from letterbox.domain.words import with_codes


@dataclass(frozen=True, slots=True)
class Objection:
    """``element`` is a row's id, or the table's key for what concerns the whole table."""

    element: str
    rule: str
    message: str
    is_error: bool = True


Check = Callable[[DecisionTable], Iterator[Objection]]


def has_columns(table: DecisionTable, inputs: frozenset[str], outputs: frozenset[str]) -> Iterator[Objection]:
    """The questions that are asked of the table and the answers that are read."""
    asked, answered = {column.name for column in table.inputs}, {column.name for column in table.outputs}
    for name in sorted(asked - inputs):
        text = f"决策表“{table.name}”多了输入列 {name}：系统不会给出它，请删去。可用的有：{'、'.join(sorted(inputs))}。"
        yield Objection(table.key, "table-column", text)
    for name in sorted(outputs - answered):
        yield Objection(table.key, "table-column", f"决策表“{table.name}”缺少输出列 {name}，请补上。")


def unknown_words(table: DecisionTable, column: str, known: Mapping[str, str], what: str) -> Iterator[Objection]:
    """Cells of an input column that ask for a word nobody uses: the row would never count. ``known``: code → word."""
    index = next((at for at, each in enumerate(table.inputs) if each.name == column), None)
    if index is None:
        return
    for rule in table.rules:
        for word in sorted(str(each) for each in words_of(rule.tests[index]) if each not in known):
            text = f"第 {row_number(table, rule)} 行：没有“{word}”这种{what}，可用的有：{with_codes(known)}。"
            yield Objection(rule.id, f"unknown-{column}", text)


def words_of(test: UnaryTest) -> tuple[Value, ...]:
    return tuple(choice.literal for choice in test.choices)


def row_number(table: DecisionTable, rule: Rule) -> int:
    """As a person counts the rows, from 1."""
    return table.rules.index(rule) + 1


def cells_of(table: DecisionTable, rule: Rule) -> Mapping[str, Value]:
    return {column.name: value for column, value in zip(table.outputs, rule.outputs, strict=True)}
