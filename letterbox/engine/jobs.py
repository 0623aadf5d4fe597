"""Jobs: timers and the retried steps behind ``asyncAfter``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from letterbox.engine.records import Job
from letterbox.engine.session import EngineSession, safe_id
from letterbox.engine.values import engine_instant, instant


class JobCalls:
    """``EngineClient.jobs``; pycamunda has no jobs."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session
        self._activity_of = lru_cache(maxsize=1024)(self._read_activity)

    def get(self, job_id: str) -> Job:
        """Raises EngineNotFound if it has run or was cancelled."""
        return self._job(self._session.get(f"/job/{safe_id(job_id)}"))

    def timers_of(self, business_key: str) -> tuple[Job, ...]:
        """The timers of all running instances of a letter, earliest first."""
        instances = self._session.query("/process-instance", {"businessKey": business_key})
        ids = [instance["id"] for instance in instances]
        return self._found({"processInstanceIds": ids, "timers": True}) if ids else ()

    def of_instance(self, process_instance_id: str) -> tuple[Job, ...]:
        """Every job of an instance: timers and steps that wait to be run."""
        return self._found({"processInstanceId": process_instance_id})

    def next_timer_at(self) -> datetime | None:
        """The due instant of the earliest timer of all processes that still has retries."""
        query = {"timers": True, "withRetriesLeft": True, "active": True, "sorting": DUE_FIRST}
        found = self._session.query("/job", query, maxResults=1)
        return instant(found[0]["dueDate"]) if found else None

    def due_before(self, moment: datetime, *, limit: int = 100) -> tuple[Job, ...]:
        """Timers that are due by ``moment`` and could run, earliest first."""
        query = {
            "timers": True,
            "withRetriesLeft": True,
            "active": True,
            "dueDates": [{"operator": "lt", "value": engine_instant(moment)}],
        }
        return self._found(query, limit)

    def count_executable(self) -> int:
        """Jobs that could run this moment: 0 means that the engine is quiet."""
        return int(self._session.query("/job/count", {"executable": True})["count"])

    def failing(self, *, limit: int = 200) -> tuple[Job, ...]:
        """Jobs that failed at least once, with or without retries left."""
        return self._found({"withException": True}, limit)

    def execute(self, job_id: str) -> None:
        """Run a job now, whatever its due date. Raises EngineRefused with the step's error, EngineNotFound."""
        self._session.command("POST", f"/job/{safe_id(job_id)}/execute", {})

    def set_retries(self, job_id: str, retries: int) -> None:
        self._session.command("PUT", f"/job/{safe_id(job_id)}/retries", {"retries": retries})

    def set_due(self, job_id: str, due_at: datetime) -> None:
        self._session.command("PUT", f"/job/{safe_id(job_id)}/duedate", {"duedate": engine_instant(due_at)})

    def stacktrace(self, job_id: str) -> str:
        return self._session.get_bytes(f"/job/{safe_id(job_id)}/stacktrace").decode()

    def _found(self, query: Mapping[str, Any], limit: int | None = None) -> tuple[Job, ...]:
        found = self._session.query("/job", {"sorting": DUE_FIRST, **query}, maxResults=limit)
        return tuple(self._job(raw) for raw in found)

    def _job(self, raw: Mapping[str, Any]) -> Job:
        definition_id = raw["jobDefinitionId"]
        return Job(
            id=raw["id"],
            process_instance_id=raw["processInstanceId"],
            process_key=raw["processDefinitionKey"],
            activity_id=self._activity_of(definition_id) if definition_id else None,
            due_at=instant(raw["dueDate"]),
            retries=raw["retries"],
            exception=raw["exceptionMessage"],
            is_suspended=raw["suspended"],
            created_at=instant(raw.get("createTime")),
        )

    def element_of(self, job_definition_id: str | None) -> str:
        """The element of the diagram that a job belongs to, empty if it names none."""
        return self._activity_of(job_definition_id) if job_definition_id else ""

    def _read_activity(self, job_definition_id: str) -> str:
        """A job names only its definition; where that stands in the diagram never changes, so it is kept."""
        activity_id: str = self._session.get(f"/job-definition/{job_definition_id}")["activityId"]
        return activity_id


DUE_FIRST = [{"sortBy": "jobDueDate", "sortOrder": "asc"}, {"sortBy": "jobId", "sortOrder": "asc"}]
