"""The audit trail's table, its chain, and the connection that may only add to it.

The database itself numbers and chains the rows (migration ``021``): each row's hash covers its content and the hash of the
row before. No role of the product may change or delete one; rows end by ``audit_expire`` when they are old enough.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.domain.errors import Unavailable
from letterbox.store.base import Base, BigId, Short
from letterbox.store.database import new_engine

WRITE_TIMEOUT_MS = 2000
"""How long one entry may take; then it is kept in a file and added later."""
START = "0" * 64
"""The hash before the first row."""


class AuditEvent(Base):
    """Who did what to what, from where, with which result. ``position`` and both hashes are the database's.

    ``at`` is the product's clock, ``recorded_at`` the database's. ``by_roles``: roles and units, separated by commas.
    """

    __tablename__ = "audit_events"

    id: Mapped[BigId]
    position: Mapped[int] = mapped_column(unique=True)
    recorded_at: Mapped[datetime]
    at: Mapped[datetime] = mapped_column(index=True)
    act: Mapped[Short] = mapped_column(index=True)
    result: Mapped[Short]
    by_kind: Mapped[Short]
    by_id: Mapped[str | None]
    by_name: Mapped[str]
    by_roles: Mapped[str]
    address: Mapped[str]
    request_id: Mapped[str]
    object_kind: Mapped[Short]
    object_id: Mapped[str]
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """One row: the last position and its hash, so that a tail that was cut off is noticed."""

    __tablename__ = "audit_head"

    single: Mapped[bool] = mapped_column(primary_key=True)
    position: Mapped[int]
    hash: Mapped[str]


class AuditCheckpoint(Base):
    """Rows up to ``position`` ended; the next one follows on ``hash``. ``signature``: keyed, made outside the database."""

    __tablename__ = "audit_checkpoints"

    position: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str]
    rows: Mapped[int]
    ended_at: Mapped[datetime]
    signature: Mapped[str]


WRITTEN = (
    "at",
    "act",
    "result",
    "by_kind",
    "by_id",
    "by_name",
    "by_roles",
    "address",
    "request_id",
    "object_kind",
    "object_id",
    "detail",
)
"""The columns that the writing role may give; everything else is the database's."""


class AuditWriter:
    """Adds rows over a connection of its own, each committed at once: nobody holds the chain longer than one insert.

    Whether the connection still lives is not asked before each entry, which would be a third of what a page waits; where it
    was cut, another one is taken.
    """

    def __init__(self, url: str) -> None:
        self._engine: Engine = new_engine(
            url,
            pool_size=2,
            max_overflow=2,
            pool_timeout=WRITE_TIMEOUT_MS / 1000,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "connect_timeout": 2,
                "options": f"-c statement_timeout={WRITE_TIMEOUT_MS} -c TimeZone=UTC",
            },
        )

    def add(self, row: dict[str, Any]) -> None:
        """``row``: a value for each of ``WRITTEN``. Raises Unavailable."""
        try:
            self._add(row)
        except SQLAlchemyError as error:
            raise Unavailable("审计记录暂时写不进去，请稍后再试") from error

    def _add(self, row: dict[str, Any]) -> None:
        try:
            self._insert(row)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self._insert(row)

    def _insert(self, row: dict[str, Any]) -> None:
        with self._engine.connect() as connection:
            connection.execute(insert(AuditEvent.__table__).values(**row).inline())  # type: ignore[arg-type]  # a Table

    def close(self) -> None:
        self._engine.dispose()
