"""Letters as rows for spreadsheets and programs: what was written, the status, what was answered.

The writer's name and contacts are left out, since lists leave the house.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from letterbox.domain.dates import midnight
from letterbox.domain.errors import FieldErrors
from letterbox.domain.secrecy import masked
from letterbox.services.case.secrecy import mask_for_others
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit
from letterbox.store.people import Unit
from letterbox.store.replies import Evaluation, Reply

COLUMNS = (
    "number", "channel", "reference", "title", "body", "category", "scope", "status", "urgent", "is_public", "unit",
    "unit_name", "written_at", "received_at", "reply_due_at", "replied_at", "answered_at", "closed_at", "reply",
    "reply_unit", "reply_unit_name", "satisfied", "solved",
)  # fmt: skip
REPLIED_BY = aliased(Unit)
SELECTED: tuple[Any, ...] = (
    Letter.number, Letter.channel, Letter.channel_reference, Letter.title, Letter.body, Letter.category, Letter.scope,
    Letter.status, Letter.urgent, Letter.is_public, Letter.lead_unit, Unit.name, Letter.written_at, Letter.received_at,
    Limit.due_at, Limit.ended_at, Letter.answered_at, Letter.closed_at, Reply.body, Reply.unit_code, REPLIED_BY.name,
    Evaluation.satisfied, Evaluation.solved,
)  # fmt: skip
"""Of a row, in the order of ``COLUMNS``."""
BATCH = 500


class Exporting:
    def __init__(self, database: Database) -> None:
        self._database = database

    def letters(self, first: date, last: date) -> Iterator[dict[str, Any]]:
        """Letters received from ``first`` to ``last``, both days included, oldest first. Raises FieldErrors."""
        if last < first:
            raise FieldErrors({"to": "截止日期不能早于起始日期"})
        return self._rows(midnight(first), midnight(last + timedelta(days=1)))

    def _rows(self, start: datetime, stop: datetime) -> Iterator[dict[str, Any]]:
        """Batch by batch, so that any number of letters fits into memory."""
        after = 0
        while batch := self._batch(start, stop, after):
            after = batch[-1][0]
            yield from (_row(row) for row in batch)

    def _batch(self, start: datetime, stop: datetime, after: int) -> list[Row[Any]]:
        limit = _last(Limit.id, (Limit.letter_id == Letter.id) & (Limit.kind == "reply") & Limit.voided_at.is_(None))
        reply = _last(Reply.id, (Reply.letter_id == Letter.id) & Reply.delivered_at.is_not(None))
        evaluation = _last(Evaluation.id, Evaluation.letter_id == Letter.id)
        query = (
            select(Letter.id, Letter, *SELECTED)
            .outerjoin(Unit, Unit.code == Letter.lead_unit)
            .outerjoin(Limit, Limit.id == limit)
            .outerjoin(Reply, Reply.id == reply)
            .outerjoin(REPLIED_BY, REPLIED_BY.code == Reply.unit_code)
            .outerjoin(Evaluation, Evaluation.id == evaluation)
            .where(Letter.received_at >= start, Letter.received_at < stop, Letter.id > after)
            .order_by(Letter.id)
            .limit(BATCH)
        )
        with self._database.reading() as session:
            return list(session.execute(query))


def _row(row: Row[Any]) -> dict[str, Any]:
    """One letter's row; if it is an accusation, without traces of who wrote it, in the reply too (A5)."""
    _, letter, *values = tuple(row)
    found: dict[str, Any] = masked(dict(zip(COLUMNS, values, strict=True)), mask_for_others(letter))
    return found


def _last(column: Any, condition: Any) -> Any:
    return select(func.max(column)).where(condition).correlate(Letter).scalar_subquery()
