"""Rows between database and engine: outbox, leases, worker effects, the deployed bundle, caches, state."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, BigId, Short


class CommandStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    SUPERSEDED = "superseded"
    STOPPED = "stopped"


class Lane(StrEnum):
    """Which of a letter's instances a command is for: the watch being busy must not hold up a person's submit."""

    LETTER = "letter"
    WATCH = "watch"
    NOTICE = "notice"


class OutboxCommand(Base):
    """An engine command that a committed change implies. Commands of one letter's lane leave in the order of ``id``.

    ``task_id`` is unique: a task is completed by one person only, whoever commits first.
    ``is_uncertain`` means that it was sent and its answer was lost, so history is asked before it is sent again.
    ``unclear`` counts the engine's answers that nobody has named.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_waiting", "letter_id", "lane", "id", postgresql_where=text("status IN ('pending', 'stopped')")
        ),
        Index("ix_outbox_status_available_at", "status", "available_at"),
    )

    id: Mapped[BigId]
    letter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"))
    lane: Mapped[Short]
    number: Mapped[Short]
    kind: Mapped[Short]
    payload: Mapped[dict[str, Any]]
    command_id: Mapped[str] = mapped_column(unique=True)
    task_id: Mapped[str | None] = mapped_column(unique=True)
    by_name: Mapped[str]
    status: Mapped[Short] = mapped_column(default=CommandStatus.PENDING)
    is_uncertain: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    unclear: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class OutboxLease(Base):
    """Who sends the commands of a letter's lane just now, and until when at the latest."""

    __tablename__ = "outbox_leases"

    letter_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    lane: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[Short]
    until: Mapped[datetime]


class WorkerEffect(Base):
    """The outcome of an external task, stored with its effect: a redelivery is answered from here."""

    __tablename__ = "worker_effects"

    external_task_id: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[Short]
    variables: Mapped[dict[str, Any]]
    done_at: Mapped[datetime]


class TaskDelivery(Base):
    """How often an external task was handed to a worker; a poison task is found by this count."""

    __tablename__ = "task_deliveries"

    external_task_id: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


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
