"""A letter, its writer, its append-only events and its attachments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, validates

from letterbox.domain.events.codec import AnEvent, decode_as, readable
from letterbox.domain.events.event import Event
from letterbox.store.base import Base, BigId, Short
from letterbox.store.bound_rows import bind
from letterbox.store.sealing import Digest, Sealed


class Letter(Base):
    """What was written and where it stands. ``status`` is projected from the events, in the same transaction.

    ``is_watched``: a deadline watch was started and not ended; ``watch_at`` is the instant it was last told to wait for,
    None while it waits for nothing. ``returns``: how often units returned the letter (H8). ``leading_id``: the letter
    under which this one is joined (A6). ``rehandled``: taken up again once after an unsatisfied evaluation.
    ``handed_back_at``: when the foreign channel last got a reply (A1).
    ``accused_stated``: it was said whom an accusation is against, a unit or none (A5). ``excluded_units``: units and
    offices whose people may not know of the letter; the accused one, and each that was until somebody else agreed.
    ``source_key`` identifies an imported letter, so that a file read twice adds nothing. ``content_key``: keyed digest of
    what a file says of a letter (words, writer, when); ``row_key``: of that and of the file's other columns.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index("ix_letters_status_received_at", "status", "received_at"),
        Index("ix_letters_lead_unit_status", "lead_unit", "status"),
        Index("ix_letters_received_at", text("received_at DESC")),
        Index(
            "uq_letters_channel_reference",
            "channel",
            "channel_reference",
            unique=True,
            postgresql_where=text("channel_reference IS NOT NULL"),
        ),
    )

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[Short]
    channel_reference: Mapped[str | None]
    source_key: Mapped[str | None] = mapped_column(unique=True)
    content_key: Mapped[str | None] = mapped_column(index=True)
    row_key: Mapped[str | None]
    title: Mapped[str]
    body: Mapped[str]
    place: Mapped[str | None]
    category: Mapped[str | None]
    matter: Mapped[str | None]
    scope: Mapped[str | None]
    is_public: Mapped[bool]
    urgent: Mapped[bool] = mapped_column(default=False)
    red_flag: Mapped[bool] = mapped_column(default=False)
    important: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    status: Mapped[Short]
    lead_unit: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    accused_unit: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    accused_stated: Mapped[bool] = mapped_column(default=False)
    excluded_units: Mapped[list[str]] = mapped_column(default=list)
    failed_reviews: Mapped[int] = mapped_column(default=0)
    returns: Mapped[int] = mapped_column(default=0)
    rehandled: Mapped[bool] = mapped_column(default=False)
    leading_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("letters.id"), index=True)
    suggestion: Mapped[dict[str, Any] | None]
    query_code_hash: Mapped[str]
    next_code_hash: Mapped[str | None]
    is_watched: Mapped[bool] = mapped_column(default=False)
    watch_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    handed_back_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    writer: Mapped[Writer] = relationship(back_populates="letter", lazy="joined", uselist=False)


@bind
class Writer(Base):
    """Who wrote: personal data, kept apart from everything that lists letters.

    ``title`` and ``body``: an accusation's own words, while the letter's are kept without his traces (A5).
    ``contact_remark``: what was written beside number and address: a second number, whose it is.
    ``must_confirm``: anybody could have typed the contacts; they get nothing but one question until they answer it.
    """

    __tablename__ = "writers"

    letter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str | None] = mapped_column(Sealed("writers.name", row="letter_id"))
    phone: Mapped[str | None] = mapped_column(Sealed("writers.phone", "phone_index", row="letter_id"))
    phone_index: Mapped[str | None] = mapped_column(Digest("writers.phone"), index=True)
    email: Mapped[str | None] = mapped_column(Sealed("writers.email", "email_index", row="letter_id"))
    email_index: Mapped[str | None] = mapped_column(Digest("writers.email"), index=True)
    address: Mapped[str | None] = mapped_column(Sealed("writers.address", row="letter_id"))
    contact_remark: Mapped[str | None] = mapped_column(Sealed("writers.contact_remark", row="letter_id"))
    must_confirm: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str | None] = mapped_column(Sealed("writers.title", row="letter_id"))
    body: Mapped[str | None] = mapped_column(Sealed("writers.body", row="letter_id"))
    letter: Mapped[Letter] = relationship(back_populates="writer")

    @validates("phone", "email")
    def _index(self, name: str, value: str | None) -> str | None:
        setattr(self, f"{name}_index", value)
        return value


class CodeRecovery(Base):
    """Somebody lost his query code: what he typed, the contact as a keyed digest; deleted once it was looked at."""

    __tablename__ = "code_recoveries"

    id: Mapped[BigId]
    number: Mapped[str]
    contact: Mapped[str]
    asked_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]


class ConfirmedContact(Base):
    """A telephone or mailbox whose holder said that it is his; ``digest`` is keyed, the contact itself is not kept here."""

    __tablename__ = "confirmed_contacts"

    digest: Mapped[str] = mapped_column(primary_key=True)
    confirmed_at: Mapped[datetime]


class LetterEvent(Base):
    """Something that happened, in the past tense. Never changed, never deleted."""

    __tablename__ = "letter_events"
    __table_args__ = (
        Index("ix_letter_events_letter_id_id", "letter_id", "id"),
        Index("ix_letter_events_name_at", "name", "at"),
    )

    id: Mapped[BigId]
    letter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"))
    name: Mapped[Short]
    at: Mapped[datetime]
    by_kind: Mapped[Short]
    by_id: Mapped[str | None]
    by_name: Mapped[str]
    by_role: Mapped[str | None]
    by_unit: Mapped[str | None]
    data: Mapped[dict[str, Any]]

    @property
    def event(self) -> Event | None:
        """What happened, with its facts; None where nobody here can read it."""
        return readable(self.name, self.data)


class Attachment(Base):
    """A checked file; ``letter_id`` is empty between upload and submission. ``path`` is below the attachments folder.

    ``client``: a keyed digest of the address that it came from, for the quota; None for staff.
    """

    __tablename__ = "attachments"

    id: Mapped[BigId]
    token: Mapped[str] = mapped_column(unique=True)
    letter_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"), index=True)
    filename: Mapped[str] = mapped_column(Sealed("attachments.filename"))
    media_type: Mapped[Short]
    size: Mapped[int]
    sha256: Mapped[str]
    path: Mapped[str]
    uploaded_at: Mapped[datetime]
    client: Mapped[str | None]


class AttachmentRelease(Base):
    """The e-gov office's last word on a file of an accusation: ``released`` or ``kept_back`` (A5)."""

    __tablename__ = "attachment_releases"

    attachment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True
    )
    decision: Mapped[Short]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class NumberSeries(Base):
    """The last number given out per month, e.g. ``202611`` → 17."""

    __tablename__ = "number_series"

    month: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


def letter_by_number(session: Session, number: str) -> Letter | None:
    return session.scalars(select(Letter).where(Letter.number == number)).first()


def last_event(session: Session, letter_id: int, kind: type[AnEvent], since: datetime | None = None) -> AnEvent | None:
    """The letter's last event of this kind (from ``since`` on), None if there is none. Raises UnreadableEvent."""
    query = select(LetterEvent.data).where(LetterEvent.letter_id == letter_id, LetterEvent.name == kind.stored_name())
    if since is not None:
        query = query.where(LetterEvent.at >= since)
    data = session.scalars(query.order_by(LetterEvent.id.desc()).limit(1)).first()
    return None if data is None else decode_as(kind, data)
