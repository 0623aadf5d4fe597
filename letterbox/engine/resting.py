"""Where the engine itself has something to do, since when, and what it visited last: for finding what stands still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from letterbox.engine.jobs import JobCalls
from letterbox.engine.session import EngineSession
from letterbox.engine.values import engine_instant, instant

MOST = 2000
"""Of each kind; who has more has another trouble, and a restart of the workers is the remedy."""
OLDEST = [{"sortBy": "createTime", "sortOrder": "asc"}]


@dataclass(frozen=True, slots=True)
class SystemStep:
    """A step that waits to be run or for a worker. ``has_failed``: nothing tries it again. ``is_timer``: a timer's job."""

    id: str
    instance_id: str
    element: str
    since: datetime | None
    has_failed: bool
    is_timer: bool


class RestingCalls:
    """A fixed number of calls, however many letters there are."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session
        self._jobs = JobCalls(session)

    def steps(self) -> list[SystemStep]:
        """Steps and workers' tasks, the oldest; two calls."""
        jobs = self._session.query("/job", {"messages": True}, maxResults=MOST)
        tasks = self._session.query("/external-task", {"sorting": OLDEST}, maxResults=MOST)
        found = [
            SystemStep(
                id=raw["id"],
                instance_id=raw["processInstanceId"],
                element=self._jobs.element_of(raw["jobDefinitionId"]),
                since=instant(raw.get("createTime")),
                has_failed=raw["retries"] == 0,
                is_timer=False,
            )
            for raw in jobs
        ]
        return found + [
            SystemStep(
                id=raw["id"],
                instance_id=raw["processInstanceId"],
                element=raw["activityId"],
                since=instant(raw.get("createTime")),
                has_failed=raw["retries"] == 0,
                is_timer=False,
            )
            for raw in tasks
        ]

    def dead_timers(self) -> list[SystemStep]:
        """Timers without a retry left. One call."""
        query = {"timers": True, "noRetriesLeft": True}
        return [
            SystemStep(
                id=raw["id"],
                instance_id=raw["processInstanceId"],
                element=self._jobs.element_of(raw["jobDefinitionId"]),
                since=instant(raw.get("createTime")),
                has_failed=True,
                is_timer=True,
            )
            for raw in self._session.query("/job", query, maxResults=MOST)
        ]

    def visits(self, since: datetime) -> Mapping[tuple[str, str], int]:
        """(instance id, element) → how often among the last visits since then. One call: a loop crowds out the rest."""
        query = {"startedAfter": engine_instant(since), "sorting": [{"sortBy": "startTime", "sortOrder": "desc"}]}
        found = self._session.query("/history/activity-instance", query, maxResults=MOST)
        return Counter((raw["processInstanceId"], raw["activityId"]) for raw in found)
