"""Who is signed in where, and which letters' writers have their letter open: sessions that the server can end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, BigId, Short
from letterbox.store.sealing import Sealed


class StaffSession(Base):
    """Somebody signed in on one device; the browser's cookie holds the token, here is only its SHA-256.

    ``version`` is the person's ``session_version`` at the sign-in: a later one ends this session. ``awaits`` names the
    step that is still missing (None: signed in). ``proved_at``: when he last showed that it is he.
    """

    __tablename__ = "staff_sessions"

    id: Mapped[BigId]
    token_hash: Mapped[Short] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    how: Mapped[Short]
    awaits: Mapped[str | None]
    address: Mapped[Short]
    user_agent: Mapped[Short]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    proved_at: Mapped[datetime | None]


class FormerPassword(Base):
    """The hash of a password that somebody had before: it may not come again."""

    __tablename__ = "former_passwords"

    id: Mapped[BigId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    password_hash: Mapped[str]
    at: Mapped[datetime]


class SecondFactor(Base):
    """Somebody's authenticator. ``secret`` and ``offered`` (not yet confirmed) are sealed; ``last_step``: no code twice."""

    __tablename__ = "second_factors"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str | None]
    offered: Mapped[str | None]
    last_step: Mapped[int]
    since: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes for a lost telephone, as a keyed hash; each counts once."""

    __tablename__ = "recovery_codes"

    id: Mapped[BigId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[Short]
    used_at: Mapped[datetime | None]


class WriterSession(Base):
    """What a writer's browser may see again for a short while: the open letter, the receipt just given.

    ``sealed`` is encrypted with the token, of which only the SHA-256 is here: neither this row nor a cookie alone tells
    anything.
    """

    __tablename__ = "writer_sessions"

    token_hash: Mapped[Short] = mapped_column(primary_key=True)
    sealed: Mapped[str]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    """A machine's key; only its SHA-256 is kept.

    ``networks``: from where it opens (empty: from anywhere). ``watched_from``: since when its uses are written down.
    ``person_id``: who answers for what is done with it.
    """

    __tablename__ = "api_tokens"

    id: Mapped[BigId]
    name: Mapped[Short]
    role: Mapped[Short]
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    networks: Mapped[list[str]]
    person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    watched_from: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    last_used_from: Mapped[str | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """The first answer to a POST, given again to a repeat. ``scope``: whose key it is, a token's or a letter's writer's."""

    __tablename__ = "idempotency_keys"

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Sealed("idempotency_keys.body"))
    created_at: Mapped[datetime]


class Attempt(Base):
    """Something tried that has an allowance (a password, a query code), counted in a sliding window per key."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_key_at", "key", "at"),)

    id: Mapped[BigId]
    key: Mapped[Short]
    at: Mapped[datetime] = mapped_column(index=True)
