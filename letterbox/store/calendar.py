"""The office's own calendar: days in force, years announced, years staged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, Short


class CalendarDay(Base):
    """The office's own word on a day, in force: ``off`` or ``work`` (make-up)."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[Short]
    name: Mapped[str]


class CalendarYear(Base):
    """A year the office announced itself; its days replace the shipped table's.

    ``limits_moved_at``: when all open limits were last computed anew by it; None or just after the publication means
    that some may still stand where the old calendar put them.
    """

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(primary_key=True)
    published_at: Mapped[datetime | None]
    limits_moved_at: Mapped[datetime | None]


class CalendarDraft(Base):
    """All of the office's own words on the days of one year, staged: what publishing the year will put in force.

    ``days``: ``{"date", "kind", "name"}`` each.
    """

    __tablename__ = "calendar_drafts"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[list[Any]]
    staged_at: Mapped[datetime]
    staged_by: Mapped[str]
