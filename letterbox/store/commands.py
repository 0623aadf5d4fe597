"""The outbox's tables: engine commands with their lanes, and who sends them just now."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, BigId, Short


class CommandStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    SUPERSEDED = "superseded"
    STOPPED = "stopped"


class OutboxLane(StrEnum):
    """Which of a letter's instances a command is for: the watch being busy must not hold up a person's submit."""

    LETTER = "letter"
    WATCH = "watch"
    NOTICE = "notice"


class OutboxCommand(Base):
    """An engine command that a committed change implies. Commands of one letter's lane leave in the order of ``id``.

    ``task_id`` is unique: a task is completed by one person only, whoever commits first.
    ``is_uncertain`` means that it was sent and its answer was lost, so history is asked before it is sent again.
    ``unclear`` counts the engine's answers that nobody has named.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_waiting", "letter_id", "lane", "id", postgresql_where=text("status IN ('pending', 'stopped')")
        ),
        Index("ix_outbox_status_available_at", "status", "available_at"),
    )

    id: Mapped[BigId]
    letter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"))
    lane: Mapped[Short]
    number: Mapped[Short]
    kind: Mapped[Short]
    payload: Mapped[dict[str, Any]]
    command_id: Mapped[str] = mapped_column(unique=True)
    task_id: Mapped[str | None] = mapped_column(unique=True)
    by_name: Mapped[str]
    status: Mapped[Short] = mapped_column(default=CommandStatus.PENDING)
    is_uncertain: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    unclear: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class OutboxLease(Base):
    """Who sends the commands of a letter's lane just now, and until when at the latest."""

    __tablename__ = "outbox_leases"

    letter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    lane: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[Short]
    until: Mapped[datetime]
