"""Recursive descent over the FEEL subset of letterbox.domain.forms.feel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from letterbox.domain.forms.feel_tree import Ast, Binary, FeelUnsupported, Items, Literal, Name, Not, Scalar

LONGEST = 1000
DEEPEST = 30

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})|(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<name>this\.[A-Za-z_]\w*|[A-Za-z_]\w*)|(?P<sign><=|>=|!=|[=<>()\[\],-]))""",
    re.VERBOSE | re.ASCII,
)
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_FOREIGN_WORDS = frozenset(
    ("if", "then", "else", "for", "some", "every", "between", "instance", "function", "return", "satisfies")
)
_CONSTANTS: Mapping[str, Scalar] = {"true": True, "false": False, "null": None}
_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(expression: str) -> Ast:
    """The tree of an ``=`` expression; FeelUnsupported for anything outside the subset."""
    if not expression.startswith("="):
        raise FeelUnsupported(0, "条件要以等号“=”开头")
    if len(expression) > LONGEST:
        raise FeelUnsupported(LONGEST, f"条件太长，最多 {LONGEST} 个字符")
    return _Parser(_tokens(expression)).whole()


def _tokens(expression: str) -> list[_Token]:
    tokens, at = [], 1
    end = len(expression.rstrip())
    while at < end:
        found = _TOKEN.match(expression, at)
        if found is None or found.lastgroup is None:
            at += len(expression[at:]) - len(expression[at:].lstrip())
            raise FeelUnsupported(at, "引号没有配对" if expression[at] == '"' else f"不支持“{expression[at]}”")
        tokens.append(_Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup)))
        at = found.end()
    return [*tokens, _Token("end", "", end)]


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.index]

    def whole(self) -> Ast:
        tree = self.either()
        if self.now.kind != "end":
            raise FeelUnsupported(self.now.at, f"这里不应有“{self.now.text}”")
        return tree

    def take(self, text: str) -> bool:
        if self.now.kind in ("sign", "name") and self.now.text == text:
            self.index += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take(text):
            raise FeelUnsupported(self.now.at, f"这里缺少“{text}”")

    def either(self) -> Ast:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FeelUnsupported(self.now.at, f"括号套得太深，最多 {DEEPEST} 层")
        tree = self.both()
        while self.take("or"):
            tree = Binary("or", tree, self.both())
        self.depth -= 1
        return tree

    def both(self) -> Ast:
        tree = self.comparison()
        while self.take("and"):
            tree = Binary("and", tree, self.comparison())
        return tree

    def comparison(self) -> Ast:
        left = self.operand()
        if self.take("in"):
            return Binary("in", left, self.collection())
        if self.now.kind == "sign" and self.now.text in _COMPARISONS:
            op = self.now.text
            self.index += 1
            return Binary(op, left, self.operand())
        return left

    def collection(self) -> Ast:
        for opening, closing in (("(", ")"), ("[", "]")):
            if self.take(opening):
                return self.items(closing)
        if self.now.kind == "name":
            return self.named()
        raise FeelUnsupported(self.now.at, 'in 后面要写一个列表，例如 in ("a", "b")')

    def items(self, closing: str) -> Items:
        items = [self.operand()]
        while self.take(","):
            items.append(self.operand())
        self.need(closing)
        return Items(tuple(items))

    def operand(self) -> Ast:
        token = self.now
        if self.take("("):
            tree = self.either()
            self.need(")")
            return tree
        if token.kind in ("number", "string") or token.text == "-":
            return self.literal()
        if token.kind == "name":
            return self.named()
        raise FeelUnsupported(token.at, f"这里不应有“{token.text}”" if token.text else "条件没有写完")

    def literal(self) -> Literal:
        sign = -1 if self.take("-") else 1
        token = self.now
        if token.kind == "number":
            self.index += 1
            return Literal(sign * (float(token.text) if "." in token.text else int(token.text)))
        if sign < 0 or token.kind != "string":
            raise FeelUnsupported(token.at, "负号后面要写数字")
        self.index += 1
        return Literal(_unquoted(token))

    def named(self) -> Ast:
        token = self.now
        self.index += 1
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text])
        if token.text == "not":
            self.need("(")
            tree = Not(self.either())
            self.need(")")
            return tree
        if token.text in _FOREIGN_WORDS | {"and", "or", "in", "this"}:
            raise FeelUnsupported(token.at, f"不支持“{token.text}”")
        return Name(token.text)


def _unquoted(token: _Token) -> str:
    def replaced(found: re.Match[str]) -> str:
        if found[1] not in _ESCAPES:
            raise FeelUnsupported(token.at + found.start() + 1, f"不支持转义“\\{found[1]}”")
        return _ESCAPES[found[1]]

    return re.sub(r"\\(.)", replaced, token.text[1:-1])
