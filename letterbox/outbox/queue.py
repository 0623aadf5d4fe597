"""The outbox's rows: added with a change, taken in order under a lease, finished one by one."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from psycopg.errors import UniqueViolation
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from letterbox.store.commands import CommandStatus, OutboxCommand, OutboxLane, OutboxLease

LEASE = timedelta(seconds=60)
LANES = tuple(OutboxLane)
ONE_COMPLETION = "uq_outbox_task_id"
"""The constraint that lets a task be completed once."""

# The four statements that every submit needs, written out: composing them anew each time costs more than running them.
_LEASE = text(
    "INSERT INTO outbox_leases (letter_id, lane, owner, until)"
    " SELECT :letter_id, lane, :owner, :until FROM unnest(CAST(:lanes AS text[])) AS lane"
    " ON CONFLICT (letter_id, lane) DO UPDATE SET owner = excluded.owner, until = excluded.until"
    " WHERE outbox_leases.until < :now OR outbox_leases.owner = excluded.owner RETURNING lane"
)
_HEADS = text(
    "UPDATE outbox SET attempts = outbox.attempts + 1, is_uncertain = true FROM ("
    " SELECT DISTINCT ON (lane) id, status, available_at, attempts, is_uncertain, unclear FROM outbox"
    " WHERE letter_id = :letter_id AND lane = ANY(CAST(:lanes AS text[])) AND status IN ('pending', 'stopped')"
    " ORDER BY lane, id) AS head"
    " WHERE outbox.id = head.id AND head.status = 'pending' AND head.available_at <= :now RETURNING outbox.id,"
    " outbox.lane, outbox.command_id, outbox.kind, outbox.number, outbox.payload, head.attempts, head.is_uncertain,"
    " head.unclear"
)
_RELEASE = text(
    "DELETE FROM outbox_leases USING ("
    " SELECT letter_id, lane FROM outbox_leases"
    " WHERE letter_id = :letter_id AND owner = :owner AND lane = ANY(CAST(:lanes AS text[]))"
    " ORDER BY lane FOR UPDATE) AS own"
    " WHERE outbox_leases.letter_id = own.letter_id AND outbox_leases.lane = own.lane RETURNING outbox_leases.lane"
)
_DONE = text(
    "UPDATE outbox SET status = 'done', is_uncertain = false, last_error = NULL, finished_at = :now"
    " WHERE id = ANY(CAST(:ids AS bigint[]))"
)


@dataclass(frozen=True, slots=True)
class LeasedCommand:
    """A command handed to a relay. ``was_uncertain``: an earlier try's answer was lost; ``unclear``: so many were answered
    with an error that nobody has named."""

    row_id: int
    lane: str
    command_id: str
    kind: str
    number: str
    payload: dict[str, object]
    attempts: int
    was_uncertain: bool
    unclear: int = 0


def add(
    session: Session,
    *,
    letter_id: int,
    lane: OutboxLane,
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
        letter_id=letter_id,
        lane=lane,
        number=number,
        kind=kind,
        payload=payload,
        command_id=str(uuid.uuid4()),
        task_id=task_id,
        by_name=by_name,
        available_at=now,
        created_at=now,
    )
    session.add(row)
    return row


def lease(session: Session, letter_id: int, lanes: Collection[str], owner: str, now: datetime) -> list[LeasedCommand]:
    """Lease lanes of the letter's queue and take the first command of each, marking it uncertain until its answer is known.

    Left out are lanes that another relay holds and those whose first command is stopped or not yet to be sent.
    """
    leased = _lease_lanes(session, letter_id, lanes, owner, now)
    taken = _heads(session, letter_id, leased, now)
    idle = set(leased) - {each.lane for each in taken}
    if idle:
        release(session, letter_id, idle, owner)
    return taken


def lease_next(
    session: Session, letter_id: int, lanes: Collection[str], owner: str, now: datetime
) -> list[LeasedCommand]:
    """Like ``lease`` for a relay that holds the lanes: a lane in which nothing is left to do is given back.

    Giving back comes first, since it locks the lease: whoever adds a command meanwhile either is seen here or gets the
    lane after us.
    """
    leased = release(session, letter_id, lanes, owner)
    taken = _heads(session, letter_id, leased, now)
    _lease_lanes(session, letter_id, [each.lane for each in taken], owner, now)
    return taken


def release(session: Session, letter_id: int, lanes: Collection[str], owner: str) -> list[str]:
    """Give lanes back; answers those that were still ours."""
    return list(session.scalars(_RELEASE, {"letter_id": letter_id, "lanes": _names(lanes), "owner": owner}))


def _lease_lanes(session: Session, letter_id: int, lanes: Collection[str], owner: str, now: datetime) -> list[str]:
    if not lanes:
        return []
    values = {"letter_id": letter_id, "lanes": _names(lanes), "owner": owner, "until": now + LEASE, "now": now}
    return list(session.scalars(_LEASE, values))


def _heads(session: Session, letter_id: int, lanes: Collection[str], now: datetime) -> list[LeasedCommand]:
    """Mark the first command of each lane as being sent; they are as they were before in the answer."""
    if not lanes:
        return []
    session.flush()
    found = session.execute(_HEADS, {"letter_id": letter_id, "lanes": _names(lanes), "now": now})
    return sorted((LeasedCommand(*row) for row in found), key=lambda each: LANES.index(OutboxLane(each.lane)))


def _names(lanes: Collection[str]) -> list[str]:
    """In one order for everybody, so that two relays never wait for each other's leases."""
    return sorted(map(str, lanes))


def finish_done(session: Session, row_ids: Collection[int], now: datetime) -> None:
    """The engine applied these commands."""
    if row_ids:
        session.execute(_DONE, {"ids": list(row_ids), "now": now})


def finish(
    session: Session,
    row_id: int,
    status: CommandStatus,
    now: datetime,
    error: str | None = None,
    *,
    is_uncertain: bool = False,
) -> None:
    """The command's outcome is known: superseded, done, or stopped until an operator looks at it.

    ``is_uncertain``: an earlier try of a stopped one may have been applied, so whoever retries it looks first.
    """
    finished_at = None if status == CommandStatus.STOPPED else now
    _change(session, row_id, status=status, last_error=error, is_uncertain=is_uncertain, finished_at=finished_at)


def postpone(session: Session, row_id: int, until: datetime, error: str, *, is_uncertain: bool) -> None:
    """Try again at ``until``; ``is_uncertain`` if the engine may have applied it."""
    _change(session, row_id, available_at=until, last_error=error, is_uncertain=is_uncertain)


def count_unclear(session: Session, row_id: int) -> None:
    """The engine gave one more answer that nobody has named."""
    _change(session, row_id, unclear=OutboxCommand.unclear + 1)


def _change(session: Session, row_id: int, **values: object) -> None:
    query = update(OutboxCommand).where(OutboxCommand.id == row_id).values(**values)
    session.execute(query.execution_options(synchronize_session=False))


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


def oldest_open(session: Session) -> datetime | None:
    """When the oldest command that may still be sent was written; None if none is open."""
    is_open = OutboxCommand.status.in_([CommandStatus.PENDING, CommandStatus.STOPPED])
    return session.scalar(select(func.min(OutboxCommand.created_at)).where(is_open))


def completion_of(session: Session, task_id: str) -> OutboxCommand | None:
    """The completion already given for a task, by whoever was first."""
    return session.scalars(select(OutboxCommand).where(OutboxCommand.task_id == task_id)).first()


def is_second_completion(error: IntegrityError) -> bool:
    """Whether a transaction failed because somebody else had completed the same task meanwhile."""
    return isinstance(error.orig, UniqueViolation) and error.orig.diag.constraint_name == ONE_COMPLETION


def completed_among(session: Session, task_ids: list[str]) -> set[str]:
    """Which of these tasks already have a completion on its way (or applied)."""
    if not task_ids:
        return set()
    query = select(OutboxCommand.task_id).where(OutboxCommand.task_id.in_(task_ids))
    return {task_id for task_id in session.scalars(query) if task_id}


def applied_among(session: Session, task_ids: list[str]) -> set[str]:
    """Which of these tasks have a completion that counts as applied."""
    query = select(OutboxCommand.task_id).where(
        OutboxCommand.task_id.in_(task_ids), OutboxCommand.status == CommandStatus.DONE
    )
    return {task_id for task_id in session.scalars(query) if task_id}
