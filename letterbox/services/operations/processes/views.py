"""One letter's processes for an operator: numbers, units and instants, nothing that the writer said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from letterbox.bundle.vocabulary import ProcessKey


@dataclass(frozen=True, slots=True)
class TokenPosition:
    """Where a token is. ``token``: the engine's id of this very visit. ``due_at``: of the open task there. ``is_between``:
    the step there is still to be run."""

    token: str
    element: str
    name: str
    due_at: datetime | None
    is_between: bool
    has_failed: bool


@dataclass(frozen=True, slots=True)
class RunningProcess:
    """``unit``: the name of the one it asks, for what may run several times beside a letter. ``bundle``: the version of
    the diagrams it follows, None if they are not ours. ``timer_at``: its earliest timer."""

    id: str
    key: str
    name: str
    unit: str | None
    bundle: int | None
    is_suspended: bool
    places: tuple[TokenPosition, ...]
    timer_at: datetime | None


@dataclass(frozen=True, slots=True)
class EndedProcess:
    """``is_deleted``: it did not come to its own end."""

    name: str
    started_at: datetime
    ended_at: datetime
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class LimitOnRecord:
    kind: str
    unit: str | None
    due_at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class WaitingCommand:
    """A command to the engine that is not done: on its way, or (``is_stopped``) refused for good. ``is_own_way``: for
    the letter's processes, not for its watch or notices."""

    id: int
    is_own_way: bool
    words: str
    is_stopped: bool
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RunningSideProcess:
    """A co-handling, supervision or instruction that still runs; ``unit`` by name."""

    process: ProcessKey
    unit: str


@dataclass(frozen=True, slots=True)
class LetterOnRecord:
    """What the database says. ``next_step_at``: when its watch should wake. ``followers``: numbers of joined letters."""

    number: str
    status: str
    lead_unit: str | None
    received_at: datetime
    closed_at: datetime | None
    limits: tuple[LimitOnRecord, ...]
    next_step_at: datetime | None
    side_processes: tuple[RunningSideProcess, ...]
    followers: tuple[str, ...]
    commands: tuple[WaitingCommand, ...]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class ProcessesOfLetter:
    """Both sides. ``bundles``: the versions of the diagrams, newest first."""

    record: LetterOnRecord
    running: tuple[RunningProcess, ...]
    ended: tuple[EndedProcess, ...]
    bundles: tuple[int, ...]

    @property
    def own(self) -> tuple[RunningProcess, ...]:
        """The process of the letter's own way: one, unless something is wrong."""
        return tuple(each for each in self.running if each.key == ProcessKey.LETTER_HANDLING)

    @property
    def watches(self) -> tuple[RunningProcess, ...]:
        return tuple(each for each in self.running if each.key == ProcessKey.DEADLINE_WATCH)

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every visit to a step, but not of watches and notices, which come and go by themselves."""
        passing = {ProcessKey.DEADLINE_WATCH, ProcessKey.NOTICE_DELIVERY}
        return tuple(sorted(place.token for each in self.running if each.key not in passing for place in each.places))

    @property
    def is_at_rest(self) -> bool:
        """It only waits: for people, timers or messages, or for an operator."""
        standing = (place for each in self.running for place in each.places)
        on_their_way = (each for each in self.record.commands if each.is_own_way and not each.is_stopped)
        return not any(on_their_way) and not any(each.is_between and not each.has_failed for each in standing)
