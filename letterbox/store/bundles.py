"""Deployed bundles and their files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, BigId, Short


class Bundle(Base):
    """A deployed set of diagrams, tables and forms (design 2c). One is live. ``proposed_by``: whose change it was, where
    another person deployed it."""

    __tablename__ = "bundles"
    __table_args__ = (Index("uq_bundles_live", "is_live", unique=True, postgresql_where=text("is_live")),)

    id: Mapped[BigId]
    deployment_id: Mapped[str] = mapped_column(unique=True)
    origin: Mapped[Short]
    digest: Mapped[str]
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]
    note: Mapped[str] = mapped_column(server_default=text("''"), default="")
    is_live: Mapped[bool]
    proposed_by: Mapped[str | None]


class BundleFile(Base):
    __tablename__ = "bundle_files"

    bundle_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("bundles.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(Computed("encode(sha256(content), 'hex')", persisted=True))
