"""Sends the outbox: commands of one letter in order, one relay at a time, each applied once.

A command is marked uncertain before it leaves; if its answer is lost (or the relay dies) it is looked up in the engine's
history by its command id, and sent again only if it left no trace. The trace may still be on its way: starts, completions
and messages carry their id to the engine, which applies each id once and says so the second time. A fault of the machine
under the engine is outwaited for as long as it lasts; an answer that nobody has named is tried for an hour and a half, and
then waits for an operator.
"""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import MessageName
from letterbox.domain.events.codec import encode
from letterbox.domain.events.system import CommandSuperseded
from letterbox.engine.errors import (
    AlreadyApplied,
    AlreadyRunning,
    AnswerLost,
    DueNotFound,
    EngineRefused,
    EngineUnavailable,
    EngineUnclear,
    LostRace,
    MismatchingCorrelation,
    TaskNotFound,
)
from letterbox.outbox import queue as rows
from letterbox.outbox.commands import Command, CommandKind
from letterbox.store.commands import CommandStatus, OutboxLane
from letterbox.store.database import Database, DatabaseUnavailable
from letterbox.store.letters import LetterEvent

log = logging.getLogger(__name__)

FIRST_RETRY_S, LONGEST_RETRY_S = 0.1, 60.0
FIRST_UNCLEAR_S, LONGEST_UNCLEAR_S = 1.0, 900.0
UNCLEAR_TRIES = 16
"""Answers without a reason that we know until the command stops: by the delays between them an hour and a half."""
LONGEST_WAIT_IN_LEASE_S = 20.0
"""With the engine's longest answer (30 s) still within the lease of 60 s."""
MISMATCHES_BEFORE_STOP = 40
"""A message catch may still be on its way (an asynchronous step before it): try for about half an hour."""
LIMITS_CHANGED_TRIES = 8
"""A nudge that keeps finding no waiting watch is dropped: the watch wakes by itself within a day."""
RUNNING_TRIES = 8
"""A process that was told to end does so in a moment, by a continuation of its own; one that still runs after a minute stays."""
MOVE_DUE_TRIES = 4
"""A moved due that is nowhere in the engine may still be in a worker's answer; after about a second it is not coming."""


class EngineCommands(Protocol):
    """What the relay needs of the engine."""

    def send(self, command: Command) -> None: ...

    def was_applied(self, command: Command) -> bool: ...


@dataclass(frozen=True, slots=True)
class LeasedCommands:
    """Commands that their own commit handed to a relay: the lanes are leased to ``owner``. ``rest``: lanes that were not free."""

    letter_id: int
    owner: str = ""
    taken: Sequence[rows.LeasedCommand] = ()
    rest: Sequence[OutboxLane] = ()
    leased_at: float = 0.0
    """Monotonic seconds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command; ``status`` PENDING: it is tried again after ``delay_s``."""

    status: CommandStatus
    error: str | None = None
    delay_s: float = 0.0
    is_uncertain: bool = False
    is_unclear: bool = False
    """The engine gave an answer that nobody has named."""

    @property
    def is_final(self) -> bool:
        return self.status in {CommandStatus.DONE, CommandStatus.SUPERSEDED}


class OutboxRelay:
    """Empties letters' queues; safe to run in every web and worker process at once."""

    def __init__(self, database: Database, engine: EngineCommands, now: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._engine = engine
        self._process = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._now = now or (lambda: datetime.now(UTC))

    def lease(self, session: Session, letter_id: int, lanes: Collection[OutboxLane]) -> LeasedCommands:
        """Within the transaction that queues commands: take the first of each lane for sending right after the commit."""
        owner = self._new_owner()
        taken = rows.lease(session, letter_id, lanes, owner, self._now()) if lanes else []
        rest = [lane for lane in lanes if lane not in {each.lane for each in taken}]
        return LeasedCommands(letter_id=letter_id, owner=owner, taken=taken, rest=rest, leased_at=time.monotonic())

    def relay(self, leased: LeasedCommands) -> int:
        """Send leased commands, after the commit that leased them. Returns how many are done or superseded; never
        raises if the engine is away."""
        finished = self._send(leased)
        return finished + sum(self.relay_lane(leased.letter_id, lane) for lane in leased.rest)

    def relay_letter(self, letter_id: int) -> int:
        """Send what may leave now for one letter, as ``relay`` does."""
        with self._database.reading() as session:
            lanes = rows.lanes_of(session, letter_id)
        return self._take_and_send(letter_id, lanes) if lanes else 0

    def relay_lane(self, letter_id: int, lane: str) -> int:
        return self._take_and_send(letter_id, [lane])

    def relay_waiting(self, limit: int = 100) -> int:
        """One round over every queue with something to send; the outbox loop of the worker process calls this."""
        try:
            with self._database.reading() as session:
                lanes = rows.waiting_lanes(session, self._now(), limit)
            return sum(self.relay_lane(letter_id, lane) for letter_id, lane in lanes)
        except DatabaseUnavailable:
            log.warning("outbox: the database does not answer")
            return 0

    def _new_owner(self) -> str:
        return f"{self._process}-{uuid.uuid4().hex[:8]}"

    def _take_and_send(self, letter_id: int, lanes: Collection[str]) -> int:
        owner = self._new_owner()
        with self._database.transaction() as session:
            taken = rows.lease(session, letter_id, lanes, owner, self._now())
        return self._send(
            LeasedCommands(letter_id=letter_id, owner=owner, taken=taken, rest=[], leased_at=time.monotonic())
        )

    def _send(self, leased: LeasedCommands) -> int:
        """Rounds of one command a lane. What became of a round is written when the next one is taken, in one transaction."""
        finished = 0
        while leased.taken:
            outcomes = [self._try(taken, leased.leased_at) for taken in leased.taken]
            with self._database.transaction() as session:
                self._write(session, leased.letter_id, leased.taken, outcomes)
                going_on = [each.lane for each, outcome in zip(leased.taken, outcomes, strict=True) if outcome.is_final]
                resting = [
                    each.lane for each, outcome in zip(leased.taken, outcomes, strict=True) if not outcome.is_final
                ]
                if resting:
                    rows.release(session, leased.letter_id, resting, leased.owner)
                following = (
                    rows.lease_next(session, leased.letter_id, going_on, leased.owner, self._now()) if going_on else []
                )
            finished += len(going_on)
            leased = LeasedCommands(
                letter_id=leased.letter_id, owner=leased.owner, taken=following, rest=[], leased_at=time.monotonic()
            )
        return finished

    def _write(
        self, session: Session, letter_id: int, taken: Sequence[rows.LeasedCommand], outcomes: Sequence[Outcome]
    ) -> None:
        now = self._now()
        pairs = list(zip(taken, outcomes, strict=True))
        rows.finish_done(session, [each.row_id for each, outcome in pairs if outcome.status is CommandStatus.DONE], now)
        for each, outcome in pairs:
            if outcome.status is CommandStatus.PENDING:
                until = now + timedelta(seconds=outcome.delay_s)
                rows.postpone(session, each.row_id, until, outcome.error or "", is_uncertain=outcome.is_uncertain)
            elif outcome.status is not CommandStatus.DONE:
                rows.finish(session, each.row_id, outcome.status, now, outcome.error, is_uncertain=outcome.is_uncertain)
            if outcome.is_unclear:
                rows.count_unclear(session, each.row_id)
            if outcome.status is CommandStatus.SUPERSEDED and each.kind == CommandKind.COMPLETE:
                session.add(_superseded_event(each, letter_id, now))

    def _try(self, taken: rows.LeasedCommand, leased_at: float) -> Outcome:
        """Send one command, unless it has lain so long that its lease may end before the engine answers."""
        if time.monotonic() - leased_at > LONGEST_WAIT_IN_LEASE_S:
            return Outcome(CommandStatus.PENDING, "leased too long", is_uncertain=taken.was_uncertain)
        command = _command(taken)
        try:
            if not (taken.was_uncertain and self._engine.was_applied(command)):
                self._engine.send(command)
        except (EngineUnavailable, AnswerLost, LostRace) as error:
            return _later(taken, error)
        except AlreadyApplied:
            return Outcome(CommandStatus.DONE)
        except (MismatchingCorrelation, DueNotFound, AlreadyRunning) as error:
            return _early(taken, error)
        except TaskNotFound as error:
            return self._gone(command, error)
        except EngineRefused as error:
            return _stop(taken, error, is_uncertain=taken.was_uncertain)
        return Outcome(CommandStatus.DONE)

    def _gone(self, command: Command, error: Exception) -> Outcome:
        """The task ended: by this very command whose answer was lost, or because it was cancelled meanwhile."""
        if command.kind is CommandKind.SET_DUE or self._engine.was_applied(command):
            return Outcome(CommandStatus.DONE)
        return Outcome(CommandStatus.SUPERSEDED, str(error)[:500])


def _later(taken: rows.LeasedCommand, error: EngineUnavailable | AnswerLost | LostRace) -> Outcome:
    """What may succeed later, and whether it may have been applied."""
    if isinstance(error, EngineUnclear):
        return _unclear(taken, error)
    if isinstance(error, EngineUnavailable):
        return _wait(taken, error, is_uncertain=taken.was_uncertain)
    return _wait(taken, error, is_uncertain=isinstance(error, AnswerLost))


def _wait(taken: rows.LeasedCommand, error: Exception, *, is_uncertain: bool) -> Outcome:
    delay_s = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(taken.attempts, 10))
    return Outcome(status=CommandStatus.PENDING, error=str(error)[:500], delay_s=delay_s, is_uncertain=is_uncertain)


def _early(taken: rows.LeasedCommand, error: MismatchingCorrelation | DueNotFound | AlreadyRunning) -> Outcome:
    """The engine is not as far as the command, or further: what to make of it depends on how long it stays so."""
    if isinstance(error, AlreadyRunning):
        return _running(taken, error)
    return _unseen(taken, error) if isinstance(error, DueNotFound) else _mismatch(taken, error)


def _mismatch(taken: rows.LeasedCommand, error: Exception) -> Outcome:
    """Nobody waits for the message yet, or no longer."""
    target = str(taken.payload["target"])
    if target == MessageName.LIMITS_CHANGED and taken.attempts >= LIMITS_CHANGED_TRIES:
        return Outcome(CommandStatus.SUPERSEDED, str(error)[:500])
    if taken.attempts >= MISMATCHES_BEFORE_STOP:
        return _stop(taken, error, is_uncertain=taken.was_uncertain)
    return _wait(taken, error, is_uncertain=False)


def _running(taken: rows.LeasedCommand, error: Exception) -> Outcome:
    """The letter has such a process, which may be one that was told to end and is about to: only one that stays will do."""
    if taken.attempts >= RUNNING_TRIES:
        return Outcome(CommandStatus.DONE)
    return _wait(taken, error, is_uncertain=False)


def _unseen(taken: rows.LeasedCommand, error: DueNotFound) -> Outcome:
    """The limit's due stands nowhere in the engine (yet): its task may be over, or never have begun."""
    if taken.attempts >= MOVE_DUE_TRIES:
        return Outcome(CommandStatus.SUPERSEDED, str(error)[:500])
    return _wait(taken, error, is_uncertain=False)


def _unclear(taken: rows.LeasedCommand, error: Exception) -> Outcome:
    """Perhaps trouble, perhaps a refusal for good: asked ever more seldom, and in the end left to an operator."""
    if taken.unclear + 1 >= UNCLEAR_TRIES:
        return replace(_stop(taken, error, is_uncertain=True), is_unclear=True)
    delay_s = min(LONGEST_UNCLEAR_S, FIRST_UNCLEAR_S * 2**taken.unclear)
    return Outcome(CommandStatus.PENDING, str(error)[:500], delay_s, is_uncertain=True, is_unclear=True)


def _stop(taken: rows.LeasedCommand, error: Exception, *, is_uncertain: bool) -> Outcome:
    log.error("outbox: letter %s stopped at %s: %s", taken.number, taken.kind, error)
    return Outcome(CommandStatus.STOPPED, str(error)[:2000], is_uncertain=is_uncertain)


def _command(taken: rows.LeasedCommand) -> Command:
    variables = taken.payload["variables"]
    assert isinstance(variables, dict)  # noqa: S101  # written by rows.add
    keys = taken.payload.get("keys") or {}
    assert isinstance(keys, dict)  # noqa: S101  # written by rows.add
    return Command(
        id=taken.command_id,
        kind=CommandKind(taken.kind),
        number=taken.number,
        target=str(taken.payload["target"]),
        variables=variables,
        keys=keys,
    )


def _superseded_event(taken: rows.LeasedCommand, letter_id: int, now: datetime) -> LetterEvent:
    """The author sees on the timeline that his submit came too late to count."""
    task = taken.payload.get("task")
    event = CommandSuperseded(kind=taken.kind, task=None if task is None else str(task))
    return LetterEvent(
        letter_id=letter_id,
        name=event.stored_name(),
        at=now,
        by_kind="system",
        by_name="系统",
        data=encode(event),
    )
