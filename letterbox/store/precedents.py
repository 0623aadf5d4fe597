"""Final rulings between units (H8), kept so that the next letter of the kind goes to the right unit at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, BigId, LetterId, Short


class Precedent(Base):
    """The coordinator's ruling on a letter's second return. ``outcome``: uphold or dismiss; ``to_unit``: the new lead, if named."""

    __tablename__ = "precedents"

    id: Mapped[BigId]
    letter_id: Mapped[LetterId] = mapped_column(index=True)
    ruled_at: Mapped[datetime]
    ruled_by: Mapped[str]
    outcome: Mapped[Short]
    from_unit: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    to_unit: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    reason: Mapped[str]
