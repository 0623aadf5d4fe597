"""What the engine tells us, as frozen values; differences between engines are gone by the time one of these exists.

Instants are aware. ``process_key`` is the diagram's id (``LetterHandlingProcess``); ``business_key`` the letter's number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from letterbox.engine.values import Scalar


@dataclass(frozen=True, slots=True)
class FormRef:
    """The form a user task points to; ``binding`` is ``deployment``, ``latest`` or ``version``."""

    key: str
    binding: str
    version: int | None


@dataclass(frozen=True, slots=True)
class UserTask:
    """An open task. ``key`` is its id in the diagram, ``business_key`` None only for an instance that has none."""

    id: str
    key: str
    name: str
    assignee: str | None
    created_at: datetime
    due_at: datetime | None
    process_instance_id: str
    process_definition_id: str
    form_ref: FormRef | None
    business_key: str | None = None
    is_suspended: bool = False


@dataclass(frozen=True, slots=True)
class TopicRequest:
    """What a worker asks of one topic. ``variables`` None: all of them; an empty tuple: none."""

    name: str
    lock_ms: int
    variables: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ExternalTask:
    """A task locked for a worker. ``retries`` is None until a failure was reported."""

    id: str
    topic: str
    worker_id: str | None
    business_key: str | None
    process_key: str
    process_instance_id: str
    process_definition_id: str
    activity_id: str
    activity_instance_id: str
    retries: int | None
    priority: int
    locked_until: datetime | None
    error_message: str | None = None
    variables: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskLock:
    """Somebody's lock on an external task. ``has_failed``: it may only rest until its worker tries again."""

    id: str
    topic: str
    worker_id: str
    until: datetime
    has_failed: bool
    business_key: str | None


@dataclass(frozen=True, slots=True)
class Job:
    """A timer (``due_at`` set) or another job. ``exception`` is the last failure, None if it never failed."""

    id: str
    process_instance_id: str
    process_key: str
    activity_id: str | None
    due_at: datetime | None
    retries: int
    exception: str | None
    is_suspended: bool
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Incident:
    """Something the engine gave up on. ``configuration`` is the job's or the external task's id, by ``kind``.

    The token waits at ``activity_id``; what went wrong may be a later step, ``failed_activity_id``.
    """

    id: str
    kind: str
    message: str | None
    at: datetime
    process_instance_id: str
    process_definition_id: str
    activity_id: str | None
    failed_activity_id: str | None
    configuration: str | None
    annotation: str | None
    root_cause_id: str | None


@dataclass(frozen=True, slots=True)
class Instance:
    """A running process instance."""

    id: str
    process_key: str
    process_definition_id: str
    business_key: str | None
    is_suspended: bool


class InstanceState(StrEnum):
    """Of a process instance in history; the engine's words."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    EXTERNALLY_TERMINATED = "EXTERNALLY_TERMINATED"
    INTERNALLY_TERMINATED = "INTERNALLY_TERMINATED"


@dataclass(frozen=True, slots=True)
class HistoricInstance:
    id: str
    process_key: str
    process_definition_id: str
    business_key: str | None
    state: InstanceState
    started_at: datetime
    ended_at: datetime | None
    caller_id: str | None
    delete_reason: str | None


class TaskState(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class HistoricTask:
    id: str
    key: str
    state: TaskState
    assignee: str | None
    process_instance_id: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProcessDefinition:
    """A deployed process; ``version`` counts from 1."""

    id: str
    key: str
    name: str | None
    version: int
    version_tag: str | None
    deployment_id: str
    resource: str
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    id: str
    name: str | None
    source: str | None
    deployed_at: datetime


@dataclass(frozen=True, slots=True)
class Activity:
    """One node of an instance's tree of tokens: ``is_transition`` for a token about to enter (or to leave) an activity."""

    id: str
    activity_id: str
    name: str | None
    kind: str
    is_transition: bool
    incident_ids: tuple[str, ...]
    children: tuple[Activity, ...] = ()

    def leaves(self) -> tuple[Activity, ...]:
        """The places where tokens are."""
        if not self.children:
            return (self,)
        return tuple(leaf for child in self.children for leaf in child.leaves())
