"""Invented sentences in which every piece of personal data is marked ``{kind:piece}``: half to develop on, half to measure by.

What counts as personal data: decision 0120. All names and numbers are made up. ``⏎`` stands for a line break.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

KINDS = {
    "n": "name", "i": "identity_number", "p": "phone", "e": "email", "c": "plate", "w": "account", "b": "bank_card",
    "a": "address", "d": "document", "t": "birth_date",
}  # fmt: skip
FOLDER = Path(__file__).parent / "sentences"
DEVELOPED_ON, HELD_BACK = FOLDER / "developed_on.txt", FOLDER / "held_back.txt"
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


def _sentence(line: str) -> Sentence:
    text, marked, at = "", [], 0
    line = line.replace("⏎", "\n")
    for mark in _MARK.finditer(line):
        text += line[at : mark.start()]
        marked.append(Marked(KINDS[mark.group(1)], len(text), len(text) + len(mark.group(2))))
        text += mark.group(2)
        at = mark.end()
    return Sentence(text + line[at:], tuple(marked))
