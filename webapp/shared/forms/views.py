"""What a template needs to know of one field, with nothing left to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class ChoiceView:
    id: str
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class RowView:
    """``name`` is what the button that takes the row away sends: ``contacts[0]``."""

    name: str
    number: str
    items: tuple[View, ...]


@dataclass(frozen=True)
class FieldView:
    """``watch`` is the condition that hides the field, as JSON for the browser, "" if it is always shown."""

    kind: str
    key: str
    name: str
    id: str
    label: str
    description: str
    when: str
    required_when: str
    watch: str
    required: bool
    optional: bool
    error: str
    value: str = ""
    checked: bool = False
    input_type: str = "text"
    limit: int | None = None
    locked: str = ""
    choices: tuple[ChoiceView, ...] = ()
    rows: tuple[RowView, ...] = ()
    new_row: RowView | None = None

    @property
    def has_short_choices(self) -> bool:
        """They fit beside each other on one line."""
        return 0 < len(self.choices) <= 4 and all(len(choice.label) <= 6 for choice in self.choices)

    @property
    def described_by(self) -> str:
        hints = {
            "hint": self.description,
            "when": self.when,
            "need": self.required_when,
            "error": self.error,
            "count": self.limit and self.kind == "textarea",
        }
        return " ".join(f"{self.id}-{name}" for name, there in hints.items() if there)


@dataclass(frozen=True)
class DisplayView:
    """Words, lines and groups; ``blocks`` are (``heading`` | ``item`` | ``paragraph``, words)."""

    kind: str
    label: str = ""
    description: str = ""
    watch: str = ""
    blocks: tuple[tuple[str, str], ...] = ()
    items: tuple[View, ...] = ()


View: TypeAlias = FieldView | DisplayView


@dataclass(frozen=True)
class FormView:
    """``summary`` maps a control's id (or "" for none) to its error."""

    items: tuple[View, ...]
    summary: Mapping[str, str]
