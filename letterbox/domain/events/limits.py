"""Events of a letter's limits: steps of the ladder, moves, reminders, faults, and its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from letterbox.domain.events.event import IF_GIVEN, Event, key, older
from letterbox.domain.vocabulary import LimitKind, MoveCause, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineStepTaken(Event):
    """``step`` and ``rule`` by their ids in the ladder's table."""

    limit: LimitKind
    step: str
    recipients: tuple[Role, ...]
    unit: str | None
    due_at: datetime
    rule: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWithdrawn(Event):
    """A step taken before the limit moved later; it comes anew in its turn."""

    limit: LimitKind
    unit: str | None
    step: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitMoved(Event):
    limit: LimitKind
    unit: str | None
    old: datetime = field(metadata=key("from"))
    new: datetime = field(metadata=key("to"))
    because: MoveCause


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReminded(Event):
    """``limits``: those that wait for whoever was told; ``limit_ids``: those he was told of; ``told``: how many people."""

    limits: tuple[LimitKind, ...]
    limit_ids: tuple[int, ...] = field(metadata=older(()))
    units: tuple[str, ...]
    told: int
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultBegan(Event):
    """``cause``: ``by_hand`` or a kind of stall; ``reason``: of an operator. No step of the ladder is taken for the letter's
    own limits until it ends."""

    cause: str
    since: datetime
    reason: str | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultEnded(Event):
    """Each working day that the fault touched was added to the letter's own limits that were not late before (``LimitMoved``
    because of ``fault``)."""

    cause: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterClosed(Event):
    """``outcome``: ``evaluated``, ``not_evaluated``, ``not_rehandled``, ``declined``, ``withdrawn``."""

    outcome: str
