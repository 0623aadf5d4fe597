"""Events of assignment and of a unit's handling: within the unit, returned, extended, recalled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from letterbox.domain.events.event import Event, older


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAssigned(Event):
    """Units by their codes."""

    lead_unit: str
    lead_unit_name: str | None
    co_units: tuple[str, ...] = field(metadata=older(()))
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDispatched(Event):
    lead_unit: str | None
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRegistered(Event):
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSubmittedToDeputy(Event):
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerInstructed(Event):
    instruction: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionAsked(Event):
    question: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskHandedOn(Event):
    """``to``: the name of who has it now; ``task`` by its id in the diagram."""

    task: str
    task_name: str
    to: str
    note: str | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLimitSet(Event):
    """The unit's own earlier date (H3)."""

    due_at: datetime
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDrafted(Event):
    """``contacts``: how many records came with it."""

    round: int
    unmet_demand: bool
    contacts: int = field(metadata=older(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySentBack(Event):
    round: int
    comment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySubmitted(Event):
    round: int
    unmet_demand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReturned(Event):
    """``late``: after the window; ``times``: how often the letter was returned."""

    unit: str | None
    reason: str
    proposed_unit: str | None
    late: bool = field(metadata=older(False))
    times: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnUpheld(Event):
    """``lead_unit``: to whom the letter is dispatched at once; none: it is assigned anew."""

    unit: str | None
    lead_unit: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnDismissed(Event):
    unit: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequested(Event):
    """``contacts``: how many records came with it."""

    unit: str | None
    reason: str
    due_on: date
    contacts: int = field(metadata=older(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGranted(Event):
    """``due_on``: from which the limit's end is known again when a calendar is published."""

    unit: str | None
    due_on: date
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRefused(Event):
    unit: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRecalled(Event):
    unit: str | None
    reason: str
