"""External tasks: the worker's side (fetch, answer, keep the lock) and the operator's (retries).

The answering calls say True if the engine took them and False if the task is no longer there (done, cancelled).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import pycamunda.externaltask
from pycamunda.base import CamundaRequest, RequestMethod
from pycamunda.request import BodyParameter

from letterbox.engine.errors import EngineNotFound, EngineRefused
from letterbox.engine.records import ExternalTask
from letterbox.engine.session import EngineSession, safe_id
from letterbox.engine.values import Sendable, decode_all, encode_all, instant

OLDEST_FIRST = [{"sortBy": "createTime", "sortOrder": "asc"}]
"""Unsorted, the engine's order is arbitrary and an old task may starve. Priority still goes first."""
MOST_LOOKED_AT = 1000
NOBODYS_TOPIC = "no-such-topic"


class TopicRequest(Protocol):
    """What is asked of one topic (``TopicRequest``, or a worker's own type)."""

    @property
    def name(self) -> str: ...
    @property
    def lock_ms(self) -> int: ...
    @property
    def variables(self) -> tuple[str, ...] | None: ...


class _FetchOldestFirst(pycamunda.externaltask.FetchAndLock):  # type: ignore[misc]  # pycamunda has no types
    """pycamunda's fetch, with the order of creation that it lacks (engines since 7.21)."""

    sorting = BodyParameter("sorting")


class ExternalTaskCalls:
    """``EngineClient.external_tasks``."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session

    def fetch_and_lock(
        self, worker_id: str, topics: Sequence[TopicRequest], max_tasks: int, async_response_timeout_ms: int
    ) -> list[ExternalTask]:
        """Lock up to ``max_tasks`` tasks, highest priority and then oldest first; waits on the engine for some to come.

        We wait longer than the engine was told to by the usual reading time, never for ever: a half-open connection
        must not hang a worker.
        """
        call = _FetchOldestFirst(
            self._session.url,
            worker_id=worker_id,
            max_tasks=max_tasks,
            async_response_timeout=async_response_timeout_ms or None,
            use_priority=True,
        )
        call.sorting = OLDEST_FIRST
        for topic in topics:
            call.add_topic(topic.name, topic.lock_ms, variables=topic.variables)
        wait_s = async_response_timeout_ms / 1000 + self._session.read_timeout_s
        return [_task(raw) for raw in self._session.read(RequestMethod.POST, call, read_timeout_s=wait_s)]

    def cancel_fetch(self, worker_id: str) -> None:
        """Make the engine let go of this worker's waiting fetch, so that it locks nothing for a worker that leaves.

        Works where the engine has ``fetch-and-lock-unique-worker-request`` set: a newer fetch ends the older one.
        """
        call = pycamunda.externaltask.FetchAndLock(
            self._session.url, worker_id=worker_id, max_tasks=1, async_response_timeout=1
        )
        call.add_topic(NOBODYS_TOPIC, 1)
        self._session.read(RequestMethod.POST, call)

    def complete(self, task_id: str, worker_id: str, variables: Mapping[str, Sendable]) -> bool:
        call = pycamunda.externaltask.Complete(self._session.url, id_=safe_id(task_id), worker_id=worker_id)
        call.variables = encode_all(variables)
        return self._was_accepted(call)

    def failure(
        self, task_id: str, worker_id: str, *, message: str, details: str, retries: int, retry_timeout_ms: int
    ) -> bool:
        """``retries`` left; 0 makes an incident with ``message`` (at most 666 characters)."""
        return self._was_accepted(
            pycamunda.externaltask.HandleFailure(
                self._session.url,
                id_=safe_id(task_id),
                worker_id=worker_id,
                error_message=message,
                error_details=details,
                retries=retries,
                retry_timeout=retry_timeout_ms,
            )
        )

    def bpmn_error(
        self, task_id: str, worker_id: str, code: str, message: str, variables: Mapping[str, Sendable]
    ) -> bool:
        call = pycamunda.externaltask.HandleBPMNError(
            self._session.url, id_=safe_id(task_id), worker_id=worker_id, error_code=code, error_message=message
        )
        call.variables = encode_all(variables)
        return self._was_accepted(call)

    def extend_lock(self, task_id: str, worker_id: str, duration_ms: int) -> bool:
        """False also if the lock has expired already or is another worker's."""
        call = pycamunda.externaltask.ExtendLock(
            self._session.url, id_=safe_id(task_id), new_duration=duration_ms, worker_id=worker_id
        )
        try:
            return self._was_accepted(call)
        except EngineRefused as refused:
            if refused.status != 400:
                raise
            return False

    def unlock(self, task_id: str) -> bool:
        return self._was_accepted(pycamunda.externaltask.Unlock(self._session.url, id_=safe_id(task_id)))

    def get(self, task_id: str) -> ExternalTask:
        """Without variables. Raises EngineNotFound."""
        return _task(self._session.get(f"/external-task/{safe_id(task_id)}"))

    def of_instance(self, process_instance_id: str) -> tuple[ExternalTask, ...]:
        found = self._session.query("/external-task", {"processInstanceId": process_instance_id})
        return tuple(_task(raw) for raw in found)

    def failed(self, *, first: int = 0, limit: int = 100) -> tuple[ExternalTask, ...]:
        """Those that have no retry left."""
        found = self._session.query("/external-task", {"noRetriesLeft": True}, firstResult=first, maxResults=limit)
        return tuple(_task(raw) for raw in found)

    def untaken_since(self, moment: datetime) -> dict[str, int]:
        """Topic → how many tasks could be taken, were made before ``moment`` and are nobody's; the oldest 1000."""
        query = {"notLocked": True, "withRetriesLeft": True, "active": True, "sorting": OLDEST_FIRST}
        found = self._session.query("/external-task", query, maxResults=MOST_LOOKED_AT)
        made = [(raw["topicName"], instant(raw["createTime"])) for raw in found]
        return dict(Counter(topic for topic, at in made if at is not None and at < moment))

    def error_details(self, task_id: str) -> str:
        """The last failure's traceback, empty if none."""
        return self._session.get_bytes(f"/external-task/{safe_id(task_id)}/errorDetails").decode()

    def set_retries(self, task_id: str, retries: int) -> None:
        """More than 0 resolves the incident and lets workers fetch the task again. Raises EngineNotFound."""
        self._session.run(pycamunda.externaltask.SetRetries(self._session.url, id_=safe_id(task_id), retries=retries))

    def _was_accepted(self, call: CamundaRequest) -> bool:
        try:
            self._session.read(RequestMethod.POST, call)
        except EngineNotFound:
            return False
        return True


def _task(raw: Mapping[str, Any]) -> ExternalTask:
    return ExternalTask(
        id=raw["id"],
        topic=raw["topicName"],
        worker_id=raw["workerId"],
        business_key=raw.get("businessKey"),
        process_key=raw["processDefinitionKey"],
        process_instance_id=raw["processInstanceId"],
        process_definition_id=raw["processDefinitionId"],
        activity_id=raw["activityId"],
        activity_instance_id=raw["activityInstanceId"],
        retries=raw["retries"],
        priority=raw["priority"],
        locked_until=instant(raw["lockExpirationTime"]),
        error_message=raw.get("errorMessage"),
        variables=decode_all(raw.get("variables")),
    )
