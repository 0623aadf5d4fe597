"""The parts of a letter's record, each by one query."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.limits.calendar import CountedDay, WorkCalendar
from letterbox.domain.limits.time_limits import START_DAY, LengthUnit, due_after_calendar_days, office_day
from letterbox.domain.vocabulary import EventName
from letterbox.services.records.views import ContactView, EvaluationView, EventView, LimitView, ReplyView, ReviewView
from letterbox.store.letters import LetterEvent
from letterbox.store.limits import Limit
from letterbox.store.replies import Contact, Evaluation, Reply, Review


def events(session: Session, letter_id: int, *, with_unmaskings: bool) -> list[EventView]:
    """Who unmasked a writer is for those who may do so themselves (A5)."""
    query = select(LetterEvent).where(LetterEvent.letter_id == letter_id).order_by(LetterEvent.id)
    if not with_unmaskings:
        query = query.where(LetterEvent.name != EventName.WRITER_UNMASKED)
    return [EventView(r.name, r.at, r.by_kind, r.by_name, r.by_role, r.by_unit, r.data) for r in session.scalars(query)]


def limits(session: Session, letter_id: int, unit_names: dict[str, str], calendar: WorkCalendar) -> list[LimitView]:
    rows = session.scalars(select(Limit).where(Limit.letter_id == letter_id).order_by(Limit.started_at, Limit.id))
    return [
        LimitView(
            r.id, r.kind, r.unit_code, unit_names.get(r.unit_code or ""), r.started_at, r.due_at, r.ended_at, r.voided_at,
            r.provisional, r.in_time, r.paused_days, r.rule_id, why(r, calendar), r.length, r.length_unit, r.fault_days,
        )
        for r in rows
    ]  # fmt: skip


def why(limit: Limit, calendar: WorkCalendar) -> tuple[CountedDay, ...]:
    """Day by day from the start to the due date, by today's calendar."""
    start, last = office_day(limit.started_at), office_day(limit.due_at)
    if limit.length_unit == LengthUnit.CALENDAR_DAYS:
        own = due_after_calendar_days(limit.started_at, limit.length, calendar)
        return (*own.days, *calendar.trace(own.due_on, last).days)
    return (CountedDay(start, counts=False, why=START_DAY), *calendar.trace(start, last).days)


def replies(session: Session, letter_id: int) -> list[ReplyView]:
    rows = session.scalars(select(Reply).where(Reply.letter_id == letter_id).order_by(Reply.round))
    return [
        ReplyView(
            r.round, r.unit_code, r.body, r.unmet_demand, r.promise_on, r.drafted_by, r.drafted_at, r.signed_by,
            r.submitted_at, r.delivered_at,
        )
        for r in rows
    ]  # fmt: skip


def contacts(session: Session, letter_id: int) -> list[ContactView]:
    rows = session.scalars(select(Contact).where(Contact.letter_id == letter_id).order_by(Contact.at, Contact.id))
    return [ContactView(r.at, r.means, r.person, r.said, r.reached, r.recorded_by) for r in rows]


def reviews(session: Session, letter_id: int) -> list[ReviewView]:
    query = select(Review, Reply.round).join(Reply, Reply.id == Review.reply_id).where(Review.letter_id == letter_id)
    return [
        ReviewView(number, r.rubric, r.outcome, r.comment, r.handling_opinion, r.reviewed_by, r.reviewed_at)
        for r, number in session.execute(query.order_by(Review.id))
    ]


def evaluation(session: Session, letter_id: int) -> EvaluationView | None:
    query = select(Evaluation).where(Evaluation.letter_id == letter_id).order_by(Evaluation.id.desc()).limit(1)
    row = session.scalars(query).first()
    return EvaluationView(row.satisfied, row.solved, row.comment, row.evaluated_at) if row else None
