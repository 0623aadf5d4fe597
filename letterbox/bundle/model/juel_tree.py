"""Conditions of the engine's small expression language, evaluated: which branch of a gateway would be taken.

The engine itself decides at run time; this is for saying beforehand that a branch can never be taken.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping

from letterbox.bundle.model.juel import EXPRESSION, TOKEN, JuelUnsupported

Value = str | float | bool | None
Evaluated = Callable[[Mapping[str, Value]], Value]

CONSTANTS: Mapping[str, Value] = {"true": True, "false": False, "null": None}
CONSTANT_WORDS = frozenset(("", word) for word in CONSTANTS)
END = ("end", "")
MOST_TOKENS = 100
"""Each may nest five calls of the reader below."""
SPELLED: Mapping[str, str] = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "and": "&&",
    "or": "||",
    "not": "!",
}


def compiled(text: str) -> Evaluated:
    """``${…}`` as a function of the variables' values. Raises JuelUnsupported."""
    match = EXPRESSION.fullmatch(text.strip())
    if match is None:
        raise JuelUnsupported("不是一个完整的表达式")
    tokens = list(_tokens(match.group(1)))
    if len(tokens) > MOST_TOKENS:
        raise JuelUnsupported(f"太长了，最多 {MOST_TOKENS} 个词")
    reader = _Reader(tokens)
    found = reader.choice()
    if reader.now != END:
        raise JuelUnsupported(f"这里不应有“{reader.now[1]}”")
    return found


def check(text: str) -> None:
    """Raises JuelUnsupported for what the engine could not parse, or would parse as something else than we."""
    if "${" in EXPRESSION.sub("", text) or "#{" in EXPRESSION.sub("", text):
        raise JuelUnsupported("大括号没有成对")
    found = list(EXPRESSION.finditer(text))
    if len({match[0][0] for match in found}) > 1:
        raise JuelUnsupported("不能同时使用 ${…} 和 #{…}")
    for match in found:
        compiled(match[0])


def literals(text: str) -> frozenset[Value]:
    """The quoted words in ``text``, and each number with its neighbours."""
    tokens = [token for match in EXPRESSION.finditer(text) for token in _tokens(match.group(1))]
    numbers = [float(word) for kind, word in tokens if kind == "number"]
    words: set[Value] = {word for kind, word in tokens if kind == "text"}
    return frozenset(words.union(*({number - 1, number, number + 1} for number in numbers)))


def results(text: str) -> tuple[str, ...]:
    """What one whole ``${…}`` may come to by its choices: quoted words as such, variables as ``${name}``; "" for what is no
    text. Raises JuelUnsupported."""
    compiled(text)
    match = EXPRESSION.fullmatch(text.strip())
    return tuple(dict.fromkeys(_results(list(_tokens(match.group(1)))))) if match else ()


def _results(tokens: list[tuple[str, str]]) -> Iterator[str]:
    depth, choices = 0, []
    at = {"?": -1, ":": -1}
    for place, (kind, word) in enumerate(tokens):
        sign = word if kind == "sign" else ""
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "?" and depth == 0:
            choices.append(place)
        elif sign == ":" and depth == 0 and choices:
            first = choices.pop()
            at = {"?": first, ":": place} if not choices and at["?"] < 0 else at
    if at["?"] >= 0:
        yield from _results(tokens[at["?"] + 1 : at[":"]])
        yield from _results(tokens[at[":"] + 1 :])
    elif tokens[0] == ("sign", "(") and tokens[-1] == ("sign", ")"):
        yield from _results(tokens[1:-1])
    elif len(tokens) == 1 and tokens[0][0] == "text":
        yield tokens[0][1]
    else:
        is_variable = len(tokens) == 1 and tokens[0][0] == "name" and tokens[0][1] not in CONSTANTS
        yield f"${{{tokens[0][1]}}}" if is_variable else ""


def _tokens(body: str) -> Iterator[tuple[str, str]]:
    position = 0
    while body[position:].strip():
        match = TOKEN.match(body, position)
        if match is None or match.lastgroup is None:
            raise JuelUnsupported(f"不能使用“{body[position:].strip()[:1]}”")
        word = match[match.lastgroup]
        yield match.lastgroup, word[1:-1] if match.lastgroup == "text" else word
        position = match.end()


def _less(a: Value, b: Value) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a < b
    numbers = [each for each in (a, b) if isinstance(each, int | float) and not isinstance(each, bool)]
    return len(numbers) == 2 and numbers[0] < numbers[1]


def _more(a: Value, b: Value) -> bool:
    return _less(b, a)


def _at_most(a: Value, b: Value) -> bool:
    return a == b or _less(a, b)


def _at_least(a: Value, b: Value) -> bool:
    return a == b or _less(b, a)


COMPARED: Mapping[str, Callable[[Value, Value], bool]] = {
    "==": operator.eq, "eq": operator.eq, "!=": operator.ne, "ne": operator.ne, "<": _less, "lt": _less,
    ">": _more, "gt": _more, "<=": _at_most, "le": _at_most, ">=": _at_least, "ge": _at_least,
}  # fmt: skip


class _Reader:
    """Recursive descent, one method a level of precedence."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def now(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else END

    def _take(self, *words: str) -> str:
        kind, word = self.now
        if kind in {"sign", "name"} and word in words:
            self._at += 1
            return word
        return ""

    def _need(self, word: str) -> None:
        if not self._take(word):
            raise JuelUnsupported(f"这里缺少“{word}”")

    def choice(self) -> Evaluated:
        test = self._either()
        if not self._take("?"):
            return test
        then = self.choice()
        self._need(":")
        otherwise = self.choice()
        return lambda values: then(values) if test(values) is True else otherwise(values)

    def _either(self) -> Evaluated:
        left = self._both()
        while self._take("||", "or"):
            left = _or(left, self._both())
        return left

    def _both(self) -> Evaluated:
        left = self._compared()
        while self._take("&&", "and"):
            left = _and(left, self._compared())
        return left

    def _compared(self) -> Evaluated:
        left = self._single()
        while sign := self._take(*COMPARED):
            left = _compare(COMPARED[sign], left, self._single())
        return left

    def _single(self) -> Evaluated:
        if self._take("!", "not"):
            inner = self._single()
            return lambda values: inner(values) is not True
        if self._take("empty"):
            inner = self._single()
            return lambda values: inner(values) in (None, "")
        if self._take("("):
            inside = self.choice()
            self._need(")")
            return inside
        return self._word()

    def _word(self) -> Evaluated:
        kind, word = self.now
        self._at += 1
        if kind == "text":
            return lambda _values: word
        if kind == "number":
            return lambda _values: float(word)
        if kind != "name":
            raise JuelUnsupported(f"这里不应有“{word}”" if word else "没有写完")
        if word in CONSTANTS:
            return lambda _values: CONSTANTS[word]
        return lambda values: values.get(word)


def _or(left: Evaluated, right: Evaluated) -> Evaluated:
    return lambda values: left(values) is True or right(values) is True


def _and(left: Evaluated, right: Evaluated) -> Evaluated:
    return lambda values: left(values) is True and right(values) is True


def _compare(test: Callable[[Value, Value], bool], left: Evaluated, right: Evaluated) -> Evaluated:
    return lambda values: test(left(values), right(values))


def same_condition(one: str | None, other: str | None) -> bool:
    """Whether two conditions say the same word for word, however they are spaced, quoted or spelled (``eq`` for ``==``,
    a bare variable for one that is true)."""
    if one is None or other is None:
        return one is other
    try:
        return _words(one) == _words(other)
    except JuelUnsupported:
        return one == other


def _words(text: str) -> list[tuple[str, str]]:
    match = EXPRESSION.fullmatch(text.strip())
    if match is None:
        raise JuelUnsupported("不是一个完整的表达式")
    found = [
        (kind if kind == "text" else "", SPELLED.get(word, word) if kind != "text" else word)
        for kind, word in _tokens(match.group(1))
    ]
    if len(found) == 1 and found[0] not in CONSTANT_WORDS and not found[0][0]:
        return [*found, ("", "=="), ("", "true")]
    if len(found) == 3 and found[1] == ("", "==") and (found[0][0] or found[0] in CONSTANT_WORDS):
        return found[::-1]  # 'pass' == reviewOutcome
    return found
