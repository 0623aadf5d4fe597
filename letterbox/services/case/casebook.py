"""Opens one letter for one change: its row is locked; its events, limits and engine commands are written together.

Every change of a letter goes through here. So no code path writes the database and calls the engine without the outbox,
no limit moves without its watch being updated, and a letter is found by what it says now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import Variables
from letterbox.domain.clock import Clock
from letterbox.domain.errors import NoSuchLetter
from letterbox.domain.permissions import WORKER, Actor
from letterbox.engine.patience import patience
from letterbox.outbox.relay import LeasedCommands
from letterbox.services.case import effects, standing
from letterbox.services.case.case import Case, locked_letter
from letterbox.services.case.findable import make_findable
from letterbox.services.rules.rulebook import Rulebook
from letterbox.store.commands import OutboxLane
from letterbox.store.database import Database
from letterbox.store.letters import Letter, letter_by_number
from letterbox.store.worker_effects import WorkerEffect

PUSH_PATIENCE_S = 3.0
"""How long whoever changed a letter waits until its commands have reached the engine."""


class Relay(Protocol):
    """Takes the commands of a change to the engine, right after its commit."""

    def lease(self, session: Session, letter_id: int, lanes: Collection[OutboxLane]) -> LeasedCommands: ...

    def relay(self, leased: LeasedCommands) -> int: ...


class RelayedLater:
    """Leaves the commands to the outbox relay of the worker processes; used for changes of many letters at once."""

    def lease(self, session: Session, letter_id: int, lanes: Collection[OutboxLane]) -> LeasedCommands:  # noqa: ARG002  # a Relay
        return LeasedCommands(letter_id)

    def relay(self, leased: LeasedCommands) -> int:  # noqa: ARG002  # a Relay
        return 0


class Casebook:
    """Opens cases. After each commit ``relay`` takes the commands that the case queued to the engine."""

    def __init__(self, database: Database, clock: Clock, rulebook: Rulebook, relay: Relay) -> None:
        self._database = database
        self._clock = clock
        self._rulebook = rulebook
        self._relay = relay

    @contextmanager
    def open(
        self, number: str, actor: Actor, locks: Callable[[Session], str | None] | None = None, *, act: str | None = None
    ) -> Iterator[Case]:
        """Lock the letter for one change; commit at the end, then send its commands. Raises NotFound.

        ``locks`` returns the number of another letter that has to be locked before this one, or None. ``act`` names
        what is done in the table of ``standing``. The table is asked just before the commit, so that a more precise
        refusal of the service comes first. If the letter's status, when it was locked, does not allow ``act``, nothing
        is written and WrongState is raised.
        """
        with self._database.transaction() as session:
            other = locks(session) if locks else None
            leading = self._case(session, locked_letter(session, other), actor) if other and other != number else None
            case = self._case(session, locked_letter(session, number), actor)
            for each in (case, *([leading] if leading else [])):
                _refuse_accused(each, act)
            case.others += [leading] if leading else []
            stood = case.letter.status
            yield case
            if act is not None:
                standing.check(act, stood)
            leased = self._finish(case)
        self._send(leased)

    @contextmanager
    def look(self, number: str, actor: Actor) -> Iterator[Case]:
        """The letter as it is now, for asking what could be done; nothing can be written. Raises NotFound."""
        with self._database.reading() as session:
            letter = letter_by_number(session, number)
            if letter is None:
                raise NoSuchLetter(number)
            case = self._case(session, letter, actor)
            _refuse_accused(case, None)
            yield case

    @contextmanager
    def open_new(self, actor: Actor, make: Callable[[Session, datetime], Letter]) -> Iterator[Case]:
        """Create a letter: ``make`` adds its row; the rest is as for ``open``."""
        with self._database.transaction() as session:
            now = self._clock.now()
            letter = make(session, now)
            session.flush()
            case = Case(session, letter, actor, now, self._rulebook)
            yield case
            leased = self._finish(case)
        self._send(leased)

    def effect(self, external_task_id: str, topic: str, number: str, work: Callable[[Case], Variables]) -> Variables:
        """Run a worker's effect once per external task: a redelivered task gets the stored variables and changes
        nothing.

        If the letter's status does not allow the effect, only that is recorded. Raises NotOnRecord (``effects``).
        """
        with self._database.transaction() as session:
            letter = locked_letter(session, number)
            stored = session.get(WorkerEffect, external_task_id)
            if stored is not None:
                return stored.variables
            case = self._case(session, letter, WORKER)
            variables = effects.run(case, topic, work)
            session.add(
                WorkerEffect(external_task_id=external_task_id, topic=topic, variables=variables, done_at=case.now)
            )
            leased = self._finish(case)
        self._send(leased)
        return variables

    def _finish(self, case: Case) -> list[LeasedCommands]:
        case.finish()
        every = (case, *case.others)
        for each in every:
            make_findable(each.session, each.letter)
        changed = [each for each in every if each.commands.lanes]
        return [self._relay.lease(case.session, each.letter.id, each.commands.lanes) for each in changed]

    def _send(self, leased: Iterable[LeasedCommands]) -> None:
        """Send the commands; those that do not reach the engine in time are left to the worker processes."""
        with patience(PUSH_PATIENCE_S):
            for each in leased:
                self._relay.relay(each)

    def _case(self, session: Session, letter: Letter, actor: Actor) -> Case:
        return Case(session, letter, actor, self._clock.now(), self._rulebook)


def _refuse_accused(case: Case, act: str | None) -> None:
    """Raises NotFound, as if there were no such letter, if the actor belongs to the accused, whatever else they are
    (A5).

    The one exception: a published calendar moves the limits of all letters.
    """
    if act != standing.Act.MOVE_LIMITS and case.actor.is_kept_away(case.letter.excluded_units):
        raise NoSuchLetter(case.letter.number)
