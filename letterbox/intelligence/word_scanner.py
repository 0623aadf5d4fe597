"""Counts the words of a fixed list in a text, the longest word at each place, in linear time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable


class WordScanner:
    """Words that overlap are counted once, as the longest: of "公交" and "公交车" only the second in "坐公交车".

    ``passed_over`` are phrases that use up their characters and count for nothing.
    """

    def __init__(self, words: Iterable[str], passed_over: Iterable[str] = ()) -> None:
        counted = set(words) - {""}
        self._passed_over = frozenset(passed_over) - counted - {""}
        buckets: dict[str, list[str]] = {}
        for word in counted | self._passed_over:
            buckets.setdefault(word[0], []).append(word)
        self._buckets = {first: tuple(sorted(found, key=len, reverse=True)) for first, found in buckets.items()}
        self._start = re.compile(f"[{''.join(map(re.escape, self._buckets))}]") if buckets else None

    def count(self, text: str) -> Counter[str]:
        """Word → how often it stands in ``text``."""
        found: Counter[str] = Counter()
        if self._start is None:
            return found
        end = 0
        for start in self._start.finditer(text):
            at = start.start()
            if at < end:
                continue
            word = next((each for each in self._buckets[start.group()] if text.startswith(each, at)), None)
            if word is not None:
                end = at + len(word)
                if word not in self._passed_over:
                    found[word] += 1
        return found
