"""What must be known of a letter to reposition its process, and the withdrawing of commands that the new position makes
void."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select, update

from letterbox.outbox.due_moves import DRAFTING
from letterbox.services.case.case import Case
from letterbox.store.commands import CommandStatus, OutboxCommand, OutboxLane
from letterbox.store.letters import LetterEvent
from letterbox.store.limits import Limit


def unsent(case: Case, status: CommandStatus) -> int:
    """How many commands of the letter's own lane have this status."""
    query = select(func.count()).where(
        OutboxCommand.letter_id == case.letter.id,
        OutboxCommand.lane == OutboxLane.LETTER,
        OutboxCommand.status == status,
    )
    return case.session.scalar(query) or 0


def withdraw_stopped(case: Case) -> None:
    """Withdraw the commands that the engine refused at the old position: the new position already includes their
    effect."""
    query = update(OutboxCommand).where(
        OutboxCommand.letter_id == case.letter.id,
        OutboxCommand.lane == OutboxLane.LETTER,
        OutboxCommand.status == CommandStatus.STOPPED,
    )
    case.session.execute(query.values(status=CommandStatus.SUPERSEDED, finished_at=datetime.now(UTC)))


def open_kinds(case: Case) -> frozenset[str]:
    return frozenset(limit.kind for limit in case.limits.running())


def due_instants(case: Case) -> dict[str, datetime]:
    """Kind of limit → due instant of the last limit of that kind, open or ended."""
    query = select(Limit.kind, Limit.due_at).where(Limit.letter_id == case.letter.id).order_by(Limit.id)
    return dict(case.session.execute(query).all())


def drafting_due(case: Case) -> datetime | None:
    """The instant by which the unit drafts: the due instant of the reply or redo limit that began last."""
    query = select(Limit.due_at).where(Limit.letter_id == case.letter.id, Limit.kind.in_(DRAFTING))
    return case.session.scalars(query.order_by(Limit.id.desc()).limit(1)).first()


def event_names(case: Case) -> list[str]:
    query = select(LetterEvent.name).where(LetterEvent.letter_id == case.letter.id).order_by(LetterEvent.id)
    return list(case.session.scalars(query))
