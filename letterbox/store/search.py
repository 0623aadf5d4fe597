"""By what letters are found: their words with an index over them, and keyed digests of who wrote."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base

WRITER_KEY = "writer_keys.digest"


class LetterSearch(Base):
    """``text``: what the letter is found by (``domain.search.looked_through``); ``words``: its keys. Nothing stands here
    that not everybody who may know of the letter may read."""

    __tablename__ = "letter_search"
    __table_args__ = (
        Index("ix_letter_search_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )

    letter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str]
    words: Mapped[str] = mapped_column(TSVECTOR)


class WriterKey(Base):
    """A word by which a letter's writer is found (``domain.writer_keys``), as its digest (``Sealer.digests``); never of an
    accusation's."""

    __tablename__ = "writer_keys"

    digest: Mapped[str] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True, index=True
    )
