"""The first answer to a POST, given again to a repeat with the same Idempotency-Key.

A key belongs to one token, or to the writer of one letter, and is kept for a day (machine time, not the movable clock).
Refusals changed nothing and are not kept: the same request may be sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.store.access import IdempotencyKey
from letterbox.store.database import Database

KEPT = timedelta(days=1)
ABANDONED = timedelta(minutes=2)
"""An answer takes seconds: one that was begun longer ago died with its process."""


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """``body`` is the answer's JSON text."""

    status: int
    body: str


class Idempotency:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, scope: str, key: str, request_hash: str) -> StoredResponse | None:
        """The first answer if there is one; None: go on, then ``keep`` or ``forget``.

        Raises WrongState while the first request is still being worked on, FieldErrors if the key was used for another.
        """
        now = datetime.now(UTC)
        with self._database.transaction() as session:
            session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT))
            values = {"scope": scope, "key": key, "request_hash": request_hash, "created_at": now}
            added = insert(IdempotencyKey).values(values).on_conflict_do_nothing().returning(IdempotencyKey.key)
            if session.execute(added).scalar() is not None:
                return None
            return _known(session, scope, key, request_hash, now)

    def keep(self, scope: str, key: str, answer: StoredResponse) -> None:
        """Remember the answer for repeats."""
        found = (IdempotencyKey.scope == scope, IdempotencyKey.key == key)
        with self._database.transaction() as session:
            session.execute(update(IdempotencyKey).where(*found).values(status=answer.status, body=answer.body))

    def forget(self, scope: str, key: str) -> None:
        """The request was refused: the key may be used again."""
        with self._database.transaction() as session:
            session.execute(delete(IdempotencyKey).where(IdempotencyKey.scope == scope, IdempotencyKey.key == key))


def _known(session: Session, scope: str, key: str, request_hash: str, now: datetime) -> StoredResponse | None:
    row = session.get(IdempotencyKey, (scope, key), with_for_update=True)
    if row is None:
        raise WrongState("同一个请求正在处理，请稍后再试")
    if row.request_hash != request_hash:
        raise FieldErrors({"Idempotency-Key": "这个 Idempotency-Key 已用于另一个请求，请换一个"})
    if row.status is not None:
        return StoredResponse(row.status, row.body or "")
    if row.created_at > now - ABANDONED:
        raise WrongState("同一个请求正在处理，请稍后再试")
    row.created_at = now
    return None
