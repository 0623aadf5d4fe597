"""Events of the machinery: a process owner's own tasks, and what came when the letter had gone on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from letterbox.domain.events.event import IF_GIVEN, Event, Given
from letterbox.domain.vocabulary import LimitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted(Event):
    """Only what the process owner asks beside the shipped forms: ``answers`` by field key, ``shown``: label and words in the
    form's order."""

    task: str
    task_name: str
    answers: Mapping[str, Given] | None = field(default=None, metadata=IF_GIVEN)
    shown: tuple[tuple[str, str], ...] | None = field(default=None, metadata=IF_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSuperseded(Event):
    """``kind`` of the command; ``task``: the engine's id of the task that it was to complete."""

    kind: str
    task: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSkipped(Event):
    """``effect``: the topic of a worker's step that came when the letter had gone on; ``status``: where it stood. Nothing else
    happened."""

    effect: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectsUndone(Event):
    """The letter had ended and went on all the same. ``limits``: kinds that were voided; ``units`` that were told;
    ``supervisions``: ids of those ended."""

    limits: tuple[LimitKind, ...]
    units: tuple[str, ...]
    supervisions: tuple[int, ...]
