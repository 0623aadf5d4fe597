"""Decision tables as the process owner draws them (DMN), evaluated without the engine.

Only a small part of FEEL is taken (letterbox.domain.tables.unary_tests); a table that needs more is refused when it is read,
naming the rule, so that what we evaluate and what the engine evaluates cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from letterbox.domain.errors import LetterboxError
from letterbox.domain.tables.unary_tests import UnaryTest, Value


class HitPolicy(StrEnum):
    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    COLLECT = "COLLECT"


class DecisionError(LetterboxError):
    """A table cannot be read, or does not decide: the message names table and rule; ``element`` is the rule's id or ""."""

    def __init__(self, message: str, element: str = "") -> None:
        super().__init__(message)
        self.element = element


@dataclass(frozen=True, slots=True)
class Column:
    """An input or output: ``name`` is the variable, ``label`` what the owner reads, ``type`` the DMN typeRef."""

    name: str
    label: str
    type: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. ``id`` is stable and goes onto limits and steps; ``annotation`` gives its clause."""

    id: str
    tests: tuple[UnaryTest, ...]
    outputs: tuple[Value, ...]
    annotation: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    rule_id: str
    outputs: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table as the engine knows it: ``key`` is the decision's id."""

    key: str
    name: str
    hit_policy: HitPolicy
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rules: tuple[Rule, ...]

    def evaluate(self, values: Mapping[str, Value]) -> list[Hit]:
        """The rows that match, in the table's order; UNIQUE and FIRST give at most one.

        Raises DecisionError if an input is not given or two rows of a UNIQUE table match.
        """
        missing = [column.name for column in self.inputs if column.name not in values]
        if missing:
            raise DecisionError(f"决策表“{self.name}”缺少输入 {'、'.join(missing)}")
        hits = [self._hit(rule) for rule in self._matching([values[column.name] for column in self.inputs])]
        if self.hit_policy is HitPolicy.UNIQUE and len(hits) > 1:
            rows = "、".join(hit.rule_id for hit in hits)
            raise DecisionError(f"决策表“{self.name}”只应有一行符合，实际符合 {rows}")
        return hits[:1] if self.hit_policy is HitPolicy.FIRST else hits

    def rule(self, rule_id: str) -> Rule:
        """The row with this id. Raises DecisionError if the table has none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise DecisionError(f"决策表“{self.name}”没有规则 {rule_id}")

    def _matching(self, given: list[Value]) -> Iterator[Rule]:
        for rule in self.rules:
            if all(test.accepts(value) for test, value in zip(rule.tests, given, strict=True)):
                yield rule

    def _hit(self, rule: Rule) -> Hit:
        return Hit(rule.id, {column.name: out for column, out in zip(self.outputs, rule.outputs, strict=True)})
