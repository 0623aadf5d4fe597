"""The parts of a letter's record that run beside its own way, each by one query."""

from __future__ import annotations

from collections.abc import Collection
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
from letterbox.store.beside import CoHandling, Instruction, Promise, Supervision, SupervisionRound
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit
from letterbox.store.people import Unit


def co_handlings(session: Session, letter_id: int) -> list[CoHandlingView]:
    query = select(CoHandling, Unit.name, Limit.due_at).join(Unit, Unit.code == CoHandling.unit_code)
    query = query.outerjoin(Limit, Limit.id == CoHandling.limit_id).where(CoHandling.letter_id == letter_id)
    return [
        CoHandlingView(r.unit_code, name, r.dispatched_at, due_at, r.outcome, r.ended_at, r.opinion, r.given_by)
        for r, name, due_at in session.execute(query.order_by(CoHandling.id))
    ]


def supervisions(session: Session, letter_id: int, units: Collection[str] | None) -> list[SupervisionView]:
    """``units``: only of these; None: all."""
    query = select(Supervision, Unit.name, Limit.due_at).join(Unit, Unit.code == Supervision.unit_code)
    query = query.join(Limit, Limit.id == Supervision.limit_id)
    query = query.where(Supervision.letter_id == letter_id, _of(Supervision.unit_code, units))
    return [
        SupervisionView(
            r.id, r.unit_code, name, r.office, r.cause, r.handling_opinion, r.opened_at, r.opened_by, r.closed_at,
            r.end_cause, r.reported_at, _rounds(session, r.id, due_at),
        )
        for r, name, due_at in session.execute(query.order_by(Supervision.id)).all()
    ]  # fmt: skip


def _rounds(session: Session, supervision_id: int, due_at: datetime) -> list[SupervisionRoundView]:
    """``due_at``: of the present round, whose limit may have moved since it was asked."""
    query = select(SupervisionRound).where(SupervisionRound.supervision_id == supervision_id)
    rows = list(session.scalars(query.order_by(SupervisionRound.round)))
    return [
        SupervisionRoundView(
            r.round, r.request, r.asked_at, due_at if r is rows[-1] else r.due_at, r.feedback, r.answered_by,
            r.answered_at, r.outcome, r.comment,
            r.assessed_by, r.assessed_at,
        )
        for r in rows
    ]  # fmt: skip


def instructions(session: Session, letter_id: int, units: Collection[str] | None) -> list[InstructionView]:
    """``units``: only of these; None: all."""
    query = select(Instruction, Unit.name, Limit.due_at).join(Unit, Unit.code == Instruction.unit_code)
    query = query.join(Limit, Limit.id == Instruction.limit_id)
    query = query.where(Instruction.letter_id == letter_id, _of(Instruction.unit_code, units))
    return [
        InstructionView(
            r.id, r.unit_code, name, r.instruction, r.given_by, r.given_at, due_at, r.answer, r.answered_by, r.answered_at,
            r.end_cause,
        )
        for r, name, due_at in session.execute(query.order_by(Instruction.id))
    ]  # fmt: skip


def promises(session: Session, letter_id: int) -> list[PromiseView]:
    leading = aliased(Promise)
    query = select(Promise, Unit.name, Letter.number, broken_promise()).join(Unit, Unit.code == Promise.unit_code)
    query = query.outerjoin(leading, leading.id == Promise.leading_id).outerjoin(Letter, Letter.id == leading.letter_id)
    return [
        PromiseView(
            r.id, r.unit_code, name, r.round, r.promise_on, r.kept, r.comment, r.reported_by, r.reported_at,
            r.writer_kept, r.writer_comment, r.confirmed_at, bool(is_broken), number, _joined_words(session, r.id),
        )
        for r, name, number, is_broken in session.execute(
            query.where(Promise.letter_id == letter_id).order_by(Promise.id)
        )
    ]  # fmt: skip


def _joined_words(session: Session, promise_id: int) -> list[JoinedWord]:
    query = select(Letter.number, Promise.writer_kept).join(Letter, Letter.id == Promise.letter_id)
    found = session.execute(query.where(Promise.leading_id == promise_id).order_by(Letter.id))
    return [JoinedWord(number, kept) for number, kept in found]


def broken_promise() -> ColumnElement[bool]:
    """By the unit's word, the writer's or that of any writer whom the same reply answered (H11)."""
    joined = aliased(Promise)
    by_joined = select(joined.id).where(joined.leading_id == Promise.id, joined.writer_kept.is_(False)).exists()
    return or_(Promise.kept.is_(False), Promise.writer_kept.is_(False), by_joined)


def _of(column: InstrumentedAttribute[str], units: Collection[str] | None) -> ColumnElement[bool]:
    return column.is_not(None) if units is None else column.in_(sorted(units))
