"""The tone and the icon of a letter's status; its words are in letterbox.domain.words."""

from __future__ import annotations

TONES: dict[str, tuple[str, str]] = {
    "received": ("quiet", "dot"),
    "awaiting_supplement": ("warn", "pause"),
    "declined": ("quiet", "minus"),
    "joined": ("quiet", "link"),
    "screened": ("action", "dot"),
    "assigned": ("action", "arrow"),
    "handling": ("action", "arrow"),
    "returned": ("warn", "back"),
    "in_review": ("action", "eye"),
    "in_redo": ("warn", "back"),
    "answered": ("ok", "check"),
    "rehandling": ("warn", "arrow"),
    "closed": ("ok", "check"),
    "withdrawn": ("quiet", "minus"),
}
"""Status → tone (colour of the tag) and icon (its shape)."""


def tone(status: str) -> tuple[str, str]:
    return TONES.get(str(status), ("quiet", "dot"))
