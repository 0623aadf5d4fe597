"""Single values of the installation, and facts of the engine kept for when it is away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base


class EngineFact(Base):
    """An immutable fact read from the engine (a task's form, groups, letter), kept for when it is away."""

    __tablename__ = "engine_facts"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    read_at: Mapped[datetime]


class State(Base):
    """Single values of the installation, such as the movable clock's offset."""

    __tablename__ = "state"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
