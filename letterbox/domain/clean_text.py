"""What people type or paste, made one: full-width signs, blanks, dashes and marks that nobody sees make no difference."""

from __future__ import annotations

import re
import unicodedata

DASHES = re.compile(r"[\u2010-\u2015\u2212\u30fc—]")
UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"}
BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make a text read differently from what it says."""
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Fillers that count as letters or signs and show nothing."""


def clean_text(raw: str, *, lines: bool = True) -> str:
    """Without control characters, lone surrogates, overrides of direction and the blanks around it. Markup stays: it is text.

    ``lines`` keeps line ends, as ``\\n``, else they become spaces. A text without a visible sign is none.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = re.sub(r"[\n\t]+", " ", text)
    kept = "".join(c for c in text if c in "\n\t" or not _is_control(c)).strip()
    return "" if is_blank(kept) else kept


def _is_control(c: str) -> bool:
    return unicodedata.category(c) in {"Cc", "Cs"} or c in BIDI_OVERRIDES


def is_blank(text: str) -> bool:
    """Nothing a person could read: only blanks, fillers, invisible format characters or marks without a letter."""
    return all(unicodedata.category(c) in UNSEEN or c in BLANK_LETTERS for c in text)


def plain_number(text: str) -> str:
    """A letter's number as it was given out."""
    return narrow(text).upper()


def plain_code(text: str) -> str:
    """A query code's digits."""
    return DASHES.sub("-", narrow(text)).replace("-", "")


def narrow(text: str) -> str:
    """Without blanks and signs that nobody sees, full-width forms as plain ones."""
    return "".join(
        c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and unicodedata.category(c) != "Cf"
    )


def one_line(words: str) -> str:
    """Blanks and line breaks as single spaces, control characters gone."""
    return "".join(each for each in " ".join(words.split()) if each.isprintable())


def length_error(words: str, what: str, longest: int) -> str | None:
    if len(words) < 2:
        return f"请填写{what}，至少 2 个字"
    return f"{what}最多 {longest} 个字" if len(words) > longest else None
