"""What people type or paste, made one: full-width signs, blanks, dashes and marks that nobody sees make no difference."""

from __future__ import annotations

import re
import unicodedata

MOBILE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")
TELEPHONE = re.compile(r"(?:0[0-9]{2,3}-?)?[0-9]{7,8}(-[0-9]{1,6})?")
EMAIL = re.compile(r"""[^@\s<>()\[\]\\,;:"]{1,64}@[^@\s<>()\[\]\\,;:"]{1,180}\.[^@\s<>()\[\]\\,;:".]{2,24}""")
COUNTED_MOBILE = re.compile(r"(?:00)?(?:86)?(1[3-9][0-9]{9})")
LOCAL_DIGITS = 7
"""Of a landline those that are the same with and without its area."""
SAME_HOST = {"googlemail.com": "gmail.com"}
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


def plain_phone(text: str) -> str | None:
    """A mobile number as its 11 digits, another with its area in front and ``-`` before its extension; None if it is none."""
    narrow = DASHES.sub("-", _narrow(text)).replace("(", "").replace(")", "-").replace("转", "-")
    digits = narrow.replace("-", "")
    if mobile := MOBILE.fullmatch(digits):
        return mobile[1]
    extended = TELEPHONE.fullmatch(narrow)
    if extended and extended[1]:
        return narrow
    return digits if TELEPHONE.fullmatch(digits) else None


def plain_email(text: str) -> str | None:
    """The address as a mail server takes it; None if it is none."""
    narrow = _narrow(text)
    return narrow if EMAIL.fullmatch(narrow) else None


def counted_contact(text: str) -> str:
    """One writing for all under which a message reaches the same telephone or mailbox; to count by, never to send to.

    Of a mailbox case, dots and what follows a ``+`` make no difference, of a telephone country, area and extension. Some
    servers and areas do tell them apart: those people share an allowance, which slows down and locks nobody out.
    """
    name, at, host = _narrow(text).casefold().rpartition("@")
    if at:
        name = name.partition("+")[0].replace(".", "") or name
        return f"{name}@{_counted_host(host.rstrip('.'))}"
    digits = "".join(c for c in DASHES.sub("-", _narrow(text)) if c.isdecimal())
    if mobile := COUNTED_MOBILE.fullmatch(digits):
        return mobile[1]
    plain = plain_phone(text) or digits or text
    number = plain.rpartition("-")[0] or plain
    return number.replace("-", "")[-LOCAL_DIGITS:]


def _counted_host(host: str) -> str:
    if host in SAME_HOST:
        return SAME_HOST[host]
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def plain_number(text: str) -> str:
    """A letter's number as it was given out."""
    return _narrow(text).upper()


def plain_code(text: str) -> str:
    """A query code's digits."""
    return DASHES.sub("-", _narrow(text)).replace("-", "")


def _narrow(text: str) -> str:
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
