"""The engine commands that an outbox row can hold, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Scalar = str | int | float | bool | None


class CommandKind(StrEnum):
    START = "start"
    COMPLETE = "complete"
    CORRELATE = "correlate"
    SET_DUE = "set_due"


@dataclass(frozen=True, slots=True)
class Command:
    """``target`` is a process key, a task id or a message name, by ``kind``; ``id`` goes along as ``commandId``."""

    id: str
    kind: CommandKind
    number: str
    target: str
    variables: dict[str, Scalar]
