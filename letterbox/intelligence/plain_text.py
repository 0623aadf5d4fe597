"""A text as finders read it: full width made narrow, dashes and dots made one, nothing that nobody sees; with the way back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from letterbox.domain.folding import CHINESE_DIGITS, DASHES, DOTS, UNSEEN


@dataclass(frozen=True, slots=True)
class PlainText:
    """``text[i]`` stands at ``places[i]`` of the original; ``places`` ends with the original's length."""

    text: str
    places: tuple[int, ...]

    @property
    def in_digits(self) -> str:
        """Of the same length, numerals in Chinese characters as digits."""
        return self.text.translate(CHINESE_DIGITS)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]``, which is not empty, stands in the original."""
        return self.places[start], self.places[end - 1] + 1

    def before(self, start: int, most: int) -> str:
        """What precedes ``start``, at most ``most`` characters of it."""
        return self.text[max(0, start - most) : start]

    def clause_before(self, start: int, most: int = 24) -> str:
        """The same, of the same clause only."""
        return re.split(r"[,，。;；!！?？\n]", self.before(start, most))[-1]

    def sentence_before(self, start: int, most: int) -> str:
        """The same, of the same sentence only."""
        return re.split(r"[。!！?？\n]", self.before(start, most))[-1]


def plain(text: str) -> PlainText:
    """Character by character, so that places are known."""
    kept, places = [], []
    for place, character in enumerate(text):
        if seen := _plain_character(character):
            kept.append(seen)
            places.append(place)
    return PlainText("".join(kept), (*places, len(text)))


@lru_cache(maxsize=8192)
def _plain_character(character: str) -> str:
    if character in {"\n", "\t"}:
        return character
    if character in DASHES:
        return "-"
    if character in DOTS:
        return "·"
    if unicodedata.category(character) in UNSEEN:
        return ""
    wide = unicodedata.normalize("NFKC", character)
    if len(wide) == 1:
        return wide
    digits = re.findall(r"[0-9A-Za-z]", wide)
    return digits[0] if len(digits) == 1 else character
