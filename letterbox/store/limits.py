"""Limits as rows, and the escalation steps already taken on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, UniqueConstraint, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.domain.clock import iso
from letterbox.domain.vocabulary import WINDOW_KINDS
from letterbox.store.base import Base, BigId, Short


class Limit(Base):
    """One running, ended or voided limit of a letter (regime, table D).

    ``started_at`` is its event's instant; ``rule_id`` the decision table's row; ``paused_days`` working days added (A2),
    ``fault_days`` those that technical faults touched;
    a voided limit (withdrawn letter, passed return window …) counts as neither in time nor late.
    """

    __tablename__ = "limits"
    __table_args__ = (
        Index("ix_limits_open", "letter_id", postgresql_where=text("ended_at IS NULL AND voided_at IS NULL")),
        Index("ix_limits_open_due_at", "due_at", postgresql_where=text("ended_at IS NULL AND voided_at IS NULL")),
        Index("ix_limits_letter_id_kind", "letter_id", "kind"),
        Index("ix_limits_unit_code_kind", "unit_code", "kind"),
    )

    id: Mapped[BigId]
    letter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"))
    kind: Mapped[Short]
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    provisional: Mapped[bool] = mapped_column(default=False)
    rule_id: Mapped[Short]
    length: Mapped[int]
    length_unit: Mapped[Short]
    paused_days: Mapped[int] = mapped_column(default=0)
    fault_days: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]

    @hybrid_property
    def is_open(self) -> bool:
        """It runs: neither ended nor voided. In a query the same as a condition."""
        return self.ended_at is None and self.voided_at is None

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return and_(cls.ended_at.is_(None), cls.voided_at.is_(None))

    @hybrid_property
    def presses(self) -> bool:
        """It runs, and somebody is late when it passes. In a query the same as a condition."""
        return self.is_open and self.kind not in WINDOW_KINDS

    @presses.inplace.expression
    @classmethod
    def _presses(cls) -> ColumnElement[bool]:
        return and_(cls.is_open, cls.kind.not_in(sorted(WINDOW_KINDS)))

    @property
    def due_text(self) -> str:
        """ISO-8601 with offset, as the engine is told it."""
        return iso(self.due_at)

    @property
    def in_time(self) -> bool | None:
        """At or before the due instant; None while it runs or when it was voided."""
        return None if self.ended_at is None or self.voided_at is not None else self.ended_at <= self.due_at


class StepTaken(Base):
    """An escalation step that was taken; each step of a limit happens once (S4)."""

    __tablename__ = "steps_taken"
    __table_args__ = (UniqueConstraint("limit_id", "step"),)

    id: Mapped[BigId]
    limit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("limits.id", ondelete="CASCADE"))
    step: Mapped[Short]
    planned_at: Mapped[datetime]
    taken_at: Mapped[datetime]
