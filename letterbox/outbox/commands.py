"""The engine commands that an outbox row can hold, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from letterbox.engine.values import Scalar


class CommandKind(StrEnum):
    START = "start"
    COMPLETE = "complete"
    CORRELATE = "correlate"
    SET_DUE = "set_due"
    MOVE_DUE = "move_due"
    """A limit's due moved: ``target`` is its kind; ``unit``, ``from`` and ``to`` (instants) are the variables."""

    ASSIGN = "assign"
    """A task is given to a person: ``target`` is the task, ``person`` (an id) the variable."""

    RELEASE = "release"
    """A claim is taken from a person, if the task is still his: ``target`` is the task, ``person`` (an id) the variable."""

    UPDATE_VARIABLES = "tell_facts"
    """Facts of the letter changed: the variables, wherever its running instances hold them; ``target`` is its number.
    Rows of older versions spell it so."""


REPEATABLE = frozenset(
    {CommandKind.SET_DUE, CommandKind.MOVE_DUE, CommandKind.ASSIGN, CommandKind.RELEASE, CommandKind.UPDATE_VARIABLES}
)
"""May be sent twice: the second time changes nothing, so a lost answer needs no looking up."""


@dataclass(frozen=True, slots=True)
class Command:
    """``target`` is a process key, a task id, a message name or a limit kind, by ``kind``; ``id`` goes along as ``commandId``.

    ``keys``: process variables that the instance a message is for must have.
    """

    id: str
    kind: CommandKind
    number: str
    target: str
    variables: dict[str, Scalar]
    keys: dict[str, Scalar] = field(default_factory=dict)
