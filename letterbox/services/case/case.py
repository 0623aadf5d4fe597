"""A letter opened for one change: its record, with its limits, its engine commands and its watch beside it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.errors import NoSuchLetter
from letterbox.domain.events.codec import encode
from letterbox.domain.events.event import Event
from letterbox.domain.events.limits import LetterClosed
from letterbox.domain.permissions import Actor, Grant
from letterbox.domain.status import project
from letterbox.domain.vocabulary import ENDS_WITH_LETTER
from letterbox.services.case.commands import CaseCommands
from letterbox.services.case.limits import CaseLimits
from letterbox.services.case.watch import DeadlineWatch
from letterbox.services.rules.rulebook import Rulebook
from letterbox.store.letters import Letter, LetterEvent


class Case:
    """One letter within one transaction; ``now`` is the single instant of everything that happens in it."""

    def __init__(self, session: Session, letter: Letter, actor: Actor, now: datetime, rulebook: Rulebook) -> None:
        self.session = session
        self.letter = letter
        self.actor = actor
        self.now = now
        self.rulebook = rulebook
        self.commands = CaseCommands(session, letter, actor.name)
        self.limits = CaseLimits(session, letter, now, rulebook, self.commands, self.record)
        self.watch = DeadlineWatch(session, letter, now, rulebook, self.limits, self.commands)
        self.others: list[Case] = []
        """Other letters that this change touches, in the same transaction."""
        self.task_subject: int | None = None
        self._grant: Grant | None = None

    def other(self, number: str) -> Case:
        """Another letter of the same change, locked too. Lock the leading letter before those joined to it.

        Raises NotFound.
        """
        known = next((case for case in [self, *self.others] if case.letter.number == number), None)
        if known is None:
            known = Case(self.session, locked_letter(self.session, number), self.actor, self.now, self.rulebook)
            self.others.append(known)
        return known

    def with_new_letter(self, letter: Letter) -> Case:
        """A case for another letter that is created by this change; its row was just added."""
        self.session.flush()
        case = Case(self.session, letter, self.actor, self.now, self.rulebook)
        self.others.append(case)
        return case

    def record(self, event: Event) -> None:
        """Append an event by the case's actor, and set the letter's status to what follows from it."""
        row = LetterEvent(
            letter_id=self.letter.id,
            name=event.stored_name(),
            at=self.now,
            by_kind=self.actor.kind,
            by_id=self.actor.id,
            data=encode(event),
            **self._by(),
        )
        self.session.add(row)
        self.letter.status = project(self.letter.status, row.name, event)

    def acting_as(self, grant: Grant, task_subject: int | None = None) -> None:
        """State under which of the actor's grants this change is made. If it is a substitute's, the events name the
        person substituted.

        ``task_subject``: which side process of the letter the task is about (the id of a supervision, say).
        """
        self._grant = grant
        self.task_subject = task_subject

    @property
    def acting_unit(self) -> str | None:
        """The unit in whose name the change is made; None if it is made in the name of an office."""
        return self._grant.unit if self._grant else None

    def _by(self) -> dict[str, str | None]:
        only = next(iter(self.actor.grants)) if len(self.actor.grants) == 1 else None
        grant = self._grant or only
        name = self.actor.name
        if grant is not None and grant.for_whom:
            name = f"{name}（代{grant.for_whom}）"
        return {"by_name": name, "by_role": grant.role if grant else None, "by_unit": grant.unit if grant else None}

    def close(self, outcome: str) -> None:
        """End the letter's own process: its open limits are voided. Supervisions, leaders' instructions and promises go
        on; they keep their limits, and so the watch runs on. ``outcome`` as in ``LetterClosed``."""
        self.limits.void_all(*ENDS_WITH_LETTER)
        self.letter.closed_at = self.now
        self.record(LetterClosed(outcome=outcome))
        self.watch.recheck()

    def finish(self) -> None:
        """Before the commit: queue the commands that have to be last, and update the watch to the limits."""
        for other in self.others:
            other.finish()
        self.commands.finish()
        self.watch.finish()


def locked_letter(session: Session, number: str) -> Letter:
    """The letter's row as it is now, locked until the transaction ends; rows that only refer to it may be added.

    Raises NotFound.
    """
    lock = select(Letter).where(Letter.number == number).with_for_update(of=Letter, key_share=True)
    letter = session.scalars(lock.execution_options(populate_existing=True)).first()
    if letter is None:
        raise NoSuchLetter(number)
    return letter
