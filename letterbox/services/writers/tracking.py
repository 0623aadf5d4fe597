"""The writer's page: status and dated timeline in plain words, the reply as soon as it is delivered (H2, P3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.limits import remaining
from letterbox.domain.vocabulary import FINAL_STATUSES, LetterStatus, LimitKind
from letterbox.services.case.secrecy import own_words
from letterbox.services.case.standing import Act, is_in_place
from letterbox.services.records.views import EvaluationView
from letterbox.services.writers.own_letter import (
    Decline,
    DeliveredReply,
    TimelineEntry,
    TrackedPromise,
    read_own,
    timeline,
)
from letterbox.services.writers.words import SENTENCES
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit

SHOWN_LIMITS = {LimitKind.SCREENING: "最迟 {} 决定是否受理、交谁办理。", LimitKind.REPLY: "最迟 {} 答复您。"}


@dataclass(frozen=True, slots=True)
class Tracked:
    """A letter as its writer sees it: nothing about who handled it beyond the unit."""

    number: str
    title: str
    body: str
    category: str | None
    place: str | None
    received_at: datetime
    is_public: bool
    status: str
    sentence: str
    timeline: list[TimelineEntry]
    reply: DeliveredReply | None
    due_words: str
    due_at: datetime | None
    can_supplement: bool
    can_withdraw: bool
    can_evaluate: bool
    evaluate_until: datetime | None
    question: str | None
    question_due_at: datetime | None
    decline: Decline | None
    evaluation: EvaluationView | None
    promises: list[TrackedPromise]
    asked_category: str | None
    """What the office would make of his accusation, if it waits for his word (A5)."""

    @property
    def can_category(self) -> bool:
        return self.asked_category is not None

    @property
    def can_promise(self) -> bool:
        """Whether the writer may now say if what was promised has happened."""
        return any(promise.is_asked for promise in self.promises)


def tracked(session: Session, number: str, now: datetime) -> Tracked:
    """The letter as its writer sees it at ``now``."""
    letter = session.scalars(select(Letter).where(Letter.number == number)).one()
    own = read_own(session, letter, now)
    due_words, due_at = _due(own.limits, now) if letter.status not in FINAL_STATUSES else ("", None)
    title, body = own_words(letter)
    return Tracked(
        number=number,
        title=title,
        body=body,
        category=letter.category,
        place=letter.place,
        received_at=letter.received_at,
        is_public=letter.is_public,
        status=letter.status,
        sentence=SENTENCES[LetterStatus(letter.status)].format(unit=own.unit_name or "有关单位"),
        timeline=timeline(own.events, own.names),
        reply=own.reply,
        due_words=due_words,
        due_at=due_at,
        can_supplement=is_in_place(Act.SUPPLEMENT, letter.status),
        can_withdraw=is_in_place(Act.WITHDRAW, letter.status),
        can_evaluate=own.evaluate_until is not None and now <= own.evaluate_until,
        evaluate_until=own.evaluate_until,
        question=own.question if letter.status == LetterStatus.AWAITING_SUPPLEMENT else None,
        question_due_at=own.question_due_at,
        decline=own.decline,
        evaluation=own.evaluation,
        promises=own.promises,
        asked_category=own.asked_category,
    )


def _due(limits: Mapping[str, Limit], now: datetime) -> tuple[str, datetime | None]:
    """Until when the office or the unit has to act next; empty once that is overdue, so that the writer is told nothing
    untrue."""
    for kind, words in SHOWN_LIMITS.items():
        limit = limits.get(kind)
        if limit is not None and limit.due_at >= now:
            return words.format(remaining.by_when(limit.due_at, now, provisional=limit.provisional)), limit.due_at
    return "", None
