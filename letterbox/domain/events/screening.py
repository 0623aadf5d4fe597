"""Events of screening, joining and the letter's category."""

from __future__ import annotations

from dataclasses import dataclass, field

from letterbox.domain.events.event import IF_GIVEN, Event, older
from letterbox.domain.vocabulary import Category, Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterScreened(Event):
    """``outcome``: ``accept``. ``accused_stated``: whether it was said whom an accusation is against, None where nobody was
    asked yet."""

    outcome: str
    category: Category | None
    scope: str | None
    urgent: bool
    important: bool = field(metadata=older(False))
    accused_unit: str | None
    accused_stated: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDeclined(Event):
    """``outcome``: ``decline``. ``reference``: of ground 2, the other letter's number or an outside reference."""

    outcome: str
    ground: Ground
    reason: str
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequested(Event):
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementLapsed(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterJoined(Event):
    """``joined_to``: the leading letter's number, None for a reader who is not told; ``unit``: whom it is taken from, if it
    was with one."""

    joined_to: str | None
    unit: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReleased(Event):
    """``released_from``: the leading letter's number, None for a reader who is not told."""

    released_from: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSplit(Event):
    """``number`` and ``title`` of the new letter, None for a reader who is not told; its ``LetterReceived`` has
    ``split_from``."""

    number: str | None
    title: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterMarkedUrgent(Event):
    urgent: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRecategorised(Event):
    """``agreed_by``: ``writer`` or ``office``, of a change that took somebody's agreement (A5)."""

    category: Category
    before: Category | None
    accused_unit: str | None
    accused_stated: bool | None
    reason: str
    agreed_by: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChangeAsked(Event):
    """Not for units."""

    category: Category
    accused_unit: str | None
    accused_stated: bool | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChangeRefused(Event):
    """``by``: ``writer`` or ``office``; not for units."""

    by: str
    reason: str | None
