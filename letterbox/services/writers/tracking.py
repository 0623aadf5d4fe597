"""The writer's page: status and dated timeline in plain words, the reply as soon as it is delivered (H2, P3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from letterbox.domain.clock import Clock
from letterbox.domain.errors import NotFound
from letterbox.domain.limits import remaining
from letterbox.domain.vocabulary import FINAL_STATUSES, LetterStatus, LimitKind
from letterbox.services.access.writer_sessions import WriterSessions
from letterbox.services.case.secrecy import own_words
from letterbox.services.case.standing import Act, is_in_place
from letterbox.services.records.views import EvaluationView
from letterbox.services.rules.rulebook import Rulebook
from letterbox.services.writers.acts import NO_SUCH_LETTER, WritersSide
from letterbox.services.writers.own_letter import (
    Decline,
    DeliveredReply,
    TimelineEntry,
    TrackedPromise,
    read_own,
    timeline,
)
from letterbox.services.writers.recovery import Recovery
from letterbox.services.writers.words import SENTENCES
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit

TICKET_LASTS = timedelta(minutes=30)
LETTER = "letter"
SHOWN_LIMITS = {LimitKind.SCREENING: "最迟 {} 决定是否受理、交谁办理。", LimitKind.REPLY: "最迟 {} 答复您。"}


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
        self,
        database: Database,
        clock: Clock,
        rulebook: Rulebook,
        writers: WritersSide,
        sessions: WriterSessions,
        recovery: Recovery,
    ) -> None:
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
            own = read_own(session, letter, self._clock.now())
        due_words, due_at = self._due(own.limits) if letter.status not in FINAL_STATUSES else ("", None)
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
            sentence=SENTENCES[LetterStatus(letter.status)].format(unit=own.unit_name or "有关单位"),
            timeline=timeline(own.events, own.unit_name),
            reply=own.reply,
            due_words=due_words,
            due_at=due_at,
            can_supplement=is_in_place(Act.SUPPLEMENT, letter.status),
            can_withdraw=is_in_place(Act.WITHDRAW, letter.status),
            can_evaluate=own.evaluate_until is not None and self._clock.now() <= own.evaluate_until,
            evaluate_until=own.evaluate_until,
            question=own.question if letter.status == LetterStatus.AWAITING_SUPPLEMENT else None,
            question_due_at=own.question_due_at,
            decline=own.decline,
            evaluation=own.evaluation,
            promises=own.promises,
            asked_category=own.asked_category,
        )

    def _due(self, open_limits: dict[str, Limit]) -> tuple[str, datetime | None]:
        """Until when the office or the unit must act next; empty once overdue: the writer is told nothing untrue."""
        for kind, words in SHOWN_LIMITS.items():
            limit = open_limits.get(kind)
            if limit is not None and limit.due_at >= self._clock.now():
                said = remaining.by_when(limit.due_at, self._clock.now(), provisional=limit.provisional)
                return words.format(said), limit.due_at
        return "", None
