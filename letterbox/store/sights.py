"""What lets somebody read a letter although neither his office nor his unit's part in it does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base


class TaskSight(Base):
    """A task of the letter is, or was, ``holder``'s: a unit's code, or a role that needs no unit.

    ``worked_at``: when it was done. Of a task that was cancelled before that the row goes. ``told_at``: when the office that
    stands in for the accused was told that the task is its.
    """

    __tablename__ = "task_sights"

    letter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True, index=True)
    task_id: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    worked_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
