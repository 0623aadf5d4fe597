"""What a handler can answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Complete:
    """The work is done; ``variables`` go to the process."""

    variables: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BpmnError:
    """A business answer that the diagram catches by ``code``."""

    code: str
    message: str = ""
    variables: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Something transient. Retries count down; the delay grows from ``delay_s`` (None: the worker's own) with jitter."""

    reason: str
    delay_s: float | None = None
    details: str = ""


@dataclass(frozen=True, slots=True)
class Fail:
    """Trying again is of no use: an incident at once, with ``reason`` for the operator."""

    reason: str
    details: str = ""


Outcome: TypeAlias = Complete | BpmnError | RetryLater | Fail
