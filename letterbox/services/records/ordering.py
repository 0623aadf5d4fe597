"""In which order letters are listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from letterbox.store.letters import Letter
from letterbox.store.limits import Limit


class Order(StrEnum):
    """By receipt, or by the earliest open limit, letters without one last."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"


def in_order(order: Order) -> Sequence[Any]:
    """``NEWEST``: urgent letters go first."""
    if order is Order.OLDEST:
        return (Letter.received_at, Letter.id)
    by_receipt = (Letter.received_at.desc(), Letter.id.desc())
    if order is Order.NEWEST:
        return (Letter.urgent.desc(), *by_receipt)
    earliest = select(func.min(Limit.due_at)).where(Limit.letter_id == Letter.id, Limit.presses)
    return (earliest.scalar_subquery().asc().nulls_last(), *by_receipt)


def due_first(session: Session, ids: Sequence[int]) -> list[int]:
    """These letters, the one whose limit ends first in front, the others as they stood."""
    query = select(Limit.letter_id, func.min(Limit.due_at)).where(Limit.letter_id.in_(ids), Limit.presses)
    due: dict[int, datetime] = dict(session.execute(query.group_by(Limit.letter_id)).all())
    return sorted((each for each in ids if each in due), key=due.__getitem__) + [
        each for each in ids if each not in due
    ]


def received_within(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """From ``since``, and before ``until``."""
    after = [] if since is None else [Letter.received_at >= since]
    return after if until is None else [*after, Letter.received_at < until]
