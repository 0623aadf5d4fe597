"""What runs beside a letter: co-handling units (H10), supervisions (S1), leaders' instructions (R2), promises (H11)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
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


class Supervision(Base):
    """One supervision of a letter (S1). ``limit_id`` is that of the present round's feedback.

    ``closed_at`` is set when the feedback was assessed as good, or when the letter was withdrawn (``end_cause``).
    ``handling_opinion``: what the e-gov office reported after the second failed review (S3).
    """

    __tablename__ = "supervisions"
    __table_args__ = (Index("ix_supervisions_closed_at_opened_at", "closed_at", "opened_at"),)

    id: Mapped[BigId]
    letter_id: Mapped[LetterId] = mapped_column(index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    office: Mapped[Short]
    cause: Mapped[Short]
    handling_opinion: Mapped[str | None]
    limit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("limits.id", ondelete="CASCADE"))
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    closed_at: Mapped[datetime | None]
    end_cause: Mapped[Short | None]
    reported_at: Mapped[datetime | None]


class SupervisionRound(Base):
    """What was asked by when, what the unit answered, how that was assessed; pressing again makes the next ``round``.

    ``due_at`` as it was asked; while the round runs, the supervision's limit says more.
    """

    __tablename__ = "supervision_rounds"
    __table_args__ = (UniqueConstraint("supervision_id", "round"),)

    id: Mapped[BigId]
    supervision_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("supervisions.id", ondelete="CASCADE"))
    round: Mapped[int]
    request: Mapped[str]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    feedback: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    outcome: Mapped[Short | None]
    comment: Mapped[str | None]
    assessed_by: Mapped[str | None]
    assessed_at: Mapped[datetime | None]


class Instruction(Base):
    """A leader's instruction on a letter (R2). ``person_id``: the leader who is told of the answer, if he is a person."""

    __tablename__ = "instructions"

    id: Mapped[BigId]
    letter_id: Mapped[LetterId] = mapped_column(index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    limit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("limits.id", ondelete="CASCADE"))
    instruction: Mapped[str]
    given_at: Mapped[datetime]
    given_by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("people.id"))
    answer: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    end_cause: Mapped[Short | None]


class Promise(Base):
    """A promise in a delivered reply (H11): the unit's report and the writer's own word on it.

    ``leading_id``: of a letter answered with its leading one (A6) the promise that its unit reports on, whose limit is
    this one's too and whose report is copied here; None at the promise itself.
    """

    __tablename__ = "promises"
    __table_args__ = (
        Index("ix_promises_broken", "letter_id", postgresql_where=text("kept IS FALSE OR writer_kept IS FALSE")),
    )

    id: Mapped[BigId]
    letter_id: Mapped[LetterId] = mapped_column(index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    limit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("limits.id", ondelete="CASCADE"))
    leading_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("promises.id", ondelete="CASCADE"), index=True
    )
    round: Mapped[int]
    promise_on: Mapped[date]
    kept: Mapped[bool | None]
    comment: Mapped[str | None]
    reported_by: Mapped[str | None]
    reported_at: Mapped[datetime | None]
    writer_kept: Mapped[bool | None]
    writer_comment: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
