"""Whether any text at all can fit a pattern: how long such a text is, and whether what it demands contradicts itself.

Read with the standard library's own parser of patterns; what that does not read, or what it would take too long to follow,
counts as fitting something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from re import _constants as sign  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST_WAYS = 200
ENDLESS = 10**9
ANCHORS_BEFORE = frozenset({sign.AT_BEGINNING, sign.AT_BEGINNING_STRING})
ANCHORS_BEHIND = frozenset({sign.AT_END, sign.AT_END_STRING})
OPPOSITES = (
    (sign.CATEGORY_DIGIT, sign.CATEGORY_NOT_DIGIT),
    (sign.CATEGORY_SPACE, sign.CATEGORY_NOT_SPACE),
    (sign.CATEGORY_WORD, sign.CATEGORY_NOT_WORD),
)


class _Unknown(Exception):
    """The pattern is not followed to its end."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to fit: so many signs, with nothing before them (``begins``) or behind them (``ends``)."""

    least: int = 0
    most: int = 0
    begins: bool = False
    ends: bool = False


Ways = frozenset[_Way]


def can_fit(pattern: str, least: int, most: int) -> bool:
    """Whether a text of ``least`` to ``most`` signs can hold what the pattern looks for."""
    try:
        parsed = parser.parse(pattern)
        if parsed.state.flags & re.MULTILINE:
            return True
        ways = _row(parsed)
    except (_Unknown, re.error, OverflowError, RecursionError):
        return True
    return any(way.least <= most and (not (way.begins and way.ends) or way.most >= least) for way in ways)


def _row(items: Iterable[tuple[Any, Any]]) -> Ways:
    ways: Ways = frozenset({_Way()})
    for operator, argument in items:
        ways = frozenset(found for one in ways for other in _one(operator, argument) for found in _after(one, other))
        if len(ways) > MOST_WAYS:
            raise _Unknown
    return ways


def _after(one: _Way, other: _Way) -> Iterable[_Way]:
    if (one.ends and other.least) or (other.begins and one.least):
        return  # something would have to stand behind the end, or before the beginning
    if one.ends:
        other = replace(other, most=0)
    if other.begins:
        one = replace(one, most=0)
    most = min(ENDLESS, one.most + other.most)
    yield _Way(least=one.least + other.least, most=most, begins=one.begins or other.begins, ends=one.ends or other.ends)


def _one(operator: Any, argument: Any) -> Ways:
    if operator in {sign.LITERAL, sign.NOT_LITERAL, sign.ANY}:
        return frozenset({_Way(1, 1)})
    if operator is sign.IN:
        return frozenset() if _is_empty(argument) else frozenset({_Way(1, 1)})
    if operator is sign.BRANCH:
        return frozenset().union(*map(_row, argument[1]))
    if operator is sign.SUBPATTERN:
        return _row(argument[3])
    if operator in {sign.MAX_REPEAT, sign.MIN_REPEAT}:
        return _repeated(*argument)
    if operator is sign.AT:
        return frozenset({_Way(begins=argument in ANCHORS_BEFORE, ends=argument in ANCHORS_BEHIND)})
    raise _Unknown


def _is_empty(members: Sequence[tuple[Any, Any]]) -> bool:
    """``[^\\s\\S]``: nothing is left."""
    if members[0][0] is not sign.NEGATE:
        return False
    left_out = {argument for operator, argument in members if operator is sign.CATEGORY}
    return any(left_out.issuperset(pair) for pair in OPPOSITES)


def _repeated(least: int, most: int, inner: Iterable[tuple[Any, Any]]) -> Ways:
    ways = _row(inner)
    bound = {way for way in ways if way.begins or way.ends}
    free = ways - bound
    found = {_Way()} if least == 0 else set()
    if most and free:
        times = ENDLESS if most is sign.MAXREPEAT else int(most)
        longest = max(way.most for way in free)
        found.add(_Way(min(way.least for way in free) * max(least, 1), min(ENDLESS, longest * times)))
    return frozenset(found | {replace(way, most=ENDLESS) for way in bound if most})
