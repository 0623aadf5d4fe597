"""The outbox's rows: added with a change, taken in order under a lease, finished one by one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from letterbox.store.machinery import CommandStatus, Lane, OutboxCommand, OutboxLease

LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Taken:
    """A command handed to a sender. ``was_uncertain``: an earlier try's answer was lost."""

    row_id: int
    command_id: str
    kind: str
    number: str
    payload: dict[str, object]
    attempts: int
    was_uncertain: bool


def add(
    session: Session,
    *,
    letter_id: int,
    lane: Lane,
    number: str,
    kind: str,
    target: str,
    by_name: str,
    variables: Mapping[str, object],
    task_id: str | None = None,
    keys: Mapping[str, object] | None = None,
) -> OutboxCommand:
    """Put a command at the end of the letter's queue; it leaves after the commit. Machine time, not the movable clock."""
    now = datetime.now(UTC)
    payload = {"target": target, "variables": dict(variables), **({"keys": dict(keys)} if keys else {})}
    row = OutboxCommand(
        letter_id=letter_id, lane=lane, number=number, kind=kind, payload=payload,
        command_id=str(uuid.uuid4()), task_id=task_id, by_name=by_name, available_at=now, created_at=now,
    )  # fmt: skip
    session.add(row)
    return row


def take(session: Session, letter_id: int, lane: str, owner: str, now: datetime) -> Taken | None:
    """Lease a lane of the letter's queue and take its first command, marking it uncertain until its answer is known.

    None if another sender holds the lease, nothing waits, the head is stopped or it is not yet time.
    """
    lease = (
        insert(OutboxLease)
        .values(letter_id=letter_id, lane=lane, owner=owner, until=now + LEASE)
        .on_conflict_do_update(
            index_elements=[OutboxLease.letter_id, OutboxLease.lane],
            set_={"owner": owner, "until": now + LEASE},
            where=(OutboxLease.until < now) | (OutboxLease.owner == owner),
        )
        .returning(OutboxLease.letter_id)
    )
    if session.execute(lease).scalar() is None:
        return None
    taken = _head(session, letter_id, lane, now)
    if taken is None:
        release(session, letter_id, lane, owner)
    return taken


def take_next(session: Session, letter_id: int, lane: str, owner: str, now: datetime) -> Taken | None:
    """Like ``take`` for a sender that holds the lane: the lease goes on, or is given back if there is nothing to do."""
    own = (OutboxLease.letter_id == letter_id, OutboxLease.lane == lane, OutboxLease.owner == owner)
    held = session.execute(update(OutboxLease).where(*own).values(until=now + LEASE).returning(OutboxLease.letter_id))
    if held.scalar() is None:
        return None
    taken = _head(session, letter_id, lane, now)
    if taken is None:
        release(session, letter_id, lane, owner)
    return taken


def _head(session: Session, letter_id: int, lane: str, now: datetime) -> Taken | None:
    """Mark the lane's first command as being sent; it is as it was before in the answer."""
    first = (
        select(OutboxCommand.id)
        .where(
            OutboxCommand.letter_id == letter_id,
            OutboxCommand.lane == lane,
            OutboxCommand.status.in_([CommandStatus.PENDING, CommandStatus.STOPPED]),
        )
        .order_by(OutboxCommand.id)
        .limit(1)
        .scalar_subquery()
    )
    before = aliased(OutboxCommand)
    marked = (
        update(OutboxCommand)
        .where(OutboxCommand.id == before.id, before.id == first)
        .where(before.status == CommandStatus.PENDING, before.available_at <= now)
        .values(attempts=OutboxCommand.attempts + 1, is_uncertain=True)
        .returning(
            before.id, before.command_id, before.kind, before.number, before.payload, before.attempts, before.is_uncertain
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    row = session.execute(marked).first()
    return Taken(*row) if row else None


def release(session: Session, letter_id: int, lane: str, owner: str) -> None:
    session.execute(
        delete(OutboxLease).where(
            OutboxLease.letter_id == letter_id, OutboxLease.lane == lane, OutboxLease.owner == owner
        )
    )


def finish(session: Session, row_id: int, status: CommandStatus, now: datetime, error: str | None = None) -> None:
    """The command's fate is known: done, superseded, or stopped until an operator looks at it."""
    finished_at = None if status == CommandStatus.STOPPED else now
    _change(session, row_id, status=status, last_error=error, is_uncertain=False, finished_at=finished_at)


def postpone(session: Session, row_id: int, until: datetime, error: str, *, is_uncertain: bool) -> None:
    """Try again at ``until``; ``is_uncertain`` if the engine may have applied it."""
    _change(session, row_id, available_at=until, last_error=error, is_uncertain=is_uncertain)


def _change(session: Session, row_id: int, **values: object) -> None:
    query = update(OutboxCommand).where(OutboxCommand.id == row_id).values(**values)
    session.execute(query.execution_options(synchronize_session=False))


def reopen(session: Session, row_id: int) -> tuple[int, str] | None:
    """Let a stopped command be tried once more; answers its letter and lane, None if it is not stopped (any more).

    Its count of attempts stays, so that one that nobody waits for stops again at once.
    """
    query = (
        update(OutboxCommand)
        .where(OutboxCommand.id == row_id, OutboxCommand.status == CommandStatus.STOPPED)
        .values(status=CommandStatus.PENDING, available_at=datetime.now(UTC))
        .returning(OutboxCommand.letter_id, OutboxCommand.lane)
        .execution_options(synchronize_session=False)
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def give_up(session: Session, row_id: int, now: datetime) -> tuple[int, str] | None:
    """A stopped command is not sent any more; answers its letter and lane, None if it is not stopped (any more)."""
    query = (
        update(OutboxCommand)
        .where(OutboxCommand.id == row_id, OutboxCommand.status == CommandStatus.STOPPED)
        .values(status=CommandStatus.SUPERSEDED, finished_at=now)
        .returning(OutboxCommand.letter_id, OutboxCommand.lane)
        .execution_options(synchronize_session=False)
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def lanes_of(session: Session, letter_id: int) -> set[str]:
    """The letter's lanes with something to send, now or later."""
    query = select(OutboxCommand.lane).where(
        OutboxCommand.letter_id == letter_id,
        OutboxCommand.status.in_([CommandStatus.PENDING, CommandStatus.STOPPED]),
    )
    return set(session.scalars(query.distinct()))


def waiting_lanes(session: Session, now: datetime, limit: int = 100) -> list[tuple[int, str]]:
    """(letter id, lane) pairs whose first open command may leave now, oldest first."""
    heads = (
        select(OutboxCommand.letter_id, OutboxCommand.lane, func.min(OutboxCommand.id).label("head"))
        .where(OutboxCommand.status.in_([CommandStatus.PENDING, CommandStatus.STOPPED]))
        .group_by(OutboxCommand.letter_id, OutboxCommand.lane)
        .subquery()
    )
    leased = (OutboxLease.letter_id == heads.c.letter_id) & (OutboxLease.lane == heads.c.lane)
    query = (
        select(heads.c.letter_id, heads.c.lane)
        .join(OutboxCommand, OutboxCommand.id == heads.c.head)
        .outerjoin(OutboxLease, leased)
        .where(OutboxCommand.status == CommandStatus.PENDING, OutboxCommand.available_at <= now)
        .where((OutboxLease.until.is_(None)) | (OutboxLease.until < now))
        .order_by(heads.c.head)
        .limit(limit)
    )
    return [(letter_id, lane) for letter_id, lane in session.execute(query)]


def has_waiting(session: Session, letter_id: int, target: str) -> bool:
    """Whether a command to ``target`` already waits unsent in the letter's queue."""
    query = select(OutboxCommand.id).where(
        OutboxCommand.letter_id == letter_id,
        OutboxCommand.status == CommandStatus.PENDING,
        OutboxCommand.attempts == 0,
        OutboxCommand.payload["target"].astext == target,
    )
    return session.scalars(query.limit(1)).first() is not None


def completion_of(session: Session, task_id: str) -> OutboxCommand | None:
    """The completion already given for a task, by whoever was first."""
    return session.scalars(select(OutboxCommand).where(OutboxCommand.task_id == task_id)).first()


def completed_among(session: Session, task_ids: list[str]) -> set[str]:
    """Which of these tasks already have a completion on its way (or applied)."""
    if not task_ids:
        return set()
    query = select(OutboxCommand.task_id).where(OutboxCommand.task_id.in_(task_ids))
    return {task_id for task_id in session.scalars(query) if task_id}
