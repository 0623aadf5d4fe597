"""Carries an outbox command to the engine and looks lost ones up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from letterbox.bundle.vocabulary import MessageName, Variable
from letterbox.domain.vocabulary import LimitKind
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineNotFound
from letterbox.engine.values import Scalar
from letterbox.outbox.commands import REPEATABLE, Command, CommandKind
from letterbox.outbox.due_moves import DueMover

REPEATABLE_MESSAGES = frozenset({MessageName.LIMITS_CHANGED})
"""A message that may safely be sent twice: the watch waits for the same instant again."""


class EngineDispatch:
    """The outbox's way to the engine."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine
        self._dues = DueMover(engine)

    def send(self, command: Command) -> None:
        """Raises the engine room's errors (``letterbox.engine.errors``), DueNotFound among them."""
        tasks, target = self._engine.tasks, command.target
        variables = {**command.variables, Variable.COMMAND_ID: command.id}
        match command.kind:
            case CommandKind.START:
                self._engine.processes.start(target, command.number, variables, command_id=command.id)
            case CommandKind.COMPLETE:
                tasks.complete(target, variables, command_id=command.id)
            case CommandKind.CORRELATE:
                self._engine.messages.correlate(
                    target, command.number, variables, keys=command.keys, command_id=command.id
                )
            case CommandKind.ASSIGN:
                tasks.assign(target, str(command.variables["person"]))
            case CommandKind.RELEASE:
                tasks.release(target, str(command.variables["person"]))
            case CommandKind.SET_DUE:
                tasks.set_due(target, datetime.fromisoformat(str(command.variables["due_at"])))
            case CommandKind.UPDATE_VARIABLES:
                update_variables(self._engine, command.number, command.variables)
            case CommandKind.MOVE_DUE:
                self._move_due(command)
            case _:
                assert_never(command.kind)

    def was_applied(self, command: Command) -> bool:
        """Whether a command whose answer was lost left its trace in the history."""
        if command.kind in REPEATABLE or command.target in REPEATABLE_MESSAGES:
            return False
        return self._engine.history.was_applied(command.id)

    def _move_due(self, command: Command) -> None:
        unit, old, new = (command.variables[name] for name in ("unit", "from", "to"))
        instants = (datetime.fromisoformat(str(old)), datetime.fromisoformat(str(new)))
        self._dues.move(command.number, LimitKind(command.target), None if unit is None else str(unit), *instants)


def update_variables(engine: EngineClient, number: str, facts: Mapping[str, Scalar]) -> None:
    """Every running instance of the letter that holds one of these variables holds the new value. Repeatable."""
    for instance in engine.processes.of(number):
        try:
            existing = engine.processes.variables(instance.id)
            changed = {name: value for name, value in facts.items() if name in existing and existing[name] != value}
            if changed:
                engine.processes.set_variables(instance.id, changed)
        except EngineNotFound:  # it ended meanwhile
            continue
