"""Whether any text at all can fit a pattern: how long such a text is, and whether what it demands contradicts itself.

The reader knows the syntax of RE2, the engine that runs the pattern. Whether a class of signs holds any sign is asked of that
engine itself. A pattern that cannot be followed to its end counts as fitting something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from letterbox.domain.linear_patterns import PatternRefused, compiled, found_in

MOST_WAYS = 200
ENDLESS = 10**9
_TIMES = re.compile(r"\{(\d+)(,?)(\d*)\}|[*+?]")
_GROUP = re.compile(r"\(\?(?:P?<\w+>|(?P<flags>[a-zA-Z-]*)(?P<close>[:)]))")
_ESCAPE = re.compile(r"\\(?:[pP](?:\{\^?\w+\}|\w)|x(?:\{[0-9a-fA-F]+\}|[0-9a-fA-F]{2})|[0-7]{1,3}|.)", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)", re.DOTALL)
_SURROGATES = range(0xD800, 0xE000)


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
NOTHING_MORE: Ways = frozenset({_Way()})
ONE_SIGN: Ways = frozenset({_Way(1, 1)})
WHERE = {
    "^": _Way(begins=True),
    "$": _Way(ends=True),
    r"\A": _Way(begins=True),
    r"\z": _Way(ends=True),
    r"\b": _Way(),
    r"\B": _Way(),
}
"""What takes no sign, and what it demands of the place."""


def can_fit(pattern: str, least: int, most: int) -> bool:
    """Whether a text of ``least`` to ``most`` signs can hold what the pattern looks for."""
    try:
        compiled(pattern)
        ways = _Reader(pattern).whole()
    except (_Unknown, PatternRefused, RecursionError):
        return True
    return any(way.least <= most and (not (way.begins and way.ends) or way.most >= least) for way in ways)


class _Reader:
    """Goes through a pattern once, from left to right. The engine has read it before, so its form is good."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0

    def whole(self) -> Ways:
        ways = self.branches()
        if self.place < len(self.pattern):
            raise _Unknown
        return ways

    def branches(self) -> Ways:
        """As far as the bracket that closes them."""
        found = set(self.row())
        while self.takes("|"):
            found |= self.row()
        return _bounded(found)

    def row(self) -> Ways:
        ways = NOTHING_MORE
        while self.place < len(self.pattern) and self.pattern[self.place] not in "|)":
            for part in self.repeated():
                ways = _bounded(found for one in ways for other in part for found in _after(one, other))
        return ways

    def repeated(self) -> list[Ways]:
        """The next piece with what repeats it; of quoted words only the last sign is repeated."""
        quoted = self.match(_QUOTED)
        parts = [ONE_SIGN] * len(quoted[1]) if quoted else [self.piece()]
        times = self.match(_TIMES)
        if times is None or not parts:
            return parts
        self.takes("?")
        return [*parts[:-1], _repeated(*_bounds(times), parts[-1])]

    def piece(self) -> Ways:
        if (one := self.match(_CLASS)) or (one := self.match(_ESCAPE)):
            return _ways_of(one[0])
        if self.pattern[self.place] == "(":
            return self.group()
        sign = self.pattern[self.place]
        self.place += 1
        return frozenset({WHERE[sign]}) if sign in WHERE else ONE_SIGN

    def group(self) -> Ways:
        opening = self.match(_GROUP)
        if opening is None and self.takes("(?"):
            raise _Unknown
        if opening is None:
            self.takes("(")
        elif opening["flags"] and "m" in opening["flags"].partition("-")[0]:
            raise _Unknown  # lines have beginnings and ends, too
        elif opening["close"] == ")":
            return NOTHING_MORE
        ways = self.branches()
        if not self.takes(")"):
            raise _Unknown
        return ways

    def takes(self, text: str) -> bool:
        is_next = self.pattern.startswith(text, self.place)
        self.place += len(text) if is_next else 0
        return is_next

    def match(self, wanted: re.Pattern[str]) -> re.Match[str] | None:
        found = wanted.match(self.pattern, self.place)
        self.place = found.end() if found else self.place
        return found


def _ways_of(text: str) -> Ways:
    """Of a class or of anything that begins with a backslash."""
    if text in WHERE:
        return frozenset({WHERE[text]})
    if text == r"\C":
        raise _Unknown  # a byte, not a sign
    return ONE_SIGN if _holds_a_sign(text) else frozenset()


@lru_cache(maxsize=256)
def _holds_a_sign(text: str) -> bool:
    """``[^\\s\\S]`` holds none."""
    return found_in(text, _every_sign())


@lru_cache(maxsize=1)
def _every_sign() -> str:
    return "".join(chr(code) for code in range(0x110000) if code not in _SURROGATES)


def _bounded(found: Iterable[_Way]) -> Ways:
    ways = frozenset(found)
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


def _bounds(times: re.Match[str]) -> tuple[int, int]:
    if times[1] is None:
        return (int(times[0] == "+"), 1 if times[0] == "?" else ENDLESS)
    least = int(times[1])
    return least, int(times[3]) if times[3] else ENDLESS if times[2] else least


def _repeated(least: int, most: int, ways: Ways) -> Ways:
    bound = {way for way in ways if way.begins or way.ends}
    free = ways - bound
    found = {_Way()} if least == 0 else set()
    if most and free:
        longest = max(way.most for way in free)
        found.add(_Way(min(way.least for way in free) * max(least, 1), min(ENDLESS, longest * most)))
    return frozenset(found | {replace(way, most=ENDLESS) for way in bound if most})
