"""Finding letters by words: a text as it is looked through, what of it is indexed, and what somebody typed, as a query.

Chinese has no blanks between words, so pairs of characters are indexed, and from each place in a run of digits or Latin
letters what follows there; any part of a text is found by them. Letters lie in blocks of ``BLOCK`` by their ids, and each
key begins with its block's: the newest blocks are asked first, and a frequent word has filled its page after a few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from letterbox.domain.folding import FoldedText, fold
from letterbox.domain.writer_keys import is_phone_like

BLOCK = 4096
"""Letters a block. Larger ones make frequent words slower, smaller ones rare words."""
LONGEST_RUN = 12
LONGEST_TEXT = 60_000
"""Three of the longest letters; what would go beyond is not looked through."""
MOST_WORDS = 10
HERE = "§"
"""Stands in a query for the block's key."""
UNIT_MARK = "@"
"""Begins the line that says which unit has a letter: no folded text holds it."""
LINE = "\n"
_ASCII_RUN = re.compile("[0-9a-z]+")


def folded_line(text: str) -> str:
    """Letters and digits alone, simplified, small, narrow; numerals in Chinese characters are digits."""
    return fold(text, for_names=False)


def looked_through(texts: Iterable[str], unit: str | None) -> str:
    """What a letter is found by: a line a text, so that no word reaches over two; the last line says its unit."""
    lines = [line for line in map(folded_line, texts) if line]
    text = LINE.join(lines)[:LONGEST_TEXT]
    return f"{text}{LINE}{unit_line(unit)}" if unit else text


def unit_line(code: str) -> str:
    return f"{UNIT_MARK}{code}{UNIT_MARK}"


def block_of(letter_id: int) -> int:
    return letter_id // BLOCK


def keys_of(letter_id: int, text: str) -> list[str]:
    """The keys of a text (``looked_through``), each once, in order."""
    block = f"{block_of(letter_id):x}:"
    return sorted({block + key for line in text.split(LINE) for key in _keys(line)})


def _keys(line: str) -> Iterator[str]:
    if line.startswith(UNIT_MARK):
        yield line
        return
    for at, character in enumerate(line):
        after = line[at + 1 : at + 2]
        if _is_ascii(character):
            yield _run(line, at)
            if not after or _is_ascii(after):
                continue
        yield character + after


def _run(line: str, at: int) -> str:
    match = _ASCII_RUN.match(line, at, at + LONGEST_RUN)
    return match[0] if match else line[at]


def _is_ascii(character: str) -> bool:
    return _ASCII_RUN.fullmatch(character) is not None


@dataclass(frozen=True, slots=True)
class Word:
    """One of the words typed: ``typed`` as it was, ``parts`` of which a text has to hold one: the word itself, or a unit's line."""

    typed: str
    parts: tuple[str, ...]

    @property
    def query(self) -> str:
        """As PostgreSQL's tsquery, with ``HERE`` for the block's key; never misses a text that holds one of the parts."""
        return f"({' | '.join(_all_of(part) for part in self.parts)})"


def query_of(words: Sequence[Word]) -> str:
    return " & ".join(word.query for word in words)


def typed_words(typed: str) -> list[str]:
    """Words as they were typed, between blanks, the first ``MOST_WORDS``; those of which nothing is left when folded are
    passed over. A telephone's digits are one word, however they are grouped."""
    if is_phone_like(typed.strip()):
        return [typed.strip()]
    return [word for word in dict.fromkeys(typed.split()) if folded_line(word)][:MOST_WORDS]


def _all_of(part: str) -> str:
    return f"({' & '.join(_terms(part))})"


def _terms(part: str) -> list[str]:
    if part.startswith(UNIT_MARK):
        return [_quoted(part)]
    pairs = [part[at : at + 2] for at in range(len(part) - 1)]
    terms = [_quoted(pair) for pair in dict.fromkeys(pairs) if not (_is_ascii(pair[0]) and _is_ascii(pair[1]))]
    runs = [run[:LONGEST_RUN] for run in _ASCII_RUN.findall(part) if len(run) > 1 or not terms]
    begun = runs if terms or runs else [part]
    return terms + [f"{_quoted(each)}:*" for each in begun]


def _quoted(key: str) -> str:
    return f"'{HERE}{key}'"


@dataclass(frozen=True, slots=True)
class Hit:
    """Where words were found: number, title, body, place, addition, reply; or writer, which tells no words.

    ``pieces``: a part of the text, and whether it is what was looked for.
    """

    where: str
    pieces: tuple[tuple[str, bool], ...] = ()


def marked(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words, however they are spelled there, stand in a text: places in order, none overlapping."""
    folded = FoldedText(text, for_names=False)
    places = sorted(place for word in words for place in folded.where(folded_line(word)))
    merged: list[tuple[int, int]] = []
    for start, end in places:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
