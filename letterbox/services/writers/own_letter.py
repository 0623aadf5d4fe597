"""What the tables hold of a letter for its writer, as values for his page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.events.event import Event
from letterbox.domain.events.limits import LetterClosed
from letterbox.domain.events.screening import (
    CategoryChangeRefused,
    LetterDeclined,
    LetterRecategorised,
    SupplementRequested,
)
from letterbox.domain.events.words import WRITER_WORDS
from letterbox.domain.status import MOVES, project
from letterbox.domain.vocabulary import FINAL_STATUSES, EventName, LetterStatus, LimitKind
from letterbox.domain.words import ADVICE, GROUNDS
from letterbox.services.procedure.recategorising import is_asked as is_asked_category
from letterbox.services.procedure.recategorising import open_request
from letterbox.services.records import read as record_parts
from letterbox.services.records.views import EvaluationView
from letterbox.services.side_processes.promises import is_asked
from letterbox.services.writers.words import note_of
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.limits import Limit
from letterbox.store.replies import Reply
from letterbox.store.side_processes import Promise
from letterbox.store.unit_names import UnitNames, unit_names_then

UNSETTLED = frozenset({"withdrawn", "declined"})


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    at: datetime
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class DeliveredReply:
    unit_name: str
    body: str
    delivered_at: datetime


@dataclass(frozen=True, slots=True)
class Decline:
    ground: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class TrackedPromise:
    """A promise of the reply (H11). ``kept``: the unit's word, ``own_word``: the writer's; None until given."""

    unit_name: str
    promise_on: date
    kept: bool | None
    comment: str
    own_word: bool | None
    is_asked: bool


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """What the tables hold of a letter for its writer. ``unit_name``: who has it now. ``limits``: those that run, by kind."""

    unit_name: str
    names: UnitNames
    events: list[LetterEvent]
    limits: dict[str, Limit]
    reply: DeliveredReply | None
    evaluation: EvaluationView | None
    promises: list[TrackedPromise]
    asked_category: str | None

    @property
    def question(self) -> str | None:
        """What the writer was asked last."""
        asked = [event.question for each in self.events if isinstance(event := each.event, SupplementRequested)]
        return asked[-1] if asked else None

    @property
    def decline(self) -> Decline | None:
        for each in reversed(self.events):
            if isinstance(event := each.event, LetterDeclined):
                return Decline(GROUNDS[event.ground], event.reason, ADVICE[event.ground])
        return None

    @property
    def evaluate_until(self) -> datetime | None:
        limit = self.limits.get(LimitKind.EVALUATION)
        return limit.due_at if limit else None

    @property
    def question_due_at(self) -> datetime | None:
        limit = self.limits.get(LimitKind.SUPPLEMENT)
        return limit.due_at if limit else None


def read_own(session: Session, letter: Letter, now: datetime) -> OwnLetter:
    events = select(LetterEvent).where(LetterEvent.letter_id == letter.id).order_by(LetterEvent.id)
    running = select(Limit).where(Limit.letter_id == letter.id, Limit.is_open)
    names = unit_names_then(session)
    request = open_request(session, letter.id) if is_asked_category(session, letter.id, letter.status) else None
    return OwnLetter(
        unit_name=names.of(letter.lead_unit, now),
        names=names,
        events=list(session.scalars(events)),
        limits={limit.kind: limit for limit in session.scalars(running)},
        reply=_reply(session, letter, names),
        evaluation=record_parts.evaluation(session, letter.id),
        promises=_promises(session, letter, names, now),
        asked_category=request.category if request else None,
    )


def timeline(events: list[LetterEvent], names: UnitNames) -> list[TimelineEntry]:
    """What happened, in the writer's words; each unit as the event names it, under the name that it had then.

    If a letter was withdrawn or declined, that is its last entry: the closing after it says nothing more.
    """
    current = _without_replaced_questions(_in_turn(events))
    known = [event for event in current if event.name in WRITER_WORDS and not _is_close_without_answer(event.event)]
    return [
        TimelineEntry(event.at, WRITER_WORDS[EventName(event.name)], note_of(event.event, names.at(event.at)))
        for event in known
    ]


def _without_replaced_questions(events: Iterable[LetterEvent]) -> list[LetterEvent]:
    """The events without a question about the category that was replaced by another before anybody answered."""
    kept: list[LetterEvent] = []
    unanswered: LetterEvent | None = None
    for event in events:
        if event.name == EventName.CATEGORY_CHANGE_ASKED:
            kept = [each for each in kept if each is not unanswered]
            unanswered = event
        elif _is_answer(event.event):
            unanswered = None
        kept.append(event)
    return kept


def _is_answer(event: Event | None) -> bool:
    """To the question about the category."""
    return isinstance(event, CategoryChangeRefused) or (
        isinstance(event, LetterRecategorised) and bool(event.agreed_by)
    )


def _in_turn(events: list[LetterEvent]) -> Iterator[LetterEvent]:
    """The events without those that moved a letter that had ended already: they had no effect, or were undone."""
    status: LetterStatus | None = None
    for event in events:
        is_late = status in FINAL_STATUSES and event.name in MOVES and event.name != EventName.LETTER_CLOSED
        status = project(status, event.name, event.event)
        if not is_late:
            yield event


def _is_close_without_answer(event: Event | None) -> bool:
    return isinstance(event, LetterClosed) and event.outcome in UNSETTLED


def _promises(session: Session, letter: Letter, names: UnitNames, now: datetime) -> list[TrackedPromise]:
    query = select(Promise, Limit).join(Limit, Limit.id == Promise.limit_id).where(Promise.letter_id == letter.id)
    return [
        TrackedPromise(
            unit_name=names.of(each.unit_code, each.reported_at or now),
            promise_on=each.promise_on,
            kept=each.kept,
            comment=each.comment or "",
            own_word=each.writer_kept,
            is_asked=is_asked(each, limit, now),
        )
        for each, limit in session.execute(query.order_by(Promise.id))
    ]


def _reply(session: Session, letter: Letter, names: UnitNames) -> DeliveredReply | None:
    query = select(Reply).where(Reply.letter_id == letter.id, Reply.delivered_at.is_not(None))
    reply = session.scalars(query.order_by(Reply.round.desc()).limit(1)).first()
    if reply is None or reply.delivered_at is None:
        return None
    return DeliveredReply(names.of(reply.unit_code, reply.delivered_at), reply.body, reply.delivered_at)
