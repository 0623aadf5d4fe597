"""User tasks: finding, reading, completing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pycamunda.task
from pycamunda.base import RequestMethod

from letterbox.engine.errors import EngineNotFound, TaskNotFound
from letterbox.engine.records import FormRef, UserTask
from letterbox.engine.session import EngineSession, safe_id
from letterbox.engine.values import Sendable, encode_all, engine_instant, instant

PAGE = 200

DUE_FIRST = [{"sortBy": name, "sortOrder": "asc"} for name in ("dueDate", "created", "id")]
"""Earliest due first; PostgreSQL puts tasks without a due date last. The id makes pages stable."""
KEPT_ON_UPDATE = (
    "name",
    "description",
    "assignee",
    "owner",
    "delegationState",
    "followUp",
    "priority",
    "parentTaskId",
    "caseInstanceId",
    "tenantId",
)
"""The engine's update replaces a task's whole record, so what is not sent again would be lost."""
MOST_BUSINESS_KEYS = 20_000
"""Kept per process of ours; some 100 bytes each."""


class TaskCalls:
    """``EngineClient.tasks``."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session
        self._business_keys: dict[str, str | None] = {}

    def find(
        self,
        candidate_groups: Iterable[str],
        *,
        assignee: str | None = None,
        include_assigned: bool = True,
        first: int = 0,
        limit: int = 50,
    ) -> tuple[UserTask, ...]:
        """Open tasks of any of these groups, earliest due first, each with its business key. At most two calls.

        ``assignee`` narrows to one person's; ``include_assigned=False`` leaves out claimed ones. No group: no task.
        """
        query = _query(candidate_groups, assignee, include_assigned)
        return self._found({**query, "sorting": DUE_FIRST}, first, limit) if query else ()

    def count(
        self, candidate_groups: Iterable[str], *, assignee: str | None = None, include_assigned: bool = True
    ) -> int:
        query = _query(candidate_groups, assignee, include_assigned)
        return int(self._session.query("/task/count", query)["count"]) if query else 0

    def of(self, business_key: str) -> tuple[UserTask, ...]:
        """The open tasks of a letter, in all its processes, earliest due first."""
        query = {"processInstanceBusinessKey": business_key, "sorting": DUE_FIRST}
        tasks = self._session.query("/task", query)
        return tuple(replace(_task(task), business_key=business_key) for task in tasks)

    def get(self, task_id: str) -> UserTask:
        """Raises TaskNotFound."""
        return self._with_business_keys([_task(self._raw(task_id))])[0]

    def exists(self, task_id: str) -> bool:
        """Whether the task is open, in one call."""
        try:
            self._raw(task_id)
        except TaskNotFound:
            return False
        return True

    def groups(self, task_id: str) -> tuple[str, ...]:
        """The candidate groups (``role`` or ``role@unit``) of a task. Raises TaskNotFound."""
        call = pycamunda.task.IdentityLinksGetList(self._session.url, task_id=_task_id(task_id))
        links = self._session.read(RequestMethod.GET, call)
        return tuple(link["groupId"] for link in links if link["type"] == "candidate" and link["groupId"])

    def form(self, task_id: str) -> dict[str, Any]:
        """The task's form-js schema as deployed. Raises EngineNotFound if the task or its form is not there."""
        schema: dict[str, Any] = self._session.get(f"/task/{_task_id(task_id)}/deployed-form")
        return schema

    def complete(self, task_id: str, variables: Mapping[str, Sendable], *, command_id: str | None = None) -> None:
        """Raises TaskNotFound if it is gone, AlreadyApplied for a ``command_id`` that took effect before, EngineRefused,
        AnswerLost.
        """
        call = pycamunda.task.Complete(self._session.url, id_=_task_id(task_id))
        call.variables = encode_all(variables)
        self._session.read(RequestMethod.POST, call, command_id=command_id)

    def set_due(self, task_id: str, due_at: datetime | None) -> None:
        """Move a task's due date, keeping everything else about it. Two calls. Raises TaskNotFound."""
        raw = self._raw(task_id)
        body = {name: raw.get(name) for name in KEPT_ON_UPDATE}
        body["due"] = engine_instant(due_at) if due_at else None
        self._session.command("PUT", f"/task/{task_id}", body)

    def claim(self, task_id: str, user_id: str) -> None:
        """Raises EngineRefused if somebody else has it, TaskNotFound."""
        self._session.run(pycamunda.task.Claim(self._session.url, id_=_task_id(task_id), user_id=user_id))

    def assign(self, task_id: str, user_id: str) -> None:
        """Give the task to a person, whoever has it; repeatable. Raises TaskNotFound."""
        self._session.run(pycamunda.task.SetAssignee(self._session.url, id_=_task_id(task_id), user_id=user_id))

    def unclaim(self, task_id: str) -> None:
        self._session.run(pycamunda.task.Unclaim(self._session.url, id_=_task_id(task_id)))

    def release(self, task_id: str, user_id: str) -> None:
        """Take the claim from this person; somebody else's stays. Repeatable. Raises TaskNotFound."""
        if self.get(task_id).assignee == user_id:
            self.unclaim(task_id)

    def _raw(self, task_id: str) -> dict[str, Any]:
        call = pycamunda.task.Get(self._session.url, id_=_task_id(task_id))
        try:
            raw: dict[str, Any] = self._session.read(RequestMethod.GET, call)
        except EngineNotFound as error:
            raise TaskNotFound(error.status, error.kind, error.detail) from error
        return raw

    def _found(self, query: Mapping[str, Any], first: int, limit: int) -> tuple[UserTask, ...]:
        # pycamunda's list sends one sort key and a query string that many groups would burst
        found = self._session.query("/task", query, firstResult=first, maxResults=limit)
        return self._with_business_keys([_task(task) for task in found])

    def _every(self, query: Mapping[str, Any]) -> list[UserTask]:
        found: list[UserTask] = []
        while len(page := self._found({**query, "sorting": DUE_FIRST}, len(found), PAGE)) == PAGE:
            found += page
        return [*found, *page]

    def _with_business_keys(self, tasks: list[UserTask]) -> tuple[UserTask, ...]:
        """An instance's business key never changes, so it is asked for once."""
        known = self._business_keys
        unknown = sorted({task.process_instance_id for task in tasks} - known.keys())
        if unknown:
            if len(known) > MOST_BUSINESS_KEYS:
                known.clear()
            found = self._session.query("/process-instance", {"processInstanceIds": unknown})
            known.update({each["id"]: each["businessKey"] for each in found})
        return tuple(replace(task, business_key=known.get(task.process_instance_id)) for task in tasks)


def _query(groups: Iterable[str], assignee: str | None, include_assigned: bool) -> dict[str, Any]:
    names = list(groups)
    if not names:
        return {}
    query: dict[str, Any] = {"candidateGroups": names}
    if assignee:
        query["assignee"] = assignee
    if include_assigned or assignee:
        query["includeAssignedTasks"] = True
    return query


def _task_id(task_id: str) -> str:
    try:
        return safe_id(task_id)
    except EngineNotFound as error:
        raise TaskNotFound(error.status, error.kind, error.detail) from error


def _task(raw: Mapping[str, Any]) -> UserTask:
    created_at = instant(raw["created"])
    if created_at is None:
        raise ValueError("a task without creation time")
    return UserTask(
        id=raw["id"],
        key=raw["taskDefinitionKey"],
        name=raw["name"] or raw["taskDefinitionKey"],
        assignee=raw["assignee"],
        created_at=created_at,
        due_at=instant(raw["due"]),
        process_instance_id=raw["processInstanceId"],
        process_definition_id=raw["processDefinitionId"],
        form_ref=_form_ref(raw.get("operatonFormRef") or raw.get("camundaFormRef")),
        is_suspended=raw["suspended"],
    )


def _form_ref(raw: Mapping[str, Any] | None) -> FormRef | None:
    """Operaton and Camunda 7 name the field differently; its content is the same."""
    return FormRef(key=raw["key"], binding=raw["binding"], version=raw.get("version")) if raw else None


class ClaimSearch(TaskCalls):
    """Thread-safe, like the session it is given."""

    def of_people(self, person_ids: Sequence[str]) -> list[UserTask]:
        """Every open task claimed by any of these people, earliest due first, with its business key. Two calls a page."""
        return self._every({"assigneeIn": list(person_ids)}) if person_ids else []

    def unclaimed(self, groups: Sequence[str]) -> list[UserTask]:
        """Every open task of these candidate groups that nobody has claimed, as ``of_people``."""
        return self._every(_query(groups, None, include_assigned=False)) if groups else []

    def at_elements(self, keys: Sequence[str]) -> list[UserTask]:
        """Every open task of one of these elements, with its business key. Two calls a page; none for no element."""
        return self._every({"taskDefinitionKeyIn": list(keys)}) if keys else []

    def groups_with_tasks(self) -> frozenset[str]:
        """Candidate groups for which unclaimed tasks are open, whatever their name. One call."""
        rows = self._session.get("/task/report/candidate-group-count")
        return frozenset(row["groupName"] for row in rows if row["groupName"])


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

    def every(self, query: TaskQuery) -> list[UserTask]:
        """All of them, as ``search``. Two calls a page of two hundred."""
        return [] if query.is_empty else self._every(_body(query))


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
