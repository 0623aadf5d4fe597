"""The small part of FEEL that form conditions may use: parse, evaluate, hand to the browser.

Allowed: a leading ``=``; ``= != < <= > >=``; ``and``, ``or``, ``not(…)``; ``x in ("a", "b")`` or ``x in ["a", "b"]``
or ``x in list_field``; strings, numbers, ``true``, ``false``, ``null``; field names, ``this.name`` in a row; parentheses.

Unlike full FEEL the logic is two-valued: a comparison with something missing is false (``missing = null`` is true,
``missing != "a"`` is true), values of different types are unequal and have no order, and ``not(…)`` of anything but true
is true. ``webapp/static/src/forms/feel.js`` does the same; tests/support/drawn/feel_vectors.json holds both to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from letterbox.domain.forms.feel_parse import parse
from letterbox.domain.forms.feel_tree import ROW, Ast, Binary, FeelUnsupported, Items, Literal, Name, Not, Scalar

__all__ = [
    "ROW",
    "Ast",
    "Binary",
    "FeelUnsupported",
    "Items",
    "Literal",
    "Name",
    "Not",
    "Scalar",
    "compare",
    "evaluate",
    "parse",
    "to_json",
]


def evaluate(tree: Ast, values: Mapping[str, object]) -> bool:
    """Whether the condition holds; ``values["this"]`` is the row for ``this.name``. Never raises."""
    return _value(tree, values) is True


def _value(tree: Ast, values: Mapping[str, object]) -> object:
    match tree:
        case Literal(value):
            return value
        case Name(name):
            return _looked_up(name, values)
        case Items(items):
            return [_value(item, values) for item in items]
        case Not(of):
            return _value(of, values) is not True
        case Binary("and", left, right):
            return _value(left, values) is True and _value(right, values) is True
        case Binary("or", left, right):
            return _value(left, values) is True or _value(right, values) is True
        case Binary(op, left, right):
            return compare(op, _value(left, values), _value(right, values))


def _looked_up(name: str, values: Mapping[str, object]) -> object:
    if name.startswith(ROW):
        row = values.get("this")
        return row.get(name.removeprefix(ROW)) if isinstance(row, Mapping) else None
    return values.get(name)


_ORDERS: Mapping[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}


def compare(op: str, left: object, right: object) -> bool:
    if op == "=":
        return _same(left, right)
    if op == "!=":
        return not _same(left, right)
    if op == "in":
        return isinstance(right, list | tuple) and any(_same(left, item) for item in right)
    sign = _order(left, right)
    return sign is not None and _ORDERS[op](sign)


def _same(left: object, right: object) -> bool:
    return _kind(left) == _kind(right) and _kind(left) != "other" and left == right


def _order(left: object, right: object) -> int | None:
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if _kind(left) == _kind(right) == "number" and isinstance(left, int | float) and isinstance(right, int | float):
        return (left > right) - (left < right)
    return None


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "other"


def to_json(tree: Ast) -> list[object]:
    """The tree as nested lists for the browser: ``["=", ["name", "outcome"], ["lit", "decline"]]``."""
    match tree:
        case Literal(value):
            return ["lit", value]
        case Name(name):
            return ["name", name]
        case Items(items):
            return ["list", *[to_json(item) for item in items]]
        case Not(of):
            return ["not", to_json(of)]
        case Binary(op, left, right):
            return [op, to_json(left), to_json(right)]
