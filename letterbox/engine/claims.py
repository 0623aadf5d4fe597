"""Who has claimed which open tasks, and which candidate groups have any: to find work without an owner."""

from __future__ import annotations

from collections.abc import Sequence

from letterbox.engine.records import UserTask
from letterbox.engine.tasks import DUE_FIRST, TaskCalls

PAGE = 200


class ClaimSearch(TaskCalls):
    """Thread-safe, like the session it is given."""

    def of_people(self, person_ids: Sequence[str], limit: int) -> tuple[UserTask, ...]:
        """Open tasks claimed by any of these people, earliest due first, each with its business key. Two calls."""
        if not person_ids:
            return ()
        return self._found({"assigneeIn": list(person_ids), "sorting": DUE_FIRST}, 0, limit)

    def at_elements(self, keys: Sequence[str]) -> list[UserTask]:
        """Every open task of one of these elements, with its business key. Two calls a page; none for no element."""
        if not keys:
            return []
        found: list[UserTask] = []
        query = {"taskDefinitionKeyIn": list(keys), "sorting": DUE_FIRST}
        while len(page := self._found(query, len(found), PAGE)) == PAGE:
            found += page
        return [*found, *page]

    def groups_with_tasks(self) -> frozenset[str]:
        """Candidate groups for which unclaimed tasks are open, whatever their name. One call."""
        rows = self._session.get("/task/report/candidate-group-count")
        return frozenset(row["groupName"] for row in rows if row["groupName"])
