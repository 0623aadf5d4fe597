"""What the completion of a task means: one handler a task of the diagrams (``wiring.procedure.Procedure.task_handlers``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from letterbox.domain.permissions import Actor
from letterbox.services.case.case import Case


@dataclass(frozen=True, slots=True)
class TaskHandler:
    """What a completed task means. ``apply`` changes the letter by the cleaned answer and returns variables of the
    completion.

    ``locks`` returns the number of another letter that has to be locked before this one, or None.
    """

    apply: Callable[[Case, Mapping[str, Any]], dict[str, Any]]
    locks: Callable[[Session, Mapping[str, Any], Actor], str | None] = lambda _session, _values, _actor: None


RECORDED = TaskHandler(lambda _case, _values: {})
"""Of a task that the product does not know: what was answered is recorded."""
