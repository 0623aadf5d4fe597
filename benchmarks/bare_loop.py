"""The engine's own limit: a bare process of external tasks, started and completed as fast as it goes."""

from __future__ import annotations

import threading
import time
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


class BareLoop:
    """``url`` ends in ``/engine-rest``; ``at_once`` tasks are fetched by a call, as many as our workers fetch.

    Everything it leaves in the engine is deleted at the end.
    """

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
        deployment = self._deploy()
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
            self._session().delete(f"{self._url}/deployment/{deployment}?cascade=true", timeout=120)

    def _work(self, share: int) -> None:
        http = self._session()
        for _ in range(share):
            self._sent(http, f"/process-definition/key/{self._key}/start", {})
        worker = f"bench-{threading.get_ident()}"
        fetch = {
            "workerId": worker,
            "maxTasks": self._at_once,
            "topics": [{"topicName": self._key, "lockDuration": LOCK_MS}],
        }
        while self._left > 0:
            found = self._sent(http, "/external-task/fetchAndLock", fetch).json()
            for task in found:
                self._sent(http, f"/external-task/{task['id']}/complete", {"workerId": worker})
            with self._lock:
                self._left -= len(found)

    def _sent(self, http: requests.Session, path: str, body: object) -> requests.Response:
        response = http.post(self._url + path, json=body, timeout=60)
        response.raise_for_status()
        return response

    def _session(self) -> requests.Session:
        http = requests.Session()
        http.auth, http.trust_env = self._auth, False
        return http

    def _deploy(self) -> str:
        files = {"data": (f"{self._key}.bpmn", diagram(self._key, self._tasks))}
        response = self._session().post(
            f"{self._url}/deployment/create", data={"deployment-name": self._key}, files=files, timeout=60
        )
        response.raise_for_status()
        return str(response.json()["id"])
