"""The engine commands of one change of a letter: queued with it, sent after its commit in the order of their lanes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import MessageName, ProcessKey
from letterbox.outbox import queue as outbox
from letterbox.outbox.commands import CommandKind
from letterbox.store.commands import OutboxLane
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit

Variables = Mapping[str, Any]


class CaseCommands:
    """Queues engine commands. ``lanes``: the outbox lanes that got a command by this change."""

    def __init__(self, session: Session, letter: Letter, by_name: str) -> None:
        self._session = session
        self._letter = letter
        self._by_name = by_name
        self._last: list[tuple[MessageName, Variables]] = []
        self.lanes: set[OutboxLane] = set()

    def complete(self, task_id: str, variables: Variables) -> None:
        self._add(OutboxLane.LETTER, CommandKind.COMPLETE, task_id, variables, task_id=task_id)

    def assign(self, task_id: str, person_id: int) -> None:
        """Give a task to a person."""
        self._add(OutboxLane.LETTER, CommandKind.ASSIGN, task_id, {"person": str(person_id)})

    def release(self, task_id: str, person_id: int) -> None:
        """Take the person's claim off the task, if the task is still claimed by this person when the command arrives."""
        self._add(OutboxLane.LETTER, CommandKind.RELEASE, task_id, {"person": str(person_id)})

    def set_due(self, task_id: str, due_text: str) -> None:
        """``due_text``: ISO-8601 with offset."""
        self._add(OutboxLane.LETTER, CommandKind.SET_DUE, task_id, {"due_at": due_text})

    def move_due(self, limit: Limit, moved: Variables) -> None:
        """Update the engine's copies of a limit's due instant. ``moved``: ``from`` and ``to`` (ISO)."""
        self._add(OutboxLane.LETTER, CommandKind.MOVE_DUE, limit.kind, {"unit": limit.unit_code, **moved})

    def update_variables(self, **facts: str | bool | None) -> None:
        """Update the processes' copies of facts that changed, by the names of their variables."""
        self._add(OutboxLane.LETTER, CommandKind.UPDATE_VARIABLES, self._letter.number, facts)

    def correlate(
        self, message: MessageName, variables: Variables | None = None, keys: Variables | None = None
    ) -> None:
        """Send a message. ``keys``: process variables that select one of several instances of the letter that wait for
        it."""
        self._add(OutboxLane.LETTER, CommandKind.CORRELATE, message, variables or {}, keys=keys)

    def correlate_last(self, message: MessageName, variables: Variables) -> None:
        """As ``correlate``, but after every other command of this change, since those create what waits for the
        message."""
        self._last.append((message, variables))

    def start_process(self, key: ProcessKey, variables: Variables) -> None:
        lane = OutboxLane.NOTICE if key is ProcessKey.NOTICE_DELIVERY else OutboxLane.LETTER
        self._add(lane, CommandKind.START, key, variables)

    def start_watch(self, variables: Variables) -> None:
        self._add(OutboxLane.WATCH, CommandKind.START, ProcessKey.DEADLINE_WATCH, variables)

    def send_to_watch(self, message: MessageName, variables: Variables) -> None:
        self._add(OutboxLane.WATCH, CommandKind.CORRELATE, message, variables)

    def finish(self) -> None:
        """Before the commit: queue the messages of ``correlate_last``."""
        for message, variables in self._last:
            self.correlate(message, variables)

    def _add(
        self,
        lane: OutboxLane,
        kind: CommandKind,
        target: str,
        variables: Variables,
        task_id: str | None = None,
        keys: Variables | None = None,
    ) -> None:
        self.lanes.add(lane)
        outbox.add(
            self._session,
            letter_id=self._letter.id,
            lane=lane,
            number=self._letter.number,
            kind=kind,
            target=target,
            by_name=self._by_name,
            variables=variables,
            task_id=task_id,
            keys=keys,
        )
