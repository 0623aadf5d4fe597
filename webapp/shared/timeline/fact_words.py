"""An event's facts in words: members of enumerations, instants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.words import label

Facts = Mapping[str, Any]
"""An event's data."""
Names = Mapping[str, str]
"""Units' codes → their names."""


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


def accused_words(facts: Facts, names: Names) -> str:
    """Whom an accusation is against; events of before the question was asked say nothing of it."""
    accused = str(facts.get("accused_unit") or "")
    if accused:
        return f"被检举控告单位：{names.get(accused, accused)}"
    if facts.get("category") != "report" or "accused_stated" not in facts:
        return ""
    return "不针对单位" if facts["accused_stated"] else "没有写明检举控告的是谁"
