"""Events of a letter's receipt, and of what its writer does and is sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from letterbox.domain.events.event import IF_GIVEN, Event, older
from letterbox.domain.vocabulary import Category, Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReceived(Event):
    """``split_from`` and ``reason``: of a letter that came out of another."""

    channel: Channel
    channel_reference: str | None
    split_from: str | None = field(default=None, metadata=IF_GIVEN)
    reason: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterClassified(Event):
    """A suggestion, no decision."""

    category: Category | None
    matter: str | None
    red_flag: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterSupplied(Event):
    """``body``: the writer's own words, shown to whoever may read the letter; ``files``: how many came along."""

    body: str
    files: int = field(metadata=older(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterAdded(Event):
    """``body``: the writer's own words; ``files``: how many came along."""

    body: str
    files: int = field(metadata=older(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterUnmasked(Event):
    """Only those who may unmask see it (A5)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWithdrawn(Event):
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterEvaluated(Event):
    satisfied: bool
    solved: bool
    comment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationLapsed(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryCodeRenewed(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactConfirmed(Event):
    """``channel``: ``mail`` or ``sms``; never the contact."""

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDenied(Event):
    """``channel`` as for a confirmed one; the contact is no longer the letter's."""

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent(Event):
    """To the writer. ``text``: which of the notices; never the address."""

    text: str
    channel: str
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFailed(Event):
    """``error``: why the server refused, without the address."""

    text: str
    channel: str
    error: str | None
