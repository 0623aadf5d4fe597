"""What the engine remembers: the way to learn the fate of a command whose answer was lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from letterbox.bundle.vocabulary import Variable
from letterbox.engine.errors import TaskNotFound
from letterbox.engine.records import HistoricInstance, HistoricTask, InstanceState, TaskState
from letterbox.engine.session import EngineSession
from letterbox.engine.values import instant


class HistoryCalls:
    """``EngineClient.history``; pycamunda has no history."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session

    def was_applied(self, command_id: str) -> bool:
        """Whether a command that carried ``commandId`` = ``command_id`` left its trace.

        Only the last command of each process instance can be looked up: the next one writes over the variable. That
        is enough, because a letter's commands leave one after the other and the lost one is the last.
        """
        found = self._session.get(
            "/history/variable-instance/count", variableName=Variable.COMMAND_ID.value, variableValue=command_id
        )
        return int(found["count"]) > 0

    def task(self, task_id: str) -> HistoricTask:
        """Raises TaskNotFound if there never was such a task."""
        found = self._session.get("/history/task", taskId=task_id)
        if not found:
            raise TaskNotFound(404, "HistoricTask", "no such task in history")
        return _task(found[0])

    def tasks(self, business_key: str) -> tuple[HistoricTask, ...]:
        """All tasks a letter ever had, oldest first."""
        query = {
            "processInstanceBusinessKey": business_key,
            "sorting": [{"sortBy": "startTime", "sortOrder": "asc"}],
        }
        return tuple(_task(raw) for raw in self._session.query("/history/task", query))

    def instances(self, business_key: str) -> tuple[HistoricInstance, ...]:
        """All process instances of a letter, running or ended, oldest first."""
        query = {
            "processInstanceBusinessKey": business_key,
            "sorting": [{"sortBy": "startTime", "sortOrder": "asc"}],
        }
        return tuple(_instance(raw) for raw in self._session.query("/history/process-instance", query))

    def variables(self, process_instance_id: str) -> dict[str, Any]:
        """The last value of each variable of an instance, running or ended (scopes merged)."""
        found = self._session.get("/history/variable-instance", processInstanceId=process_instance_id)
        return {raw["name"]: raw["value"] for raw in found}

    def ran(self, job_id: str) -> bool:
        """Whether a job was executed with success; False also if it was cancelled."""
        found = self._session.get("/history/job-log/count", jobId=job_id, successLog=True)
        return int(found["count"]) > 0

    def worked(self, external_task_id: str) -> bool:
        """Whether a worker completed the external task; False also if it was cancelled."""
        found = self._session.get("/history/external-task-log/count", externalTaskId=external_task_id, successLog=True)
        return int(found["count"]) > 0

    def activities(self, process_instance_id: str) -> list[dict[str, Any]]:
        """The engine's own records of every activity instance, oldest first (for coverage and durations)."""
        query = {
            "processInstanceId": process_instance_id,
            "sorting": [{"sortBy": "startTime", "sortOrder": "asc"}],
        }
        found: list[dict[str, Any]] = self._session.query("/history/activity-instance", query)
        return found


def _task(raw: Mapping[str, Any]) -> HistoricTask:
    return HistoricTask(
        id=raw["id"],
        key=raw["taskDefinitionKey"],
        state=_task_state(raw),
        assignee=raw["assignee"],
        process_instance_id=raw["processInstanceId"],
        started_at=_known(raw["startTime"]),
        ended_at=instant(raw["endTime"]),
    )


def _task_state(raw: Mapping[str, Any]) -> TaskState:
    if raw["endTime"] is None:
        return TaskState.OPEN
    return TaskState.COMPLETED if raw["deleteReason"] == "completed" else TaskState.CANCELLED


def _instance(raw: Mapping[str, Any]) -> HistoricInstance:
    return HistoricInstance(
        id=raw["id"],
        process_key=raw["processDefinitionKey"],
        process_definition_id=raw["processDefinitionId"],
        business_key=raw["businessKey"],
        state=InstanceState(raw["state"]),
        started_at=_known(raw["startTime"]),
        ended_at=instant(raw["endTime"]),
        caller_id=raw["superProcessInstanceId"],
        delete_reason=raw["deleteReason"],
    )


def _known(text: str) -> datetime:
    return datetime.fromisoformat(text)
