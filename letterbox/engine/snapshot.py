"""The engine's whole side at one time, for comparing it with the database: pages of everything that runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from letterbox.engine.migration import MigrationCalls
from letterbox.engine.processes import ProcessCalls
from letterbox.engine.records import Instance, TaskLock, UserTask
from letterbox.engine.session import EngineSession
from letterbox.engine.tasks import TaskCalls
from letterbox.engine.values import Scalar, instant

PAGE = 500


class SnapshotCalls:
    """Readings of a moving thing: what was read first may be over by the time the last is read."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session
        self._processes = ProcessCalls(session)
        self._migration = MigrationCalls(session)
        self._tasks = _AllTasks(session)

    def instances(self, process_key: str) -> list[Instance]:
        """Running instances of every version."""
        found: list[Instance] = []
        while len(page := self._processes.of_process(process_key, first=len(found), limit=PAGE)) == PAGE:
            found += page
        return [*found, *page]

    def timers(self, process_key: str) -> dict[str, list[datetime]]:
        """Instance id → due instants of its timers."""
        query = {"timers": True, "processDefinitionKey": process_key}
        found = defaultdict(list)
        for raw in self._pages("/job", query, "jobId"):
            due = instant(raw["dueDate"])
            if due is not None:
                found[raw["processInstanceId"]].append(due)
        return dict(found)

    def values(self, variable: str) -> dict[str, Scalar]:
        """Instance id → its value of this variable, for those that have it."""
        found = self._pages("/variable-instance", {"variableName": variable}, "activityInstanceId")
        return {raw["processInstanceId"]: raw["value"] for raw in found}

    def busy(self) -> frozenset[str]:
        """Instances with a step that waits to be run or work that waits for a worker, failed ones included."""
        steps = self._pages("/job", {"messages": True}, "jobId")
        work = self._pages("/external-task", {}, "id")
        return frozenset(raw["processInstanceId"] for each in (steps, work) for raw in each)

    def tasks(self) -> list[UserTask]:
        """Every open user task, with its business key."""
        found: list[UserTask] = []
        while len(page := self._tasks.page(len(found))) == PAGE:
            found += page
        return [*found, *page]

    def places(self, process_key: str) -> dict[str, frozenset[str]]:
        """Business key → elements of this process that hold its tokens. A call a version and occupied element."""
        found = defaultdict(set)
        for definition_id in {each.process_definition_id for each in self.instances(process_key)}:
            for element in self._migration.occupied(definition_id):
                for number in self._migration.at(definition_id, element):
                    found[number].add(element)
        return {number: frozenset(elements) for number, elements in found.items()}

    def doubled(self, process_key: str) -> list[tuple[Instance, str]]:
        """Instances with several tokens in one element. Two calls a version and occupied element, more only where it is so."""
        running = {each.id: each for each in self.instances(process_key)}
        found = []
        for definition_id in {each.process_definition_id for each in running.values()}:
            for element, tokens in self._migration.occupied(definition_id).items():
                if tokens > self._migration.count_at(definition_id, element):
                    counts = self._tokens(definition_id, element)
                    found += [
                        (running[each], element) for each, count in counts.items() if count > 1 and each in running
                    ]
        return found

    def _tokens(self, definition_id: str, element: str) -> Mapping[str, int]:
        query = {"processDefinitionId": definition_id, "activityId": element, "unfinished": True}
        found = self._pages("/history/activity-instance", query, "activityInstanceId")
        return Counter(raw["processInstanceId"] for raw in found)

    def locks(self) -> list[TaskLock]:
        """Every lock on an external task that has not expired."""
        found = self._pages("/external-task", {"locked": True}, "id")
        locks = ((raw, instant(raw["lockExpirationTime"])) for raw in found)
        return [
            TaskLock(
                id=raw["id"],
                topic=raw["topicName"],
                worker_id=raw["workerId"] or "",
                until=until,
                has_failed=raw["errorMessage"] is not None,
                business_key=raw["businessKey"],
            )
            for raw, until in locks
            if until is not None
        ]

    def _pages(self, path: str, query: Mapping[str, Any], sort_by: str) -> Iterator[dict[str, Any]]:
        first = 0
        body = {**query, "sorting": [{"sortBy": sort_by, "sortOrder": "asc"}]}
        while True:
            page = self._session.query(path, body, firstResult=first, maxResults=PAGE)
            yield from page
            if len(page) < PAGE:
                return
            first += PAGE


class _AllTasks(TaskCalls):
    def page(self, first: int) -> tuple[UserTask, ...]:
        return self._found({"sorting": [{"sortBy": "id", "sortOrder": "asc"}]}, first, PAGE)
