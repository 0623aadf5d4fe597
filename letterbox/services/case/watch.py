"""The letter's one deadline watch: started, updated and ended by commands, as the letter's limits need."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import MessageName, Variable
from letterbox.domain.clock import iso
from letterbox.services.case.commands import CaseCommands
from letterbox.services.case.fault_limits import pressing
from letterbox.services.case.limits import CaseLimits
from letterbox.services.rules.rulebook import Rulebook
from letterbox.store.letters import Letter


class DeadlineWatch:
    def __init__(
        self,
        session: Session,
        letter: Letter,
        now: datetime,
        rulebook: Rulebook,
        limits: CaseLimits,
        commands: CaseCommands,
    ) -> None:
        self._session = session
        self._letter = letter
        self._now = now
        self._rulebook = rulebook
        self._limits = limits
        self._commands = commands

    def next_step_at(self) -> datetime | None:
        """The instant of the earliest step of the ladder that is not taken yet, over all open limits; None if there is
        none."""
        self._session.flush()
        limits = pressing(self._session, self._letter, self._limits.running())
        taken = self._limits.taken_steps(limit.id for limit in limits)
        step = self._rulebook.next_step(limits, self._letter.urgent, taken)
        return step.at if step else None

    def note_step(self) -> dict[str, str]:
        """Note at the letter for which instant the watch has to wait. Returns it as a process variable."""
        self._letter.watch_at = self.next_step_at()
        return {Variable.NEXT_STEP_AT: iso(self._rulebook.waits_until(self._letter.watch_at, self._now))}

    def start(self) -> None:
        """Start the watch; it waits for the step that comes next after this change."""
        self._commands.start_watch({Variable.LETTER_ID: self._letter.id, **self.note_step()})
        self._letter.is_watched = True
        self._limits.changed = False

    def recheck(self) -> None:
        """State that something changed on which steps of the ladder depend (urgency, say): before the commit the watch
        is updated if its next step moved."""
        self._limits.changed = True

    def finish(self) -> None:
        """Before the commit: start, update or end the watch, as the limits need; once, however many limits moved."""
        if not self._limits.changed:
            return
        self._session.flush()
        is_needed = self._letter.closed_at is None or bool(self._limits.running())
        if is_needed and not self._letter.is_watched:
            self.start()
        elif not is_needed and self._letter.is_watched:
            self.end()
        elif is_needed:
            self._notify()

    def _notify(self) -> None:
        before = self._letter.watch_at
        variables = self.note_step()
        if self._letter.watch_at != before:
            self._commands.send_to_watch(MessageName.LIMITS_CHANGED, variables)

    def end(self) -> None:
        self._commands.send_to_watch(MessageName.LETTER_CLOSED, {})
        self._letter.is_watched, self._letter.watch_at = False, None
