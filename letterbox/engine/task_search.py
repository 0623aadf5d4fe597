"""My tasks with filters: the engine's task query, narrowed (design 8b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from letterbox.engine.records import UserTask
from letterbox.engine.tasks import DUE_FIRST, TaskCalls
from letterbox.engine.values import engine_instant


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """``groups``: any of these candidate groups, and whatever was handed to ``person`` (an id). ``mine_only``: only what
    ``person`` has. ``numbers`` None: any letter; empty: none. Instants are aware."""

    groups: Sequence[str]
    person: str | None = None
    mine_only: bool = False
    key: str | None = None
    due_before: datetime | None = None
    numbers: Sequence[str] | None = None

    @property
    def is_empty(self) -> bool:
        return not self.groups or (self.numbers is not None and not self.numbers)


class TaskSearch(TaskCalls):
    """Thread-safe, like the session it is given."""

    def how_many(self, query: TaskQuery) -> int:
        return 0 if query.is_empty else int(self._session.query("/task/count", _body(query))["count"])

    def search(self, query: TaskQuery, first: int, limit: int) -> tuple[UserTask, ...]:
        """Earliest due first, tasks without a due date last, each with its business key. Two calls."""
        return () if query.is_empty else self._found({**_body(query), "sorting": DUE_FIRST}, first, limit)


def _body(query: TaskQuery) -> dict[str, Any]:
    optional = {
        "taskDefinitionKey": query.key,
        "dueBefore": engine_instant(query.due_before) if query.due_before else None,
        "processInstanceBusinessKeyIn": list(query.numbers) if query.numbers is not None else None,
    }
    return _whose(query) | {name: value for name, value in optional.items() if value is not None}


def _whose(query: TaskQuery) -> dict[str, Any]:
    if query.mine_only:
        return {"assignee": query.person}
    either = {"candidateGroups": list(query.groups), "includeAssignedTasks": True}
    return {"orQueries": [{**either, "assignee": query.person}]} if query.person else either
