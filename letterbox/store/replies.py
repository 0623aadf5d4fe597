"""Replies by round, contact records, reviews, evaluations and what was published."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, BigId, LetterId, Short
from letterbox.store.sealing import Sealed


class Reply(Base):
    """One version of the unit's answer; a redo makes the next ``round``."""

    __tablename__ = "replies"
    __table_args__ = (UniqueConstraint("letter_id", "round"),)

    id: Mapped[BigId]
    letter_id: Mapped[LetterId]
    round: Mapped[int]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    body: Mapped[str]
    unmet_demand: Mapped[bool] = mapped_column(default=False)
    promise_on: Mapped[date | None]
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime]
    signed_by: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class Contact(Base):
    """A contact record (H4): when, by what means, with whom, what was said; ``reached`` False if nobody answered."""

    __tablename__ = "contacts"

    id: Mapped[BigId]
    letter_id: Mapped[LetterId] = mapped_column(index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    at: Mapped[datetime]
    means: Mapped[Short]
    person: Mapped[str] = mapped_column(Sealed("contacts.person"))
    said: Mapped[str] = mapped_column(Sealed("contacts.said"))
    reached: Mapped[bool]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class Review(Base):
    """The e-gov office's judgement of a reply by the rubric (S2); ``rubric`` maps criterion → pass|fail|not_applicable."""

    __tablename__ = "reviews"

    id: Mapped[BigId]
    letter_id: Mapped[LetterId] = mapped_column(index=True)
    reply_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("replies.id", ondelete="CASCADE"))
    rubric: Mapped[dict[str, Any]]
    outcome: Mapped[Short]
    comment: Mapped[str]
    handling_opinion: Mapped[str]
    reviewed_by: Mapped[str]
    reviewed_at: Mapped[datetime]


class Evaluation(Base):
    """The writer's word on the reply: solved and satisfied are two questions (P3)."""

    __tablename__ = "evaluations"

    id: Mapped[BigId]
    letter_id: Mapped[LetterId] = mapped_column(index=True)
    satisfied: Mapped[bool]
    solved: Mapped[bool]
    comment: Mapped[str]
    evaluated_at: Mapped[datetime]


class PublicCopy(Base):
    """What a reviewer prepares for the public before he passes a reply; the texts are None where nothing was edited.

    ``decisions``: piece (``public_text.key_of``) → mask or keep. Those on another reply than the one in review are over.
    """

    __tablename__ = "public_copies"

    letter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    reply_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("replies.id", ondelete="CASCADE"))
    title: Mapped[str | None]
    body: Mapped[str | None]
    reply: Mapped[str | None]
    decisions: Mapped[dict[str, Any]]
    prepared_by: Mapped[str]
    prepared_at: Mapped[datetime]


class Publication(Base):
    """What the public sees of an answered letter: its own copy, so that redaction never touches the original.

    ``kept``: pieces of personal data that somebody ticked to stay. ``looked_at``: when somebody last answered for every
    piece; None for what a machine published or was public before pieces were looked at. ``masked_at``: when what is
    surely personal was taken out by itself.
    """

    __tablename__ = "publications"
    __table_args__ = (Index("ix_publications_published_at", text("published_at DESC")),)

    letter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    reply: Mapped[str]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    category: Mapped[Short]
    received_at: Mapped[datetime]
    answered_at: Mapped[datetime]
    published_at: Mapped[datetime]
    corrected_at: Mapped[datetime | None]
    kept: Mapped[list[Any]]
    looked_at: Mapped[datetime | None]
    masked_at: Mapped[datetime | None]


class PublicationVersion(Base):
    """What was public until it was corrected or withdrawn; never changed."""

    __tablename__ = "publication_versions"

    id: Mapped[BigId]
    letter_id: Mapped[LetterId] = mapped_column(index=True)
    title: Mapped[str]
    body: Mapped[str]
    reply: Mapped[str]
    published_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    ended_by: Mapped[str]
    reason: Mapped[str]
    was_withdrawn: Mapped[bool]


class StandardText(Base):
    """A text that replies may start from; ``unit_code`` None: every unit's."""

    __tablename__ = "standard_texts"
    __table_args__ = (UniqueConstraint("unit_code", "title", postgresql_nulls_not_distinct=True),)

    id: Mapped[BigId]
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    title: Mapped[str]
    body: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
