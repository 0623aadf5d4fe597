"""What was changed about units, people, leaves, claims and tokens: who, when, what, before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, BigId, Short


class AdminEvent(Base):
    """Never changed, never deleted: the database itself refuses both. Never holds a password or a token."""

    __tablename__ = "admin_events"
    __table_args__ = (Index("ix_admin_events_subject_kind_subject_id", "subject_kind", "subject_id"),)

    id: Mapped[BigId]
    at: Mapped[datetime] = mapped_column(index=True)
    by_kind: Mapped[Short]
    by_id: Mapped[str | None]
    by_name: Mapped[str]
    action: Mapped[Short]
    subject_kind: Mapped[Short]
    subject_id: Mapped[str]
    subject_name: Mapped[str]
    reason: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
