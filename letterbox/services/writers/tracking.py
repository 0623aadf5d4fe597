"""The writer's page: status and dated timeline in plain words, the reply as soon as it is delivered (H2, P3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.errors import NotFound
from letterbox.domain.events import WRITER_WORDS
from letterbox.domain.limits import remaining
from letterbox.domain.status import MOVES, project
from letterbox.domain.vocabulary import FINAL_STATUSES, EventName, LetterStatus, LimitKind
from letterbox.domain.words import ADVICE, GROUNDS
from letterbox.services.access.writer_sessions import WriterSessions
from letterbox.services.case.secrecy import own_words
from letterbox.services.case.standing import Act, is_in_place
from letterbox.services.procedure.recategorising import is_asked as is_asked_category
from letterbox.services.procedure.recategorising import open_request
from letterbox.services.records import read as record_parts
from letterbox.services.records.views import EvaluationView
from letterbox.services.rules.rulebook import Rulebook
from letterbox.services.side_processes.promises import is_asked
from letterbox.services.writers.acts import NO_SUCH_LETTER, WritersSide
from letterbox.services.writers.recovery import Recovery
from letterbox.services.writers.words import SENTENCES, note_of
from letterbox.store.beside import Promise
from letterbox.store.database import Database
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.limits import Limit
from letterbox.store.people import Unit
from letterbox.store.replies import Reply

TICKET_LASTS = timedelta(minutes=30)
LETTER = "letter"
UNSETTLED = frozenset({"withdrawn", "declined"})
SHOWN_LIMITS = {LimitKind.SCREENING: "最迟 {} 决定是否受理、交谁办理。", LimitKind.REPLY: "最迟 {} 答复您。"}


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
class Tracked:
    """A letter as its writer sees it: nothing about who handled it beyond the unit."""

    number: str
    ticket: str
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
        """Whether the writer may say now if what was promised has happened."""
        return any(promise.is_asked for promise in self.promises)


class Tracking:
    """``open`` takes the code once and gives a ticket of half an hour; everything after it takes the ticket.

    The ticket is known to the server: after ``leave`` a copy of it opens nothing.
    """

    def __init__(
        self, database: Database, clock: Clock, rulebook: Rulebook, writers: WritersSide, sessions: WriterSessions,
        recovery: Recovery,
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._rulebook = rulebook
        self._writers = writers
        self._sessions = sessions
        self._recovery = recovery

    def read(self, number: str, code: str, client_key: str) -> Tracked:
        """Like ``open`` for a mere reading: nothing is kept, and a lost code that was replaced stays good."""
        return self._tracked(self._writers.open(number, code, client_key, settles=False).number, "")

    def open(self, number: str, code: str, client_key: str) -> Tracked:
        """Raises NotFound (unknown number and wrong code alike), TooManyAttempts."""
        opened = self._writers.open(number, code, client_key)
        return self._tracked(opened.number, self._sessions.keep({LETTER: opened.number}, TICKET_LASTS))

    def view(self, number: str, ticket: str) -> Tracked:
        """Raises NotFound if the ticket is another letter's or too old."""
        self._check(number, ticket)
        return self._tracked(number, ticket)

    def leave(self, ticket: str) -> None:
        """The ticket is void from now on, whoever has a copy."""
        self._sessions.end(ticket)

    def supplement(self, number: str, ticket: str, body: str, uploads: tuple[str, ...] = ()) -> None:
        self._check(number, ticket)
        self._writers.supplement(number, body, uploads)

    def withdraw(self, number: str, ticket: str, reason: str) -> None:
        self._check(number, ticket)
        self._writers.withdraw(number, reason)

    def evaluate(self, number: str, ticket: str, *, satisfied: bool, solved: bool, comment: str) -> None:
        self._check(number, ticket)
        self._writers.evaluate(number, satisfied=satisfied, solved=solved, comment=comment)

    def promise(self, number: str, ticket: str, *, kept: bool, comment: str) -> None:
        """The writer's word on the promise that is asked about."""
        self._check(number, ticket)
        self._writers.confirm_promise(number, kept=kept, comment=comment)

    def category(self, number: str, ticket: str, *, agrees: bool, comment: str) -> None:
        """The writer's word on what the office would make of his accusation (A5)."""
        self._check(number, ticket)
        self._writers.answer_category(number, agrees=agrees, comment=comment)

    def recover(self, number: str, contact: str, client_key: str) -> None:
        self._recovery.ask(number, contact, client_key)

    def _check(self, number: str, ticket: str) -> None:
        kept = self._sessions.kept(ticket)
        if kept is None or kept.get(LETTER) != number:
            raise NotFound(NO_SUCH_LETTER)

    def _tracked(self, number: str, ticket: str) -> Tracked:
        with self._database.reading() as session:
            letter = session.scalars(select(Letter).where(Letter.number == number)).one()
            events = _events(session, letter)
            open_limits = _open_limits(session, letter)
            unit = session.get(Unit, letter.lead_unit) if letter.lead_unit else None
            unit_name = unit.name if unit else ""
            reply = _reply(session, letter, unit_name)
            evaluation = record_parts.evaluation(session, letter.id)
            promises = _promises(session, letter, self._clock.now())
            request = open_request(session, letter.id) if is_asked_category(session, letter.id, letter.status) else None
        waiting = open_limits.get(LimitKind.SUPPLEMENT)
        evaluating = open_limits.get(LimitKind.EVALUATION)
        due_words, due_at = self._due(open_limits) if letter.status not in FINAL_STATUSES else ("", None)
        title, body = own_words(letter)
        return Tracked(
            number=number,
            ticket=ticket,
            title=title,
            body=body,
            category=letter.category,
            place=letter.place,
            received_at=letter.received_at,
            is_public=letter.is_public,
            status=letter.status,
            sentence=SENTENCES[LetterStatus(letter.status)].format(unit=unit_name or "有关单位"),
            timeline=timeline(events, unit_name),
            reply=reply,
            due_words=due_words,
            due_at=due_at,
            can_supplement=is_in_place(Act.SUPPLEMENT, letter.status),
            can_withdraw=is_in_place(Act.WITHDRAW, letter.status),
            can_evaluate=evaluating is not None and self._clock.now() <= evaluating.due_at,
            evaluate_until=evaluating.due_at if evaluating else None,
            question=_question(events) if letter.status == LetterStatus.AWAITING_SUPPLEMENT else None,
            question_due_at=waiting.due_at if waiting else None,
            decline=_decline(events),
            evaluation=evaluation,
            promises=promises,
            asked_category=request.category if request else None,
        )

    def _due(self, open_limits: dict[str, Limit]) -> tuple[str, datetime | None]:
        """Until when the office or the unit must act next; empty once overdue: the writer is told nothing untrue."""
        for kind, words in SHOWN_LIMITS.items():
            limit = open_limits.get(kind)
            if limit is not None and limit.due_at >= self._clock.now():
                said = remaining.by_when(limit.due_at, self._clock.now(), provisional=limit.provisional)
                return words.format(said), limit.due_at
        return "", None


def _events(session: Session, letter: Letter) -> list[LetterEvent]:
    query = select(LetterEvent).where(LetterEvent.letter_id == letter.id)
    return list(session.scalars(query.order_by(LetterEvent.id)))


def _open_limits(session: Session, letter: Letter) -> dict[str, Limit]:
    running = select(Limit).where(Limit.letter_id == letter.id, Limit.is_open)
    return {limit.kind: limit for limit in session.scalars(running)}


def timeline(events: list[LetterEvent], unit_name: str) -> list[TimelineEntry]:
    """What happened in the writer's words. A letter withdrawn or declined ends with that: nobody settled it."""
    known = [event for event in _in_turn(events) if event.name in WRITER_WORDS and not _is_unsettled_end(event)]
    return [
        TimelineEntry(event.at, WRITER_WORDS[EventName(event.name)], note_of(event.name, event.data, unit_name))
        for event in known
    ]


def _in_turn(events: list[LetterEvent]) -> Iterator[LetterEvent]:
    """Without what moved a letter that had ended already: it never had an effect, or was undone."""
    status: LetterStatus | None = None
    for event in events:
        is_late = status in FINAL_STATUSES and event.name in MOVES and event.name != EventName.LETTER_CLOSED
        status = project(status, event.name, event.data)
        if not is_late:
            yield event


def _is_unsettled_end(event: LetterEvent) -> bool:
    return event.name == EventName.LETTER_CLOSED and event.data.get("outcome") in UNSETTLED


def _promises(session: Session, letter: Letter, now: datetime) -> list[TrackedPromise]:
    query = select(Promise, Unit.name, Limit).join(Unit, Unit.code == Promise.unit_code)
    query = query.join(Limit, Limit.id == Promise.limit_id).where(Promise.letter_id == letter.id)
    return [
        TrackedPromise(
            name, each.promise_on, each.kept, each.comment or "", each.writer_kept, is_asked(each, limit, now)
        )
        for each, name, limit in session.execute(query.order_by(Promise.id))
    ]


def _reply(session: Session, letter: Letter, unit_name: str) -> DeliveredReply | None:
    query = select(Reply).where(Reply.letter_id == letter.id, Reply.delivered_at.is_not(None))
    reply = session.scalars(query.order_by(Reply.round.desc()).limit(1)).first()
    if reply is None or reply.delivered_at is None:
        return None
    return DeliveredReply(unit_name, reply.body, reply.delivered_at)


def _question(events: list[LetterEvent]) -> str | None:
    asked = [event.data.get("question") for event in events if event.name == EventName.SUPPLEMENT_REQUESTED]
    return str(asked[-1]) if asked else None


def _decline(events: list[LetterEvent]) -> Decline | None:
    for event in reversed(events):
        if event.name == EventName.LETTER_DECLINED:
            ground = str(event.data.get("ground"))
            return Decline(GROUNDS.get(ground, ""), str(event.data.get("reason") or ""), ADVICE.get(ground, ""))
    return None
