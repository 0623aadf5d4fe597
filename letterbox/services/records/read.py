"""The parts of a letter's record, each by one query."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.limits.calendar import CountedDay, WorkCalendar
from letterbox.domain.limits.time_limits import START_DAY, LengthUnit, due_after_calendar_days, office_day
from letterbox.domain.status import lead_after
from letterbox.domain.vocabulary import EventName
from letterbox.services.records.event_view import EventView
from letterbox.services.records.views import ContactView, EvaluationView, LimitView, ReplyView, ReviewView
from letterbox.store.letters import LetterEvent
from letterbox.store.limits import Limit
from letterbox.store.replies import Contact, Evaluation, Reply, Review
from letterbox.store.unit_names import UnitNames


def events(session: Session, letter_id: int, *, with_unmaskings: bool) -> list[EventView]:
    """The letter's events. That somebody unmasked the writer is shown only to those who may unmask too (A5)."""
    query = select(LetterEvent).where(LetterEvent.letter_id == letter_id).order_by(LetterEvent.id)
    if not with_unmaskings:
        query = query.where(LetterEvent.name != EventName.WRITER_UNMASKED)
    return [
        EventView(
            name=r.name,
            at=r.at,
            by_kind=r.by_kind,
            by_name=r.by_name,
            by_role=r.by_role,
            by_unit=r.by_unit,
            data=r.data,
        )
        for r in session.scalars(query)
    ]


def lead_at(happened: Iterable[EventView], at: datetime) -> str | None:
    """The code of the unit that had the letter at an instant."""
    unit: str | None = None
    for event in happened:
        if event.at <= at:
            unit = lead_after(unit, event.event)
    return unit


def limits(session: Session, letter_id: int, names: UnitNames, calendar: WorkCalendar) -> list[LimitView]:
    rows = session.scalars(select(Limit).where(Limit.letter_id == letter_id).order_by(Limit.started_at, Limit.id))
    return [
        LimitView(
            id=r.id,
            kind=r.kind,
            unit=r.unit_code,
            unit_name=names.of(r.unit_code, r.started_at) or None,
            started_at=r.started_at,
            due_at=r.due_at,
            ended_at=r.ended_at,
            voided_at=r.voided_at,
            provisional=r.provisional,
            in_time=r.in_time,
            paused_days=r.paused_days,
            rule_id=r.rule_id,
            days=why(r, calendar),
            length=r.length,
            length_unit=r.length_unit,
            fault_days=r.fault_days,
        )
        for r in rows
    ]


def why(limit: Limit, calendar: WorkCalendar) -> tuple[CountedDay, ...]:
    """The limit's days from its start to its due date, one by one, by today's calendar."""
    start, last = office_day(limit.started_at), office_day(limit.due_at)
    if limit.length_unit == LengthUnit.CALENDAR_DAYS:
        own = due_after_calendar_days(limit.started_at, limit.length, calendar)
        return (*own.days, *calendar.trace(own.due_on, last).days)
    return (CountedDay(start, counts=False, why=START_DAY), *calendar.trace(start, last).days)


def replies(session: Session, letter_id: int) -> list[ReplyView]:
    rows = session.scalars(select(Reply).where(Reply.letter_id == letter_id).order_by(Reply.round))
    return [
        ReplyView(
            round=r.round,
            unit=r.unit_code,
            body=r.body,
            unmet_demand=r.unmet_demand,
            promise_on=r.promise_on,
            drafted_by=r.drafted_by,
            drafted_at=r.drafted_at,
            signed_by=r.signed_by,
            submitted_at=r.submitted_at,
            delivered_at=r.delivered_at,
        )
        for r in rows
    ]


def contacts(session: Session, letter_id: int) -> list[ContactView]:
    rows = session.scalars(select(Contact).where(Contact.letter_id == letter_id).order_by(Contact.at, Contact.id))
    return [
        ContactView(at=r.at, means=r.means, person=r.person, said=r.said, reached=r.reached, recorded_by=r.recorded_by)
        for r in rows
    ]


def reviews(session: Session, letter_id: int) -> list[ReviewView]:
    query = select(Review, Reply.round).join(Reply, Reply.id == Review.reply_id).where(Review.letter_id == letter_id)
    return [
        ReviewView(
            round=number,
            rubric=r.rubric,
            outcome=r.outcome,
            comment=r.comment,
            handling_opinion=r.handling_opinion,
            reviewed_by=r.reviewed_by,
            reviewed_at=r.reviewed_at,
        )
        for r, number in session.execute(query.order_by(Review.id))
    ]


def evaluation(session: Session, letter_id: int) -> EvaluationView | None:
    query = select(Evaluation).where(Evaluation.letter_id == letter_id).order_by(Evaluation.id.desc()).limit(1)
    row = session.scalars(query).first()
    return (
        EvaluationView(satisfied=row.satisfied, solved=row.solved, comment=row.comment, evaluated_at=row.evaluated_at)
        if row
        else None
    )
