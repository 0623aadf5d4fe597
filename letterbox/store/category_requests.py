"""Wishes to make something else of an accusation, which wait for its writer or for a second person (A5)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, BigId, LetterId, Short


class CategoryRequest(Base):
    """The letter is to be ``category``, against ``accused_unit`` if that is still an accusation; one open at a time.

    ``outcome``: agreed, refused, replaced; None while it is open. ``decided_by``: writer, office; None for replaced ones.
    ``asked_by_person``: the human who asked, by his account or his token; None where nobody answers for the token.
    """

    __tablename__ = "category_requests"
    __table_args__ = (
        Index("uq_category_requests_letter_id", "letter_id", unique=True, postgresql_where=text("outcome IS NULL")),
    )

    id: Mapped[BigId]
    letter_id: Mapped[LetterId]
    category: Mapped[Short]
    accused_unit: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    accused_stated: Mapped[bool]
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_kind: Mapped[Short]
    asked_by_id: Mapped[str | None]
    asked_by_person: Mapped[str | None]
    outcome: Mapped[Short | None]
    decided_by: Mapped[Short | None]
    decided_at: Mapped[datetime | None]
