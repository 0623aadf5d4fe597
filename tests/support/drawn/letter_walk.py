"""One letter walked through the raw diagrams by REST alone: what an official, a worker and the outbox would send.

The engine's job executor is off: what waits behind ``asyncAfter`` is run here, timers are fired by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from tests.support.stack.stack import EngineStack

WORKER = "letter-walk"
TIMEOUT_S = 30
Json = dict[str, Any]


class Rest:
    """The engine's REST interface with a password and a timeout; every refusal is an ``HTTPError``."""

    def __init__(self, stack: EngineStack) -> None:
        self.stack = stack
        self._http = requests.Session()
        self._http.auth = stack.auth

    def get(self, path: str, **params: Any) -> Any:
        return self._call("GET", path, params=params).json()

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        response = self._call("POST", path, json=body or {})
        return response.json() if response.content else None

    def delete(self, path: str, **params: Any) -> None:
        self._call("DELETE", path, params=params)

    def deploy(self, name: str, files: Mapping[str, bytes]) -> Json:
        parts = {f"file-{number}": (file, files[file]) for number, file in enumerate(sorted(files))}
        answer = self._call("POST", "/deployment/create", data={"deployment-name": name}, files=parts)
        return dict(answer.json())

    def flows_taken(self) -> frozenset[str]:
        """``Process/Flow`` of every counted sequence flow taken since :meth:`forget_flows`."""
        return frozenset(self._http.get(self.stack.flows_url, timeout=TIMEOUT_S).json())

    def forget_flows(self) -> None:
        self._http.delete(self.stack.flows_url, timeout=TIMEOUT_S).raise_for_status()

    def close(self) -> None:
        self._http.close()

    def _call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        response = self._http.request(method, self.stack.engine_url + path, timeout=TIMEOUT_S, **arguments)
        if not response.ok:
            raise requests.HTTPError(f"{method} {path}: {response.status_code} {response.text}", response=response)
        return response


class Walk:
    """One letter, known by its number. ``definitions`` maps process key → definition id."""

    def __init__(self, rest: Rest, definitions: Mapping[str, str], number: str) -> None:
        self.rest, self.definitions, self.number = rest, definitions, number

    def start(self, process: str, **variables: str | bool) -> str:
        body = {"businessKey": self.number, "variables": _typed(variables)}
        return str(self.rest.post(f"/process-definition/{self.definitions[process]}/start", body)["id"])

    def tasks(self) -> list[Json]:
        return list(self.rest.get("/task", processInstanceBusinessKey=self.number))

    def task(self, key: str) -> Json:
        """The only open task, which must be ``key``."""
        tasks = self.tasks()
        assert [task["taskDefinitionKey"] for task in tasks] == [key]
        return tasks[0]

    def groups(self, key: str) -> list[str]:
        links = self.rest.get(f"/task/{self.task(key)['id']}/identity-links", type="candidate")
        return [link["groupId"] for link in links]

    def complete(self, key: str, **variables: str | bool) -> None:
        self.submit(key, **variables)
        self.run_jobs()

    def submit(self, key: str, **variables: str | bool) -> None:
        """Complete a task without running what follows: only what the person's own request does."""
        self.rest.post(f"/task/{self.task(key)['id']}/complete", {"variables": _typed(variables)})

    def work(self, topic: str, **variables: str | bool) -> Json:
        """Do the only external task of ``topic``; answers it as fetched."""
        topics = [{"topicName": topic, "lockDuration": 60_000, "businessKey": self.number}]
        (task,) = self.rest.post("/external-task/fetchAndLock", {"workerId": WORKER, "maxTasks": 9, "topics": topics})
        body = {"workerId": WORKER, "variables": _typed(variables)}
        self.rest.post(f"/external-task/{task['id']}/complete", body)
        self.run_jobs()
        return dict(task)

    def say(self, message: str, **variables: str | bool) -> None:
        """Correlate by name and letter number, to exactly one waiting place."""
        body = {"messageName": message, "businessKey": self.number, "processVariables": _typed(variables)}
        self.rest.post("/message", body)
        self.run_jobs()

    def say_to(self, message: str, **keys: str) -> None:
        """Correlate by letter number and the variables of the one instance that is meant."""
        self.rest.post(
            "/message", {"messageName": message, "businessKey": self.number, "correlationKeys": _typed(keys)}
        )
        self.run_jobs()

    def instances(self) -> list[Json]:
        return list(self.rest.get("/process-instance", businessKey=self.number))

    def run_jobs(self) -> None:
        """Run what waits behind ``asyncAfter`` until nothing does; raises ``HTTPError`` if a job fails."""
        while jobs := self.jobs(messages="true"):
            for job in jobs:
                self.rest.post(f"/job/{job['id']}/execute")

    def jobs(self, **filters: str) -> list[Json]:
        """Jobs of this letter; ``messages="true"`` asynchronous continuations, ``timers="true"`` timers."""
        found = (self.rest.get("/job", processInstanceId=instance["id"], **filters) for instance in self.instances())
        return [job for jobs in found for job in jobs]

    def variable(self, instance_id: str, name: str) -> Any:
        return self.rest.get(f"/process-instance/{instance_id}/variables/{name}")["value"]

    def ended_at(self, instance_id: str) -> list[str]:
        """The end events that a finished instance reached; empty while it runs."""
        if self.rest.get(f"/history/process-instance/{instance_id}")["state"] != "COMPLETED":
            return []
        reached = self.rest.get("/history/activity-instance", processInstanceId=instance_id)
        return [one["activityId"] for one in reached if one["activityType"] == "noneEndEvent" and not one["canceled"]]

    def visited(self, activity_id: str) -> int:
        """How often this letter reached an activity, in any of its processes, running or finished."""
        instances = self.rest.get("/history/process-instance", processInstanceBusinessKey=self.number)
        return sum(
            self.rest.get("/history/activity-instance/count", processInstanceId=one["id"], activityId=activity_id)[
                "count"
            ]
            for one in instances
        )


def _typed(variables: Mapping[str, str | bool]) -> Json:
    return {
        name: {"value": value, "type": "Boolean" if isinstance(value, bool) else "String"}
        for name, value in variables.items()
    }
