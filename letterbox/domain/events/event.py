"""What all events have in common, and how a field says that rows may lack it.

A class is called as its event is stored; its fields are the event's facts, never the letter's text or the writer's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from letterbox.domain.vocabulary import EventName, LimitKind

Scalar: TypeAlias = str | int | float | bool | None
Given: TypeAlias = Scalar | list[Scalar] | list[dict[str, Scalar | list[Scalar]]]
"""What a field of a process owner's own form may answer: a value, several, or rows."""

IF_GIVEN: Final[Mapping[str, Any]] = {"is_stored_if_given": True}
"""Metadata of a field that is stored only when it holds something; its default is None."""


def unless(other: str) -> Mapping[str, Any]:
    """Metadata of a field that is stored, None or not, except where the field ``other`` holds something."""
    return {"unless": other}


def older(value: object) -> Mapping[str, Any]:
    """Metadata of a field that came later: what is read where a row lacks it. One that may be None needs none of this."""
    return {"older": value}


def key(name: str) -> Mapping[str, Any]:
    """Metadata of a field that is stored under a name that Python keeps for itself."""
    return {"key": name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a letter, with its facts. Each class of this house is one name of ``EventName``."""

    @classmethod
    def stored_name(cls) -> EventName:
        return EventName(cls.__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmless(Event):
    """What is left of an accusation's event for whoever is not to learn what it was about: whatever of this it said."""

    channel: str | None
    lead_unit: str | None
    lead_unit_name: str | None
    unit: str | None
    limit: LimitKind | None
    step: str | None
    due_at: datetime | None
    round: int | None
    urgent: bool | None
