"""The engine's own limit: a bare process of external tasks, started and completed as fast as it goes."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from uuid import uuid4

import requests

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
LOCK_MS = 600_000


def diagram(key: str, tasks: int) -> bytes:
    """Start, ``tasks`` external tasks of topic ``key``, end."""
    nodes = "".join(
        f'<serviceTask id="T{i}" camunda:type="external" camunda:topic="{key}"/>'
        f'<sequenceFlow id="F{i}" sourceRef="{f"T{i - 1}" if i else "S"}" targetRef="T{i}"/>'
        for i in range(tasks)
    )
    return (
        f'<definitions xmlns="{BPMN}" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="bench">'
        f'<process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D"><startEvent id="S"/>{nodes}'
        f'<endEvent id="E"/><sequenceFlow id="FE" sourceRef="T{tasks - 1}" targetRef="E"/></process></definitions>'
    ).encode()


class Rest:
    """Plain calls over one kept connection; one a thread. ``url`` ends in ``/engine-rest``."""

    def __init__(self, url: str, auth: tuple[str, str]) -> None:
        self.url, self.auth = url, auth
        self._http = requests.Session()
        self._http.auth, self._http.trust_env = auth, False

    def post(self, path: str, body: object, *, may_refuse: bool = False) -> requests.Response:
        response = self._http.post(self.url + path, json=body, timeout=60)
        if not may_refuse:
            response.raise_for_status()
        return response

    def deploy(self, name: str, diagrams: Mapping[str, bytes]) -> str:
        files = {file: (file, content) for file, content in diagrams.items()}
        response = self._http.post(
            f"{self.url}/deployment/create", data={"deployment-name": name}, files=files, timeout=60
        )
        response.raise_for_status()
        return str(response.json()["id"])

    def undeploy(self, deployment: str) -> None:
        """With all instances and their history; while jobs of theirs still run the engine refuses for a moment."""
        for pause_s in (0.5, 2, 5, 0):
            response = self._http.delete(f"{self.url}/deployment/{deployment}?cascade=true", timeout=300)
            if response.ok:
                return
            time.sleep(pause_s)
        response.raise_for_status()


class BareLoop:
    """``at_once`` tasks are fetched by a call, as many as our workers fetch. What it leaves in the engine is deleted."""

    def __init__(self, url: str, auth: tuple[str, str], tasks: int, at_once: int) -> None:
        self._url = url
        self._auth = auth
        self._tasks = tasks
        self._at_once = at_once
        self._key = f"BareLoop{uuid4().hex[:8]}"
        self._left = 0
        self._lock = threading.Lock()

    def run(self, instances: int, threads: int) -> float:
        """Instances per second from the first start to the last completion."""
        rest = Rest(self._url, self._auth)
        deployment = rest.deploy(self._key, {f"{self._key}.bpmn": diagram(self._key, self._tasks)})
        try:
            self._left = instances * self._tasks
            shares = [instances // threads + (i < instances % threads) for i in range(threads)]
            begun = time.perf_counter()
            workers = [threading.Thread(target=self._work, args=(share,)) for share in shares]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            return instances / (time.perf_counter() - begun)
        finally:
            rest.undeploy(deployment)

    def _work(self, share: int) -> None:
        rest = Rest(self._url, self._auth)
        for _ in range(share):
            rest.post(f"/process-definition/key/{self._key}/start", {})
        worker = f"bench-{threading.get_ident()}"
        fetch = {
            "workerId": worker,
            "maxTasks": self._at_once,
            "topics": [{"topicName": self._key, "lockDuration": LOCK_MS}],
        }
        while self._left > 0:
            found = rest.post("/external-task/fetchAndLock", fetch).json()
            for task in found:
                rest.post(f"/external-task/{task['id']}/complete", {"workerId": worker})
            with self._lock:
                self._left -= len(found)
