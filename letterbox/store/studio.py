"""Files that a process owner has uploaded to the studio and not yet deployed, and what he has proposed to deploy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, BigId, Short


class StudioFile(Base):
    """``content`` is None for a file to be taken out of the bundle. ``replaces``: SHA-256 of the live file as it was when
    this one was uploaded (None: there was none), so that another owner's change in between is not undone unseen."""

    __tablename__ = "studio_files"

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    replaces: Mapped[str | None]
    saved_at: Mapped[datetime]


class StudioProposal(Base):
    """A bundle that one process owner wants deployed. ``state``: open, approved, sent-back, withdrawn, void; one of a
    person is open. ``seal`` covers the files and the live bundle that they were checked against. ``by_name``: as it is
    recorded (张三（代李四）)."""

    __tablename__ = "studio_proposals"
    __table_args__ = (
        Index("uq_studio_proposals_person_id", "person_id", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: Mapped[BigId]
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    person_name: Mapped[str]
    by_name: Mapped[str]
    action: Mapped[Short]
    note: Mapped[str]
    seal: Mapped[str]
    live_digest: Mapped[str]
    facts: Mapped[dict[str, Any]]
    proposed_at: Mapped[datetime]
    state: Mapped[Short]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(server_default=text("''"), default="")

    @hybrid_property
    def is_open(self) -> bool:
        """It waits for another owner."""
        return self.state == "open"


class StudioProposalFile(Base):
    """A file of a proposed bundle, written anew: exactly what was checked."""

    __tablename__ = "studio_proposal_files"

    proposal_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("studio_proposals.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
