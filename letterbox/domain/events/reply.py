"""Events of a reply: reviewed, delivered, made public, handed back, and what was promised in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from letterbox.domain.events.event import IF_GIVEN, Event, older
from letterbox.domain.vocabulary import Criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPassed(Event):
    """``rubric``: ``pass``, ``fail`` or ``not_applicable`` by criterion. If it is to be published ``masked``, ``kept`` and
    ``not_looked_at`` count pieces of personal data in the public copy."""

    round: int
    rubric: Mapping[Criterion, str]
    comment: str | None
    handling_opinion: str | None
    publish: bool | None
    masked: int | None = field(default=None, metadata=IF_GIVEN)
    kept: int | None = field(default=None, metadata=IF_GIVEN)
    not_looked_at: int | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFailed(Event):
    """``rubric`` as when it passes."""

    round: int
    rubric: Mapping[Criterion, str]
    comment: str | None
    handling_opinion: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDelivered(Event):
    """``leading``: the number of the letter whose reply it is, if this one was joined to it."""

    round: int
    unit: str | None
    leading: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPublished(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationCorrected(Event):
    """``kept``: pieces of personal data that may stay; ``changed``: whether a text was changed, or only looked at."""

    reason: str
    kept: int = field(metadata=older(0))
    changed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationWithdrawn(Event):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentReleased(Event):
    """``file``: its name, masked when read."""

    attachment_id: int
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentKeptBack(Event):
    """``file``: its name, masked when read."""

    attachment_id: int
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyHandedBack(Event):
    """``reference``: the letter's at its channel."""

    channel: str
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RehandlingDecided(Event):
    """``outcome``: ``rehandle`` or ``close``."""

    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseReported(Event):
    """``leading``: at a letter joined to the one whose unit reports, that one's number."""

    promise_id: int
    unit: str
    round: int
    kept: bool
    promised_on: date
    comment: str | None
    leading: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseConfirmed(Event):
    """The writer's own word."""

    promise_id: int
    unit: str
    kept: bool
    comment: str | None
