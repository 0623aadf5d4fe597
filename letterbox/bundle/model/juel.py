"""The small part of the engine's expression language that our diagrams may use.

Variables, strings, numbers, true/false/null, comparisons, ``&& || ! and or not empty``, ``a ? b : c``, parentheses.
No calls, no member access, no indexing: an expression decides, it does not program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

EXPRESSION = re.compile(r"[$#]\{(.*?)\}", re.DOTALL)
TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^'\\]*'|\"[^\"\\]*\")|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[<>!?:()]))"
)
WORDS = frozenset({"true", "false", "null", "and", "or", "not", "empty", "eq", "ne", "lt", "gt", "le", "ge"})
BUSINESS_KEY = frozenset({"#{execution.processBusinessKey}", "${execution.processBusinessKey}"})
"""The one exception: how a called process inherits the letter number."""


class JuelUnsupported(ValueError):
    """``text`` holds something outside the subset, named in Chinese in the message."""


def variables(text: str) -> frozenset[str]:
    """Names of the variables read by ``text``, an attribute with any number of ``${…}``; raises JuelUnsupported."""
    if text.strip() in BUSINESS_KEY:
        return frozenset()
    if "${" in EXPRESSION.sub("", text) or "#{" in EXPRESSION.sub("", text):
        raise JuelUnsupported("大括号没有成对")
    return frozenset(name for match in EXPRESSION.finditer(text) for name in _names(match.group(1)))


def is_expression(text: str) -> bool:
    """Whether the whole of ``text`` is one expression."""
    return EXPRESSION.fullmatch(text.strip()) is not None


def _names(body: str) -> Iterator[str]:
    if not body.strip():
        raise JuelUnsupported("大括号里是空的")
    position, previous = 0, ""
    while body[position:].strip():
        match = TOKEN.match(body, position)
        if match is None:
            raise JuelUnsupported(f"不能使用“{body[position:].strip()[:1]}”")
        if match["sign"] == "(" and previous and previous not in WORDS:
            raise JuelUnsupported(f"不能调用“{previous}(…)”")
        previous = match["name"] or ""
        if previous and previous not in WORDS:
            yield previous
        position = match.end()
