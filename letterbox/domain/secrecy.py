"""Taking a person out of a text: his name, telephone, e-mail and address become a mark (A5)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

HIDDEN = "×××"
SHORTEST = 2
"""A single character would take harmless words along."""
_BETWEEN = r"[\s\-—]*"
"""What people write between the digits of a telephone number."""


def without(text: str, secrets: Iterable[str]) -> str:
    """``text`` with every secret replaced; digits also where blanks or hyphens stand between them."""
    for secret in sorted(_wanted(secrets), key=len, reverse=True):
        plain = secret.replace(" ", "").replace("-", "")
        is_number = plain.isascii() and plain.lstrip("+").isdecimal()
        pattern = _BETWEEN.join(map(re.escape, plain)) if is_number else re.escape(secret)
        text = re.sub(pattern, HIDDEN, text, flags=re.IGNORECASE)
    return text


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
    return {secret.strip() for secret in secrets if len(secret.strip()) >= SHORTEST}
