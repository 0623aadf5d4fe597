"""Events of what goes on beside a letter: co-handling, supervision, a leader's instructions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from letterbox.domain.events.event import IF_GIVEN, Event, older, unless
from letterbox.domain.vocabulary import EndCause, SupervisionCause, SupervisionOffice


@dataclass(frozen=True, slots=True, kw_only=True)
class CoHandlerAdded(Event):
    """The letter is dispatched to a co-handling unit, at the lead's dispatch or later."""

    unit: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CoHandlerReleased(Event):
    unit: str
    because: EndCause


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionGiven(Event):
    """The words stand in the record's ``co_handlings``."""

    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionMissing(Event):
    """``late``: at the lead's submission the opinion was due and had not come."""

    unit: str
    late: bool = field(metadata=older(False))


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionOpened(Event):
    """``due_on``: the date that a person, the reply or an instruction set, if one did."""

    supervision_id: int
    office: SupervisionOffice
    cause: SupervisionCause
    unit: str
    due_on: date | None
    due_at: datetime
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionAnswered(Event):
    """The words stand in the record's ``supervisions``."""

    supervision_id: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionPressed(Event):
    """``due_on``: the date that the supervisor set, if he did."""

    supervision_id: int
    unit: str
    comment: str
    times: int
    due_on: date | None
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionClosed(Event):
    """``comment``: of who closed it; ``because``: why it ended, if nobody closed it."""

    supervision_id: int
    unit: str
    comment: str | None = field(default=None, metadata=unless("because"))
    because: EndCause | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionReported(Event):
    """The report to committee and government exists."""

    supervision_id: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionGiven(Event):
    """``due_on``: the date that the leader set, if he did."""

    instruction_id: int
    unit: str
    instruction: str
    due_on: date | None
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionAnswered(Event):
    """The words stand in the record's ``instructions``."""

    instruction_id: int
    unit: str
