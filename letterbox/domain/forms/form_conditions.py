"""Conditions turned about: known facts put in, reversed, and said in words for pages without scripts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from letterbox.domain.forms.feel import ROW, Ast, Binary, Items, Literal, Name, Not, evaluate

_OPPOSITES = {"=": "!=", "!=": "="}
_WORDS = {"=": "为", "!=": "不为", "<": "小于", "<=": "不大于", ">": "大于", ">=": "不小于", "in": "为"}
_NOT_WORDS = {"<": "不小于", "<=": "大于", ">": "不大于", ">=": "小于", "in": "不为"}


def names_in(tree: Ast | None) -> frozenset[str]:
    match tree:
        case Name(name):
            return frozenset({name})
        case Items(items):
            return frozenset().union(*(names_in(item) for item in items))
        case Not(of):
            return names_in(of)
        case Binary(_, left, right):
            return names_in(left) | names_in(right)
        case _:
            return frozenset()


def partially_evaluate(tree: Ast, fields: Collection[str], data: Mapping[str, object]) -> Ast:
    """The same condition with everything that is not a field replaced by its outcome: what the page has to watch."""
    return _simplified(_filled(tree, fields, data))


def _filled(tree: Ast, fields: Collection[str], data: Mapping[str, object]) -> Ast:
    match tree:
        case Name(name) if name not in fields and not name.startswith(ROW):
            return _fact(data.get(name))
        case Items(items):
            return Items(tuple(_filled(item, fields, data) for item in items))
        case Not(of):
            return Not(_filled(of, fields, data))
        case Binary(op, left, right):
            return Binary(op, _filled(left, fields, data), _filled(right, fields, data))
        case _:
            return tree


def _fact(value: object) -> Ast:
    if isinstance(value, list | tuple):
        return Items(tuple(_fact(item) for item in value))
    return Literal(value if isinstance(value, str | int | float | bool) else None)


def _simplified(tree: Ast) -> Ast:
    """Only where truth is asked: inside a comparison nothing is dropped."""
    if not names_in(tree):
        return Literal(evaluate(tree, {}))
    match tree:
        case Not(of):
            return Not(_simplified(of))
        case Binary("and" | "or" as op, left, right):
            return _pair(op, _simplified(left), _simplified(right))
        case _:
            return tree


def _pair(op: str, left: Ast, right: Ast) -> Ast:
    decisive = op == "or"
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Literal):
            return Literal(decisive) if one.value is decisive else other
    return Binary(op, left, right)


def reverse(tree: Ast) -> Ast:
    """A condition that holds when ``tree`` does not, with the negations moved inwards as far as they go."""
    match tree:
        case Not(of):
            return of
        case Literal(value):
            return Literal(value is not True)
        case Binary("and", left, right):
            return Binary("or", reverse(left), reverse(right))
        case Binary("or", left, right):
            return Binary("and", reverse(left), reverse(right))
        case Binary(op, left, right) if op in _OPPOSITES:
            return Binary(_OPPOSITES[op], left, right)
        case _:
            return Not(tree)


Labeller = Callable[[str, object], tuple[str, str]]
"""(field key, value) → (the field's label, the value's words)."""


def describe(tree: Ast, label: Labeller) -> str:
    """The condition in Chinese, or "" where there are no plain words for it: 处理结果为“不予受理”."""
    match tree:
        case Binary("and" | "or" as op, left, right):
            parts = [describe(left, label), describe(right, label)]
            joiner = "，并且" if op == "and" else "，或者"
            return joiner.join(parts) if all(parts) else ""
        case Binary(op, Name(name), right):
            return _compared(name, _WORDS[op], right, label)
        case Not(Binary(op, Name(name), right)) if op in _NOT_WORDS:
            return _compared(name, _NOT_WORDS[op], right, label)
        case Name(name):
            return f"勾选了“{label(name, True)[0]}”"
        case Not(Name(name)):
            return f"没有勾选“{label(name, True)[0]}”"
        case _:
            return ""


def _compared(name: str, word: str, right: Ast, label: Labeller) -> str:
    match right:
        case Literal(True | False as value) if word in ("为", "不为"):
            asked = Name(name) if value == (word == "为") else Not(Name(name))
            return describe(asked, label)
        case Literal(None) if word in ("为", "不为"):
            return f"{'没有填写' if word == '为' else '填写了'}“{label(name, None)[0]}”"
        case Literal(value):
            shown, words = label(name, value)
            return f"{shown}{word}“{words}”"
        case Items(items) if all(isinstance(item, Literal) for item in items):
            values = [label(name, item.value)[1] for item in items if isinstance(item, Literal)]
            return f"{label(name, None)[0]}{word}“{'”或“'.join(values)}”"
        case _:
            return ""
