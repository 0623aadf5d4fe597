"""What a letter's record looks like to those who read it: frozen values, free of the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from letterbox.domain.limits.calendar import CountedDay
from letterbox.domain.search import Hit
from letterbox.services.records.event_view import EventView


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a list. ``due_at`` and ``due_kind`` are those of its earliest open limit; ``hits``: where the words that
    were looked for stand."""

    number: str
    title: str
    category: str | None
    status: str
    urgent: bool
    red_flag: bool
    important: bool
    channel: str
    received_at: datetime
    lead_unit: str | None
    lead_unit_name: str | None
    due_at: datetime | None
    due_kind: str | None
    is_overdue: bool
    has_broken_promise: bool
    hits: tuple[Hit, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class WriterView:
    """``is_masked``: the reader may not know who accuses (A5); the values are then dashes."""

    name: str
    phone: str
    email: str
    address: str
    contact_remark: str
    is_masked: bool


@dataclass(frozen=True, slots=True)
class LimitView:
    """``days`` explain the due date one by one; ``in_time`` is None while the limit runs or when it was voided."""

    id: int
    kind: str
    unit: str | None
    unit_name: str | None
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    voided_at: datetime | None
    provisional: bool
    in_time: bool | None
    paused_days: int
    rule_id: str
    days: tuple[CountedDay, ...]
    length: int
    length_unit: str
    fault_days: int = 0

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.voided_at is None


@dataclass(frozen=True, slots=True)
class ReplyView:
    round: int
    unit: str
    body: str
    unmet_demand: bool
    promise_on: date | None
    drafted_by: str
    drafted_at: datetime
    signed_by: str | None
    submitted_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactView:
    at: datetime
    means: str
    person: str
    said: str
    reached: bool
    recorded_by: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    round: int
    rubric: dict[str, Any]
    outcome: str
    comment: str
    handling_opinion: str
    reviewed_by: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class CoHandlingView:
    """``outcome`` is None while the opinion is awaited; ``due_at`` None until the unit has the letter (H10)."""

    unit: str
    unit_name: str
    dispatched_at: datetime | None
    due_at: datetime | None
    outcome: str | None
    ended_at: datetime | None
    opinion: str | None
    given_by: str | None


@dataclass(frozen=True, slots=True)
class SupervisionRoundView:
    """``outcome``: close, press_again; None until it was assessed."""

    round: int
    request: str
    asked_at: datetime
    due_at: datetime
    feedback: str | None
    answered_by: str | None
    answered_at: datetime | None
    outcome: str | None
    comment: str | None
    assessed_by: str | None
    assessed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SupervisionView:
    """``closed_at`` None while it runs; ``end_cause`` if nobody closed it (S1). ``lead_unit_name``: who had the letter when it
    began."""

    id: int
    unit: str
    unit_name: str
    lead_unit_name: str
    office: str
    cause: str
    handling_opinion: str | None
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    end_cause: str | None
    reported_at: datetime | None
    rounds: list[SupervisionRoundView]


@dataclass(frozen=True, slots=True)
class InstructionView:
    id: int
    unit: str
    unit_name: str
    instruction: str
    given_by: str
    given_at: datetime
    due_at: datetime
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    end_cause: str | None


@dataclass(frozen=True, slots=True)
class JoinedWord:
    """What the writer of a letter answered by the same reply said (A6, H11); not his words, which are for that letter."""

    number: str
    kept: bool | None


@dataclass(frozen=True, slots=True)
class PromiseView:
    """``kept``: the unit's word, ``writer_kept``: the writer's; None until given (H11).

    ``leading``: the number of the letter whose unit reports, if it is another one; ``joined``: the words of other
    writers.
    """

    id: int
    unit: str
    unit_name: str
    round: int
    promise_on: date
    kept: bool | None
    comment: str | None
    reported_by: str | None
    reported_at: datetime | None
    writer_kept: bool | None
    writer_comment: str | None
    confirmed_at: datetime | None
    is_broken: bool
    leading: str | None
    joined: list[JoinedWord]


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """``release``: of an accusation's file: waiting, released, kept_back; None of any other letter's. ``is_open``: this
    reader may have it; ``can_be_released``: what it tells of its maker can be taken out."""

    id: int
    filename: str
    size: int
    media_type: str
    release: str | None
    is_open: bool
    can_be_released: bool


@dataclass(frozen=True, slots=True)
class JoinedLetter:
    """A letter that waits, or waited, for the reply of the one whose record this stands in (A6); who wrote it is not said."""

    number: str
    title: str
    body: str
    status: str
    received_at: datetime
    attachments: list[AttachmentView]


@dataclass(frozen=True, slots=True)
class EvaluationView:
    satisfied: bool
    solved: bool
    comment: str
    evaluated_at: datetime


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """Everything about a letter that its reader may know."""

    letter_id: int
    number: str
    title: str
    body: str
    place: str | None
    channel: str
    channel_reference: str | None
    category: str | None
    matter: str | None
    scope: str | None
    is_public: bool
    urgent: bool
    red_flag: bool
    important: bool
    written_at: datetime | None
    received_at: datetime
    status: str
    lead_unit: str | None
    lead_unit_name: str | None
    accused_unit: str | None
    accused_stated: bool
    failed_reviews: int
    suggestion: dict[str, Any] | None
    answered_at: datetime | None
    closed_at: datetime | None
    writer: WriterView
    may_unmask: bool
    events: list[EventView]
    limits: list[LimitView]
    replies: list[ReplyView]
    contacts: list[ContactView]
    reviews: list[ReviewView]
    co_handlings: list[CoHandlingView]
    supervisions: list[SupervisionView]
    instructions: list[InstructionView]
    promises: list[PromiseView]
    attachments: list[AttachmentView]
    joined: list[JoinedLetter]
    evaluation: EvaluationView | None
