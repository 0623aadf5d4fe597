"""Notices and their deliveries, and the drafts of task forms."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from letterbox.store.base import Base, BigId, Short
from letterbox.store.sealing import Digest, Sealed, SealedJson


class DeliveryStatus(StrEnum):
    AWAITING_CONFIRMATION = "held"
    """Waits until the writer has confirmed that the telephone or mailbox is his; nothing is sent to it before."""
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    DISCARDED = "dropped"
    """An operator gave it up, the recipient was told otherwise; or its limit ended before it could leave."""


class Notice(Base):
    """Something people are told because of an event; ``text`` names its words in config/notices.

    ``limit_id``: of a step of the ladder, which is worth sending only while that limit is open; ``proposal_id``: of a
    proposed bundle, likewise while it waits for a second owner.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_limit_id", "limit_id", postgresql_where=text("limit_id IS NOT NULL")),
        Index("ix_notices_proposal_id", "proposal_id", postgresql_where=text("proposal_id IS NOT NULL")),
    )

    id: Mapped[BigId]
    letter_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    text: Mapped[Short]
    limit_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("limits.id", ondelete="SET NULL"))
    proposal_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("studio_proposals.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]


class Delivery(Base):
    """One notice to one recipient by one channel: at least once, with an honest "in doubt" after a crash.

    ``body`` of a message to a writer is blanked once it is sent, or refused while it holds a query code. ``neutral_…``:
    what mail to an official says instead if its letter has become an accusation by the time it leaves; blanked then.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel", "recipient_index"),
        Index("ix_deliveries_unread", "person_id", postgresql_where=text("channel = 'in_app' AND read_at IS NULL")),
    )

    id: Mapped[BigId]
    notice_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("notices.id", ondelete="CASCADE"), index=True)
    channel: Mapped[Short]
    recipient: Mapped[str] = mapped_column(Sealed("deliveries.recipient", "recipient_index"))
    recipient_index: Mapped[str] = mapped_column(Digest("deliveries.recipient"))
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("people.id"))
    subject: Mapped[str] = mapped_column(Sealed("deliveries.subject"))
    body: Mapped[str | None] = mapped_column(Sealed("deliveries.body"))
    neutral_subject: Mapped[str | None] = mapped_column(Sealed("deliveries.neutral_subject"))
    neutral_body: Mapped[str | None] = mapped_column(Sealed("deliveries.neutral_body"))
    message_id: Mapped[str] = mapped_column(unique=True)
    status: Mapped[Short] = mapped_column(default=DeliveryStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Sealed("deliveries.last_error"))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    @validates("recipient")
    def _index(self, _name: str, value: str) -> str:
        self.recipient_index = value
        return value


class FormDraft(Base):
    """What somebody has typed into a task's form and not yet submitted."""

    __tablename__ = "form_drafts"

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id"), primary_key=True)
    task_id: Mapped[str] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(SealedJson("form_drafts.values"))
    saved_at: Mapped[datetime]
