"""What a classifier proposes, and how the routing table tells it whom to put first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from letterbox.domain.vocabulary import Category


class LeadBy(StrEnum):
    """P1: 谁主管谁负责, 属地管理, or one named unit; the words of the routing table's ``lead_by``."""

    DEPARTMENT = "department"
    TERRITORY = "territory"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Route:
    """What the routing table says; ``unit`` counts with LeadBy.UNIT only."""

    lead_by: LeadBy = LeadBy.DEPARTMENT
    unit: str | None = None


Router = Callable[[Category, str | None, bool], Route]
"""(category, matter code or None, does the letter name a place of a township) → route."""


def by_department(category: Category, matter: str | None, has_territory: bool) -> Route:
    """The router to use where no routing table is at hand."""
    del category, matter, has_territory
    return Route()


@dataclass(frozen=True, slots=True)
class UnitScore:
    """``score`` in 0–1, not a probability; ``because`` are the letter's own words."""

    unit: str
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposal for the screener. ``territory`` holds the units whose places are named, best first."""

    category: Category
    category_score: float
    matter: str | None
    units: tuple[UnitScore, ...]
    urgent: bool
    red_flag: bool
    red_flag_words: tuple[str, ...]
    reasons: tuple[str, ...]
    territory: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON and for the letter's record."""
        return {
            "category": str(self.category),
            "category_score": self.category_score,
            "matter": self.matter,
            "units": [{"unit": u.unit, "score": u.score, "because": list(u.because)} for u in self.units],
            "urgent": self.urgent,
            "red_flag": self.red_flag,
            "red_flag_words": list(self.red_flag_words),
            "reasons": list(self.reasons),
            "territory": list(self.territory),
        }
