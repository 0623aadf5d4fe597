"""The part of FEEL our decision tables may use in a cell.

Inputs: ``-`` or empty (anything) · ``"text"``, number, ``true``/``false`` · ``< <= > >=`` with a number · a comma list
of these · ``not(…)`` around such a list. Outputs: one literal, or empty. Names, functions, ranges, dates and
arithmetic are refused.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

Value = str | int | float | bool | None

_STRING = r'"(?:[^"\\]|\\["\\])*"'
_NUMBER = r"-?\d+(?:\.\d+)?"
_ITEM = re.compile(rf"\s*(?:(?P<op><=|>=|<|>)\s*)?(?P<literal>{_STRING}|{_NUMBER}|true|false)\s*(?P<end>,|$)")
_LITERAL = re.compile(rf"{_STRING}|{_NUMBER}|true|false")
_NOT = re.compile(r"not\s*\((?P<inner>.*)\)", re.DOTALL)

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class NotInSubset(ValueError):
    """The text is not of the part of FEEL that is taken; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One alternative of a cell: equal to ``literal``, or compared with it by ``op``."""

    literal: Value
    op: str = ""

    def accepts(self, value: Value) -> bool:
        if not self.op:
            return type_of(value) == type_of(self.literal) and value == self.literal
        if type_of(value) != "number" or type_of(self.literal) != "number":
            return False
        return COMPARISONS[self.op](value, self.literal)  # type: ignore[arg-type]  # both were just seen to be numbers


@dataclass(frozen=True, slots=True)
class UnaryTest:
    """A cell's condition. No choices: anything is accepted, also nothing (null)."""

    choices: tuple[Choice, ...] = ()
    negated: bool = False

    def accepts(self, value: Value) -> bool:
        if not self.choices:
            return True
        return any(choice.accepts(value) for choice in self.choices) != self.negated


def type_of(value: Value) -> str:
    """Truth values are not numbers here, as in FEEL."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"


def parse_test(text: str) -> UnaryTest:
    """Read an input cell. Raises NotInSubset."""
    text = text.strip()
    if text in ("", "-"):
        return UnaryTest()
    inverted = _NOT.fullmatch(text)
    if inverted:
        return UnaryTest(_choices(inverted["inner"]), negated=True)
    return UnaryTest(_choices(text))


def parse_literal(text: str) -> Value:
    """Read an output cell; an empty one is None. Raises NotInSubset."""
    text = text.strip()
    if not text:
        return None
    if not _LITERAL.fullmatch(text):
        raise NotInSubset(f"不支持的写法 {text!r}")
    if text.startswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    if text in ("true", "false"):
        return text == "true"
    return float(text) if "." in text else int(text)


def _choices(text: str) -> tuple[Choice, ...]:
    found: list[Choice] = []
    position, more = 0, True
    while more:
        item = _ITEM.match(text, position)
        if not item:
            raise NotInSubset(f"不支持的写法 {text!r}")
        choice = Choice(parse_literal(item["literal"]), item["op"] or "")
        if choice.op and type_of(choice.literal) != "number":
            raise NotInSubset(f"只能与数字比大小：{text!r}")
        found.append(choice)
        position, more = item.end(), item["end"] == ","
    return tuple(found)
