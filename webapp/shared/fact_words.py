"""An event's facts in words: members of enumerations, instants."""

from __future__ import annotations

from datetime import datetime

from letterbox.domain.clock import OFFICE_ZONE
from webapp.shared.labels import label


def named(value: object, kind: str) -> str:
    return label(str(value), kind) if value else ""


def said(words: str, *values: object) -> str:
    """``words`` with the values in its braces; nothing if one is missing."""
    return words.format(*values) if all(values) else ""


def instant(text: object) -> str:
    try:
        local = datetime.fromisoformat(str(text)).astimezone(OFFICE_ZONE)
    except ValueError:
        return str(text)
    return f"{local.month}月{local.day}日 {local:%H:%M}"
