"""The tree of a form condition, and the refusal of what is outside the subset (letterbox.domain.forms.feel)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from letterbox.domain.errors import LetterboxError

ROW = "this."
"""What a name of the same row of a dynamic list starts with."""

Scalar: TypeAlias = str | int | float | bool | None


class FeelUnsupported(LetterboxError):
    """The expression is outside the subset; ``position`` counts characters from 0, the leading ``=`` included."""

    def __init__(self, position: int, problem: str) -> None:
        super().__init__(f"条件第 {position + 1} 个字符处：{problem}")
        self.position = position


@dataclass(frozen=True)
class Literal:
    value: Scalar


@dataclass(frozen=True)
class Name:
    """A field or input; ``this.reached`` is the field ``reached`` of the same row."""

    name: str


@dataclass(frozen=True)
class Items:
    items: tuple[Ast, ...]


@dataclass(frozen=True)
class Not:
    of: Ast


@dataclass(frozen=True)
class Binary:
    """``op`` is one of ``and or = != < <= > >= in``."""

    op: str
    left: Ast
    right: Ast


Ast: TypeAlias = Literal | Name | Items | Not | Binary
