"""Supervisions as lists: open and closed ones, with what each waits for (S1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from letterbox.domain.page import Page, items_before
from letterbox.domain.permissions import Actor
from letterbox.services.visibility.rule import visible_to
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit
from letterbox.store.people import Unit
from letterbox.store.side_processes import Supervision, SupervisionRound

PER_PAGE = 30


class Stage(StrEnum):
    """What a supervision waits for; ``closed`` ones wait for nothing."""

    FEEDBACK = "feedback"
    ASSESSMENT = "assessment"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class SupervisionFilter:
    """Empty fields do not narrow. ``stage``: a Stage, or "open" for all that are not closed."""

    stage: str = "open"
    office: str = ""
    cause: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SupervisionLine:
    """``due_at``: until when the unit must answer; ``rounds``: how often it was asked."""

    id: int
    number: str
    title: str
    urgent: bool
    unit: str
    unit_name: str
    office: str
    cause: str
    opened_at: datetime
    due_at: datetime
    rounds: int
    stage: Stage
    closed_at: datetime | None
    reported_at: datetime | None
    end_cause: str | None


class SupervisionLists:
    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, actor: Actor, narrowed: SupervisionFilter, page: int = 1, per_page: int = PER_PAGE
    ) -> Page[SupervisionLine]:
        """Open ones by what is due first, closed ones newest first; of letters that the actor may see."""
        conditions = [visible_to(actor), *_narrowing(narrowed)]
        of_letter = Letter.id == Supervision.letter_id
        with self._database.reading() as session:
            total = (
                session.scalar(
                    select(func.count())
                    .select_from(Supervision)
                    .join(Letter, of_letter)
                    .join(SupervisionRound, _last_round())
                    .where(*conditions)
                )
                or 0
            )
            query = (
                select(
                    Supervision, Letter.number, Letter.title, Letter.urgent, Unit.name, SupervisionRound, Limit.due_at
                )
                .join(Letter, of_letter)
                .join(Unit, Unit.code == Supervision.unit_code)
                .join(SupervisionRound, _last_round())
                .join(Limit, Limit.id == Supervision.limit_id)
                .where(*conditions)
                .order_by(Supervision.closed_at.desc().nulls_first(), Limit.due_at, Supervision.id)
            )
            lines = _lines(session, query.offset(items_before(page, per_page)).limit(per_page))
        return Page(items=lines, page=page, per_page=per_page, total=total)


def _lines(session: Session, query: object) -> list[SupervisionLine]:
    return [
        SupervisionLine(
            id=row.id,
            number=number,
            title=title,
            urgent=urgent,
            unit=row.unit_code,
            unit_name=unit_name,
            office=row.office,
            cause=row.cause,
            opened_at=row.opened_at,
            due_at=due_at,
            rounds=turn.round,
            stage=_stage(row, turn),
            closed_at=row.closed_at,
            reported_at=row.reported_at,
            end_cause=row.end_cause,
        )
        for row, number, title, urgent, unit_name, turn, due_at in session.execute(query)  # type: ignore[call-overload]  # a Select
    ]


def _last_round() -> ColumnElement[bool]:
    every = aliased(SupervisionRound)
    last = select(func.max(every.round)).where(every.supervision_id == Supervision.id).correlate(Supervision)
    of_it = SupervisionRound.supervision_id == Supervision.id
    return and_(of_it, SupervisionRound.round == last.scalar_subquery())


def _stage(row: Supervision, turn: SupervisionRound) -> Stage:
    if row.closed_at is not None:
        return Stage.CLOSED
    return Stage.FEEDBACK if turn.answered_at is None else Stage.ASSESSMENT


def _narrowing(narrowed: SupervisionFilter) -> list[ColumnElement[bool]]:
    is_open, is_answered = Supervision.closed_at.is_(None), SupervisionRound.answered_at.is_not(None)
    stages = {
        "open": is_open,
        Stage.FEEDBACK: is_open & ~is_answered,
        Stage.ASSESSMENT: is_open & is_answered,
        Stage.CLOSED: ~is_open,
    }
    found: list[ColumnElement[bool]] = [stages[narrowed.stage]] if narrowed.stage in stages else []
    for column, value in (
        (Supervision.office, narrowed.office),
        (Supervision.cause, narrowed.cause),
        (Supervision.unit_code, narrowed.unit),
    ):
        if value:
            found.append(column == value)
    return found
