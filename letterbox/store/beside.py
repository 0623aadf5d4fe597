"""What runs beside a letter: co-handling units, each with its own opinion (H10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, BigId, LetterId, Short


class CoHandling(Base):
    """One unit's co-handling of a letter. ``limit_id`` is empty until the letter is dispatched to the unit.

    ``outcome`` (CoOutcome) is empty while it runs; a unit may be added again after it ended.
    """

    __tablename__ = "co_handlings"
    __table_args__ = (
        Index(
            "uq_co_handlings_letter_id_unit_code",
            "letter_id",
            "unit_code",
            unique=True,
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: Mapped[BigId]
    letter_id: Mapped[LetterId] = mapped_column(index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    limit_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("limits.id", ondelete="CASCADE"))
    added_at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None]
    outcome: Mapped[Short | None]
    ended_at: Mapped[datetime | None]
    opinion: Mapped[str | None]
    given_by: Mapped[str | None]
