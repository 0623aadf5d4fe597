"""Characters made one: width, case, dashes, dots, Chinese numerals, traditional forms; and a text folded with the way back.

``traditional.txt``: traditional characters with their simplified form, from OpenCC's TSCharacters (Apache-2.0).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

DASHES = frozenset("-‐‑‒–—―−ー－─")
DOTS = frozenset("·•・‧∙⋅●･")
UNSEEN = frozenset({"Cf", "Mn", "Me", "Cc"})
CHINESE_DIGITS = str.maketrans("零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两弌弍弎", "00012345678911234567892123")
STOPS = frozenset("，,。;；！!？?、：:")
"""Signs that end a name: what stands on both sides of one is not one name."""


@lru_cache(maxsize=1)
def _simplified() -> dict[str, str]:
    pairs = (Path(__file__).parent / "traditional.txt").read_text(encoding="utf-8").split()
    return {pair[0]: pair[1] for pair in pairs}


@lru_cache(maxsize=16384)
def folded(character: str) -> str:
    """Narrow, lower, simplified; empty for what nobody sees and for what is no letter, digit or stop."""
    if unicodedata.category(character) in UNSEEN:
        return ""
    narrow = unicodedata.normalize("NFKC", character).lower()
    kept = "".join(_simplified().get(each, each) for each in narrow if each.isalnum())
    return kept or (character if character in STOPS else "")


class FoldedText:
    """A text's letters and digits, and where each stands: spaces, dots, dashes, brackets and invisible signs are passed over.

    ``for_names`` keeps stops, so that no name reaches over one; else numerals in Chinese characters are digits and stops go too.
    """

    def __init__(self, text: str, *, for_names: bool) -> None:
        kept: list[str] = []
        self._places: list[int] = []
        for place, character in enumerate(text):
            for each in folded(character):
                if for_names or each not in STOPS:
                    kept.append(each)
                    self._places.append(place)
        self.text = "".join(kept) if for_names else "".join(kept).translate(CHINESE_DIGITS)

    def where(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Every place of the original where ``wanted``, folded alike, stands."""
        at = self.text.find(wanted)
        while at >= 0:
            yield self._places[at], self._places[at + len(wanted) - 1] + 1
            at = self.text.find(wanted, at + 1)


def fold(text: str, *, for_names: bool) -> str:
    return FoldedText(text, for_names=for_names).text
