"""How alike two letters are: cosine of their character pairs and triples, without any training."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

GRAMS = (2, 3)
LONGEST = 4000
"""Characters of a body that are compared: keeps a comparison fast however long the letters are."""
SAME_MATTER = 0.35
"""Below this a candidate is not worth showing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier letter; ``key`` is its number."""

    key: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Similar:
    key: str
    score: float


def similar(
    title: str, body: str, candidates: Iterable[Candidate], limit: int = 5, least: float = SAME_MATTER
) -> list[Similar]:
    """The candidates most like the letter, best first, equally good ones in the order given.

    A score is the mean of the titles' and the whole letters' cosine (0–1).
    """
    own_title, own_text = _vector(title), _vector(title + body)
    scored = (
        Similar(
            each.key,
            round((cosine(own_title, _vector(each.title)) + cosine(own_text, _vector(each.title + each.body))) / 2, 3),
        )
        for each in candidates
    )
    best = sorted((each for each in scored if each.score >= least), key=lambda each: -each.score)
    return best[:limit]


def cosine(one: Counter[str], other: Counter[str]) -> float:
    if len(one) > len(other):
        one, other = other, one
    product = sum(count * other[gram] for gram, count in one.items() if gram in other)
    if not product:
        return 0.0
    return product / (_length(one) * _length(other))


def _length(vector: Counter[str]) -> float:
    return math.sqrt(sum(count * count for count in vector.values()))


def _vector(text: str) -> Counter[str]:
    plain = "".join(text.split())[:LONGEST]
    return Counter(plain[at : at + size] for size in GRAMS for at in range(len(plain) - size + 1))
