"""The engine alone on as many instances and wait states of the same kinds as ours, driven by plain REST."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.bare_loop import LOCK_MS, Rest
from benchmarks.mirror import CALLED, Mirror
from benchmarks.wait_states import EXTERNAL, MESSAGE, USER

PAGE = 50
REST_S, PATIENCE_S = 0.005, 30
DUE_FIRST = [{"sortBy": name, "sortOrder": "asc"} for name in ("dueDate", "created")]


class EngineAlone:
    """``at_once`` external tasks are fetched by a call. What it leaves in the engine is deleted at the end."""

    def __init__(self, url: str, auth: tuple[str, str], mirrors: Sequence[Mirror], at_once: int) -> None:
        self._rest = Rest(url, auth)
        self._mirrors = {each.key: each for each in mirrors}
        self._at_once = at_once
        self._starts = deque(
            (each.key, number)
            for each in mirrors
            if not each.key.startswith(CALLED)
            for number in range(each.instances)
        )
        self._left = Counter[str]()
        for each in mirrors:
            for step in each.steps:
                self._left[step.kind] += each.instances
        self._found: deque[str] = deque()
        self._listed: set[str] = set()
        self._lock = threading.Lock()
        self._due = (datetime.now(UTC) + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    def run(self, letters: int, threads: int) -> float:
        """Letters per second from the first start to the last completion. Raises the first thread's error."""
        deployment = self._rest.deploy("EngineAlone", {f"{key}.bpmn": m.diagram() for key, m in self._mirrors.items()})
        troubles: list[Exception] = []
        try:
            begun = time.perf_counter()
            workers = [threading.Thread(target=self._work, args=(troubles.append,)) for _ in range(threads)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            seconds = time.perf_counter() - begun
        finally:
            self._rest.undeploy(deployment)
        if troubles:
            raise troubles[0]
        return letters / seconds

    def _work(self, failed: Callable[[Exception], None]) -> None:
        try:
            _Driver(self).drive()
        except Exception as error:  # noqa: BLE001  # told by run
            failed(error)
            self._left.clear()

    # what the drivers share

    @property
    def mirrors(self) -> dict[str, Mirror]:
        return self._mirrors

    @property
    def due(self) -> str:
        return self._due

    @property
    def at_once(self) -> int:
        return self._at_once

    def client(self) -> Rest:
        return Rest(self._rest.url, self._rest.auth)

    def next_start(self) -> tuple[str, int] | None:
        with self._lock:
            return self._starts.popleft() if self._starts else None

    def is_left(self, *kinds: str) -> bool:
        return any(self._left[kind] > 0 for kind in kinds)

    def done(self, kind: str, count: int = 1) -> None:
        with self._lock:
            self._left[kind] -= count

    def listed(self, ids: Sequence[str]) -> None:
        with self._lock:
            self._found += [each for each in ids if each not in self._listed]
            self._listed.update(ids)

    def next_task(self) -> str | None:
        with self._lock:
            return self._found.popleft() if self._found else None


class _Driver:
    """One thread: starts its share, then fetches, completes, correlates and lists until nothing is left."""

    def __init__(self, run: EngineAlone) -> None:
        self._run = run
        self._rest = run.client()
        self._worker = f"alone-{threading.get_ident()}"
        topics = [{"topicName": key, "lockDuration": LOCK_MS, "variables": []} for key in run.mirrors]
        self._fetch = {"workerId": self._worker, "maxTasks": run.at_once, "topics": topics}
        self._query = {"candidateGroups": [each.group for each in run.mirrors.values()], "sorting": DUE_FIRST}

    def drive(self) -> None:
        while (start := self._run.next_start()) is not None:
            self._start(*start)
        while self._run.is_left(EXTERNAL, USER, MESSAGE):
            if not (self._externals() | self._user_tasks()):
                time.sleep(REST_S)

    def _start(self, key: str, number: int) -> None:
        letter = f"{key}-{number}"
        variables = {"dueAt": {"value": self._run.due, "type": "String"}, "letterId": {"value": number}}
        self._rest.post(f"/process-definition/key/{key}/start", {"businessKey": letter, "variables": variables})
        self._follow(key, -1, letter)

    def _externals(self) -> bool:
        if not self._run.is_left(EXTERNAL):
            return False
        found = self._rest.post("/external-task/fetchAndLock", self._fetch).json()
        for task in found:
            self._rest.post(f"/external-task/{task['id']}/complete", {"workerId": self._worker})
            self._run.done(EXTERNAL)
            self._follow(task["topicName"], int(task["activityId"][1:]), task["businessKey"])
        return bool(found)

    def _follow(self, key: str, index: int, letter: str) -> None:
        for name in self._run.mirrors[key].follows(index):
            self._correlate(name, letter)
            self._run.done(MESSAGE)

    def _correlate(self, name: str, letter: str) -> None:
        """A message behind a save point may come before its catch: again, then."""
        deadline = time.monotonic() + PATIENCE_S
        body: dict[str, Any] = {"messageName": name, "businessKey": letter}
        while not self._rest.post("/message", body, may_refuse=True).ok:
            if time.monotonic() > deadline:
                raise RuntimeError(f"nobody waits for {name} of {letter}")
            time.sleep(REST_S)

    def _user_tasks(self) -> bool:
        if not self._run.is_left(USER):
            return False
        task = self._run.next_task()
        if task is None:
            page = self._rest.post(f"/task?maxResults={PAGE}", self._query).json()
            self._run.listed([each["id"] for each in page])
            task = self._run.next_task()
        is_some = task is not None
        while task is not None:
            self._rest.post(f"/task/{task}/complete", {})
            self._run.done(USER)
            task = self._run.next_task()
        return is_some
