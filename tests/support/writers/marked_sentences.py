"""Invented sentences in which every piece of personal data is marked ``{kind:piece}``: half to develop on, half to measure by.

What counts as personal data: decision 0120. All names and numbers are made up. ``⏎`` stands for a line break. A second pair of
files was written later, without a look at the first or at the detector, and divided by what its headings hash to; a third to an
eighth file, of kinds of their own, each before the detector was mended by what the file before had shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from letterbox.settings import ROOT

KINDS = {
    "n": "name", "i": "identity_number", "p": "phone", "e": "email", "c": "plate", "w": "account", "b": "bank_card",
    "a": "address", "d": "document", "t": "birth_date",
}  # fmt: skip
FOLDER = ROOT / "tests/support/writers/sentences"
DEVELOPED_ON, HELD_BACK = FOLDER / "developed_on.txt", FOLDER / "held_back.txt"
SECOND_DEVELOPED_ON, SECOND_HELD_BACK = FOLDER / "second_developed_on.txt", FOLDER / "second_held_back.txt"
THIRD, FOURTH, FIFTH = FOLDER / "third.txt", FOLDER / "fourth.txt", FOLDER / "fifth.txt"
SIXTH, SEVENTH, EIGHTH = FOLDER / "sixth.txt", FOLDER / "seventh.txt", FOLDER / "eighth.txt"
_MARK = re.compile(r"\{([a-z]):([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Marked:
    """``text[start:end]`` is personal data of ``kind``."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    marked: tuple[Marked, ...]


def sentences(path: Path) -> list[Sentence]:
    """In the file's order, headings left out."""
    return [_sentence(line) for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def headings(path: Path) -> list[str]:
    """What kinds of sentences a file holds."""
    return [line[2:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# ")]


def half_of(heading: str) -> Path:
    """In which file of the second pair the sentences under a heading stand; nobody chose it."""
    return (SECOND_DEVELOPED_ON, SECOND_HELD_BACK)[sha256(heading.encode()).digest()[0] % 2]


def _sentence(line: str) -> Sentence:
    text, marked, at = "", [], 0
    line = line.replace("⏎", "\n")
    for mark in _MARK.finditer(line):
        text += line[at : mark.start()]
        marked.append(Marked(KINDS[mark.group(1)], len(text), len(text) + len(mark.group(2))))
        text += mark.group(2)
        at = mark.end()
    return Sentence(text + line[at:], tuple(marked))
