"""Sends the outbox: commands of one letter in order, one sender at a time, each applied once.

Engine commands are not idempotent. A command is marked uncertain before it leaves; if its answer is lost (or the sender
dies) it is looked up in the engine's history by its command id and sent again only if it left no trace.
"""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from letterbox.domain.vocabulary import EventName
from letterbox.engine.commands import Command, CommandKind
from letterbox.engine.errors import (
    AnswerLost,
    DueNotFound,
    EngineRefused,
    EngineUnavailable,
    MismatchingCorrelation,
    TaskNotFound,
)
from letterbox.engine.vocabulary import MessageName
from letterbox.store import outbox as rows
from letterbox.store.database import Database, DatabaseUnavailable
from letterbox.store.letters import LetterEvent
from letterbox.store.machinery import CommandStatus, Lane

log = logging.getLogger(__name__)

FIRST_RETRY_S, LONGEST_RETRY_S = 0.1, 60.0
MISMATCHES_BEFORE_STOP = 40
"""A message catch may still be on its way (an asynchronous step before it): try for about half an hour."""
LIMITS_CHANGED_TRIES = 8
"""A nudge that keeps finding no waiting watch is dropped: the watch wakes by itself within a day."""
MOVE_DUE_TRIES = 4
"""A moved due that is nowhere in the engine may still be in a worker's answer; after about a second it is not coming."""


class EngineCommands(Protocol):
    """What the sender needs of the engine."""

    def send(self, command: Command) -> None: ...

    def was_applied(self, command: Command) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Queue:
    """A letter's lane and who sends it just now."""

    letter_id: int
    lane: str
    owner: str

    def take(self, session: Session, now: datetime) -> rows.Taken | None:
        return rows.take(session, self.letter_id, self.lane, self.owner, now)

    def take_next(self, session: Session, now: datetime) -> rows.Taken | None:
        return rows.take_next(session, self.letter_id, self.lane, self.owner, now)


_Fate = tuple[bool, rows.Taken | None]
"""Whether a command's fate is known, and the next one if the lane goes on."""


class OutboxSender:
    """Empties letters' queues; safe to run in every web and worker process at once."""

    def __init__(self, database: Database, engine: EngineCommands, now: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._engine = engine
        self._owner = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._now = now or (lambda: datetime.now(UTC))

    def send_letter(self, letter_id: int) -> int:
        """Send what may leave now for one letter; returns how many commands were settled. Never raises for an absent engine."""
        with self._database.reading() as session:
            lanes = rows.lanes_of(session, letter_id)
        return sum(self.send_lane(letter_id, lane) for lane in Lane if lane in lanes)

    def send_lane(self, letter_id: int, lane: str) -> int:
        """One transaction per command and one more: the fate of a command is written when the next one is taken."""
        settled = 0
        queue = _Queue(letter_id, lane, f"{self._owner}-{uuid.uuid4().hex[:8]}")
        with self._database.transaction() as session:
            taken = queue.take(session, self._now())
        while taken is not None:
            is_settled, taken = self._settle(taken, queue)
            settled += is_settled
        return settled

    def send_waiting(self, limit: int = 100) -> int:
        """One round over every queue with something to send; the outbox loop of the worker process calls this."""
        try:
            with self._database.reading() as session:
                lanes = rows.waiting_lanes(session, self._now(), limit)
            return sum(self.send_lane(letter_id, lane) for letter_id, lane in lanes)
        except DatabaseUnavailable:
            log.warning("outbox: the database does not answer")
            return 0

    def _settle(self, taken: rows.Taken, queue: _Queue) -> _Fate:
        """Try one command; if it waits or stops, the lease is given back and the lane rests."""
        command = _command(taken)
        try:
            if not (taken.was_uncertain and self._engine.was_applied(command)):
                self._engine.send(command)
        except EngineUnavailable as error:
            return self._wait(taken, queue, error, is_uncertain=taken.was_uncertain)
        except AnswerLost as error:
            return self._wait(taken, queue, error, is_uncertain=True)
        except MismatchingCorrelation as error:
            return self._mismatch(taken, queue, error)
        except DueNotFound as error:
            return self._unseen(taken, queue, error)
        except TaskNotFound as error:
            return self._gone(taken, queue, command, error)
        except EngineRefused as error:
            return self._refused(taken, queue, error)
        return self._close(taken, queue, CommandStatus.DONE)

    def _close(self, taken: rows.Taken, queue: _Queue, status: CommandStatus, error: str | None = None) -> _Fate:
        with self._database.transaction() as session:
            rows.finish(session, taken.row_id, status, self._now(), error)
            if status is CommandStatus.SUPERSEDED and taken.kind == CommandKind.COMPLETE:
                session.add(_superseded_event(taken, queue.letter_id, self._now()))
            return True, queue.take_next(session, self._now())

    def _wait(self, taken: rows.Taken, queue: _Queue, error: Exception, *, is_uncertain: bool) -> _Fate:
        delay = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(taken.attempts, 10))
        with self._database.transaction() as session:
            until = self._now() + timedelta(seconds=delay)
            rows.postpone(session, taken.row_id, until, str(error)[:500], is_uncertain=is_uncertain)
            rows.release(session, queue.letter_id, queue.lane, queue.owner)
        return False, None

    def _mismatch(self, taken: rows.Taken, queue: _Queue, error: Exception) -> _Fate:
        """Nobody waits for the message yet, or no longer."""
        target = str(taken.payload["target"])
        if target == MessageName.LIMITS_CHANGED and taken.attempts >= LIMITS_CHANGED_TRIES:
            return self._close(taken, queue, CommandStatus.SUPERSEDED, str(error)[:500])
        if taken.attempts >= MISMATCHES_BEFORE_STOP:
            return self._stop(taken, queue, error)
        return self._wait(taken, queue, error, is_uncertain=False)

    def _unseen(self, taken: rows.Taken, queue: _Queue, error: DueNotFound) -> _Fate:
        """The limit's due stands nowhere in the engine (yet): its task may be over, or never have begun."""
        if taken.attempts >= MOVE_DUE_TRIES:
            return self._close(taken, queue, CommandStatus.SUPERSEDED, str(error)[:500])
        return self._wait(taken, queue, error, is_uncertain=False)

    def _gone(self, taken: rows.Taken, queue: _Queue, command: Command, error: Exception) -> _Fate:
        """The task ended: by this very command whose answer was lost, or because it was cancelled meanwhile."""
        if command.kind is CommandKind.SET_DUE or self._engine.was_applied(command):
            return self._close(taken, queue, CommandStatus.DONE)
        return self._close(taken, queue, CommandStatus.SUPERSEDED, str(error)[:500])

    def _refused(self, taken: rows.Taken, queue: _Queue, error: EngineRefused) -> _Fate:
        if error.retryable:
            return self._wait(taken, queue, error, is_uncertain=False)
        return self._stop(taken, queue, error)

    def _stop(self, taken: rows.Taken, queue: _Queue, error: Exception) -> _Fate:
        log.error("outbox: letter %s stopped at %s: %s", taken.number, taken.kind, error)
        with self._database.transaction() as session:
            rows.finish(session, taken.row_id, CommandStatus.STOPPED, self._now(), str(error)[:2000])
            rows.release(session, queue.letter_id, queue.lane, queue.owner)
        return False, None


def _command(taken: rows.Taken) -> Command:
    variables = taken.payload["variables"]
    assert isinstance(variables, dict)  # noqa: S101  # written by rows.add
    keys = taken.payload.get("keys") or {}
    assert isinstance(keys, dict)  # noqa: S101  # written by rows.add
    return Command(
        taken.command_id, CommandKind(taken.kind), taken.number, str(taken.payload["target"]), variables, keys
    )


def _superseded_event(taken: rows.Taken, letter_id: int, now: datetime) -> LetterEvent:
    """The author sees on the timeline that his submit came too late to count."""
    return LetterEvent(
        letter_id=letter_id, name=EventName.COMMAND_SUPERSEDED, at=now, by_kind="system", by_name="系统",
        data={"kind": taken.kind, "task": taken.payload.get("task")},
    )  # fmt: skip
