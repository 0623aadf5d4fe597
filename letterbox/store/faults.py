"""What stands still as the periodic look finds it, and the times in which a technical fault held a letter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, BigId, LetterId, Short


class Stall(Base):
    """Something found by the look; ``subject``: which task, process or letter of its ``kind`` (StallKind). ``gone_at``: when a
    look no longer found it. Counts once it was there in two looks (``looks``): the two sides cannot be read at one instant.

    ``is_own``: of the letter's own way, not of what runs beside it.
    """

    __tablename__ = "stalls"
    __table_args__ = (
        Index("uq_stalls_kind_subject", "kind", "subject", unique=True, postgresql_where=text("gone_at IS NULL")),
        Index("ix_stalls_number", "number", postgresql_where=text("gone_at IS NULL")),
    )

    id: Mapped[BigId]
    kind: Mapped[Short]
    subject: Mapped[str]
    number: Mapped[str | None]
    detail: Mapped[str]
    is_own: Mapped[bool] = mapped_column(default=True)
    looks: Mapped[int]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class Fault(Base):
    """A technical fault held the letter from ``began_at`` to ``ended_at`` (None: still): nobody is pressed meanwhile, and
    the working days that it touched are added to the letter's limits. ``dues``: limit's id → its due (ISO) before this fault
    moved it."""

    __tablename__ = "faults"
    __table_args__ = (
        Index("uq_faults_letter_id", "letter_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_faults_letter_id_began_at", "letter_id", "began_at"),
    )

    id: Mapped[BigId]
    letter_id: Mapped[LetterId]
    cause: Mapped[Short]
    detail: Mapped[str]
    began_at: Mapped[datetime]
    began_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    dues: Mapped[dict[str, Any]]
