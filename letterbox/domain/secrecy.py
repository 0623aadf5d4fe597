"""Taking a person out of a text: his name, telephone, e-mail and address become a mark (A5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

HIDDEN = "×××"
SHORTEST = 2
"""A single character would take harmless words along."""
_BETWEEN = r"[\s\-—]*"
"""What people write between the characters of a name, a number or an address."""
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff]{3,4}")
_WIDER = 0xFEE0
"""From an ASCII character to its full-width form."""


def without(text: str, secrets: Iterable[str]) -> str:
    """``text`` with every secret replaced, however its characters are spaced, in half or full width, upper or lower case."""
    for secret in sorted(_wanted(secrets), key=len, reverse=True):
        text = re.sub(_BETWEEN.join(map(_either_width, secret)), HIDDEN, text, flags=re.IGNORECASE)
    return text


def given_name(name: str) -> str | None:
    """The last two characters of a Chinese name of three or four; None if it has no given name that could stand alone."""
    plain = re.sub(_BETWEEN, "", name)
    return plain[-2:] if _CHINESE_NAME.fullmatch(plain) else None


def _either_width(character: str) -> str:
    if "!" <= character <= "~":
        return f"[{re.escape(character)}{chr(ord(character) + _WIDER)}]"
    return re.escape(character)


def without_in(value: Any, secrets: Iterable[str]) -> Any:
    """The same for every text in lists and mappings of an event's facts."""
    if isinstance(value, str):
        return without(value, secrets)
    if isinstance(value, list):
        return [without_in(each, secrets) for each in value]
    if isinstance(value, dict):
        return {key: without_in(each, secrets) for key, each in value.items()}
    return value


def _wanted(secrets: Iterable[str]) -> set[str]:
    """In half width, without what may stand between the characters."""
    plain = (re.sub(_BETWEEN, "", unicodedata.normalize("NFKC", secret)) for secret in secrets)
    return {secret for secret in plain if len(secret) >= SHORTEST}
