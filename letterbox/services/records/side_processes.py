"""The side processes in a letter's record, each kind by one query."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from letterbox.services.records.views import (
    CoHandlingView,
    InstructionView,
    JoinedWord,
    PromiseView,
    SupervisionRoundView,
    SupervisionView,
)
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit
from letterbox.store.side_processes import CoHandling, Instruction, Promise, Supervision, SupervisionRound
from letterbox.store.unit_names import UnitNames


def co_handlings(session: Session, letter_id: int, names: UnitNames) -> list[CoHandlingView]:
    query = select(CoHandling, Limit.due_at).outerjoin(Limit, Limit.id == CoHandling.limit_id)
    query = query.where(CoHandling.letter_id == letter_id)
    return [
        CoHandlingView(
            unit=r.unit_code,
            unit_name=names.of(r.unit_code, r.dispatched_at),
            dispatched_at=r.dispatched_at,
            due_at=due_at,
            outcome=r.outcome,
            ended_at=r.ended_at,
            opinion=r.opinion,
            given_by=r.given_by,
        )
        for r, due_at in session.execute(query.order_by(CoHandling.id))
    ]


def supervisions(
    session: Session,
    letter_id: int,
    units: Collection[str] | None,
    names: UnitNames,
    lead_at: Callable[[datetime], str],
) -> list[SupervisionView]:
    """``units``: only those of these units; None: all. ``lead_at``: says who led the letter at an instant."""
    query = select(Supervision, Limit.due_at).join(Limit, Limit.id == Supervision.limit_id)
    query = query.where(Supervision.letter_id == letter_id, _of(Supervision.unit_code, units))
    return [
        SupervisionView(
            id=r.id,
            unit=r.unit_code,
            unit_name=names.of(r.unit_code, r.opened_at),
            lead_unit_name=lead_at(r.opened_at),
            office=r.office,
            cause=r.cause,
            handling_opinion=r.handling_opinion,
            opened_at=r.opened_at,
            opened_by=r.opened_by,
            closed_at=r.closed_at,
            end_cause=r.end_cause,
            reported_at=r.reported_at,
            rounds=_rounds(session, r.id, due_at),
        )
        for r, due_at in session.execute(query.order_by(Supervision.id)).all()
    ]


def _rounds(session: Session, supervision_id: int, due_at: datetime) -> list[SupervisionRoundView]:
    """``due_at``: of the present round, whose limit may have moved since it was asked."""
    query = select(SupervisionRound).where(SupervisionRound.supervision_id == supervision_id)
    rows = list(session.scalars(query.order_by(SupervisionRound.round)))
    return [
        SupervisionRoundView(
            round=r.round,
            request=r.request,
            asked_at=r.asked_at,
            due_at=due_at if r is rows[-1] else r.due_at,
            feedback=r.feedback,
            answered_by=r.answered_by,
            answered_at=r.answered_at,
            outcome=r.outcome,
            comment=r.comment,
            assessed_by=r.assessed_by,
            assessed_at=r.assessed_at,
        )
        for r in rows
    ]


def instructions(
    session: Session, letter_id: int, units: Collection[str] | None, names: UnitNames
) -> list[InstructionView]:
    """``units``: only those of these units; None: all."""
    query = select(Instruction, Limit.due_at).join(Limit, Limit.id == Instruction.limit_id)
    query = query.where(Instruction.letter_id == letter_id, _of(Instruction.unit_code, units))
    return [
        InstructionView(
            id=r.id,
            unit=r.unit_code,
            unit_name=names.of(r.unit_code, r.given_at),
            instruction=r.instruction,
            given_by=r.given_by,
            given_at=r.given_at,
            due_at=due_at,
            answer=r.answer,
            answered_by=r.answered_by,
            answered_at=r.answered_at,
            end_cause=r.end_cause,
        )
        for r, due_at in session.execute(query.order_by(Instruction.id))
    ]


def promises(session: Session, letter_id: int, names: UnitNames) -> list[PromiseView]:
    leading = aliased(Promise)
    query = (
        select(Promise, Letter.number, broken_promise())
        .outerjoin(leading, leading.id == Promise.leading_id)
        .outerjoin(Letter, Letter.id == leading.letter_id)
    )
    return [
        PromiseView(
            id=r.id,
            unit=r.unit_code,
            unit_name=names.of(r.unit_code, r.reported_at),
            round=r.round,
            promise_on=r.promise_on,
            kept=r.kept,
            comment=r.comment,
            reported_by=r.reported_by,
            reported_at=r.reported_at,
            writer_kept=r.writer_kept,
            writer_comment=r.writer_comment,
            confirmed_at=r.confirmed_at,
            is_broken=bool(is_broken),
            leading=number,
            joined=_joined_words(session, r.id),
        )
        for r, number, is_broken in session.execute(query.where(Promise.letter_id == letter_id).order_by(Promise.id))
    ]


def _joined_words(session: Session, promise_id: int) -> list[JoinedWord]:
    query = select(Letter.number, Promise.writer_kept).join(Letter, Letter.id == Promise.letter_id)
    found = session.execute(query.where(Promise.leading_id == promise_id).order_by(Letter.id))
    return [JoinedWord(number, kept) for number, kept in found]


def broken_promise() -> ColumnElement[bool]:
    """A condition on promises: broken by the unit's word, the writer's, or that of any writer answered by the same
    reply (H11)."""
    joined = aliased(Promise)
    by_joined = select(joined.id).where(joined.leading_id == Promise.id, joined.writer_kept.is_(False)).exists()
    return or_(Promise.kept.is_(False), Promise.writer_kept.is_(False), by_joined)


def _of(column: InstrumentedAttribute[str], units: Collection[str] | None) -> ColumnElement[bool]:
    return column.is_not(None) if units is None else column.in_(sorted(units))
