"""Files that a process owner has uploaded to the studio and not yet deployed: each owner's own set."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base


class StudioFile(Base):
    """``content`` is None for a file to be taken out of the bundle. ``replaces``: SHA-256 of the live file as it was when
    this one was uploaded (None: there was none), so that another owner's change in between is not undone unseen."""

    __tablename__ = "studio_files"

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    replaces: Mapped[str | None]
    saved_at: Mapped[datetime]
