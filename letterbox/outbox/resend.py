"""Outbox rows that an operator deals with: tried once more, given up, sent again because the engine lost them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from letterbox.store.commands import CommandStatus, OutboxCommand

LetterLane = tuple[int, str]


def reopen(session: Session, row_id: int) -> LetterLane | None:
    """Let a stopped command be tried once more, or a waiting one now; answers its letter and lane, None if it is neither.

    Its count of attempts stays, so that one that nobody waits for stops again at once.
    """
    is_open = OutboxCommand.status.in_([CommandStatus.STOPPED, CommandStatus.PENDING])
    is_it = (OutboxCommand.id == row_id) & is_open
    return _changed(session, is_it, status=CommandStatus.PENDING, available_at=datetime.now(UTC))


def give_up(session: Session, row_id: int) -> LetterLane | None:
    """A stopped command is not sent any more; answers as ``reopen``."""
    is_it = (OutboxCommand.id == row_id) & (OutboxCommand.status == CommandStatus.STOPPED)
    return _changed(session, is_it, status=CommandStatus.SUPERSEDED, finished_at=datetime.now(UTC))


def recall(session: Session, is_it: ColumnElement[bool]) -> LetterLane | None:
    """A command that counts as applied and left nothing in the engine is sent again, under a new name: the engine applies
    each name once. It refuses a second process of the letter all the same, and a task completes once.

    ``is_it`` picks one row; answers as ``reopen``.
    """
    values = {
        "status": CommandStatus.PENDING,
        "command_id": str(uuid.uuid4()),
        "is_uncertain": False,
        "available_at": datetime.now(UTC),
        "finished_at": None,
    }
    return _changed(session, is_it & (OutboxCommand.status == CommandStatus.DONE), **values)


def _changed(session: Session, is_it: ColumnElement[bool], **values: object) -> LetterLane | None:
    query = update(OutboxCommand).where(is_it).values(**values).returning(OutboxCommand.letter_id, OutboxCommand.lane)
    row = session.execute(query.execution_options(synchronize_session=False)).first()
    return (row[0], row[1]) if row else None
