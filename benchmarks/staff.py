"""The county's staff at work through ``/api/v1``: each thread takes the next seat, lists its tasks and does them."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from benchmarks.parts_of_a_way import Way
from letterbox.domain.vocabulary import Criterion

GOOD = dict.fromkeys(Criterion, "pass")
UNIT_ROLES = ("unit_handler", "unit_deputy", "unit_principal")
PER_PAGE = 50
SHORTEST_REST_S, LONGEST_REST_S = 0.1, 3.0
OTHER_UNIT = "transport"
OPENED = frozenset({"Task_ScreenLetter", "Task_AssignLetter"})
"""Tasks whose prefilled values decide the answer, so whoever does them opens them first."""


@dataclass
class Seat:
    """A role (in a unit): whose tasks are listed, when next."""

    role: str
    unit: str | None
    next_look: float = 0.0
    rest_s: float = SHORTEST_REST_S


@dataclass
class Office:
    """What the threads share. ``codes``: letter → query code. ``token`` makes a token for a role and unit."""

    url: str
    seed: int
    codes: dict[str, str]
    token: Callable[[str, str | None], str]
    opens_each: bool = False
    seats: list[Seat] = field(default_factory=lambda: [Seat("screener", None)])
    done: set[str] = field(default_factory=set)
    failed_once: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    tokens: dict[tuple[str, str | None], str] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    trouble: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_finished(self) -> bool:
        return len(self.done) >= len(self.codes) or len(self.trouble) > 20

    def next_seat(self) -> Seat | None:
        """The seat that has waited longest; None if all rest. The screeners' desk has room for several."""
        with self.lock:
            now = time.monotonic()
            ready = [seat for seat in self.seats if seat.next_look <= now]
            if not ready:
                return None
            seat = min(ready, key=lambda each: each.next_look)
            seat.next_look = now + (0 if seat.unit is None else 60)
            return seat

    def seen(self, seat: Seat, count: int) -> None:
        """After a look: at once again if there was something to do, else rest a while longer each time."""
        with self.lock:
            seat.rest_s = SHORTEST_REST_S if count else min(LONGEST_REST_S, seat.rest_s * 2)
            seat.next_look = time.monotonic() + (0 if count else seat.rest_s)

    def wake(self, unit: str | None) -> None:
        """Something was done: whoever is next in the unit, or the office, looks again soon."""
        with self.lock:
            soon = time.monotonic() + SHORTEST_REST_S
            for seat in self.seats:
                if seat.unit in {unit, None} and seat.next_look < time.monotonic() + LONGEST_REST_S:
                    seat.next_look, seat.rest_s = min(seat.next_look, soon), SHORTEST_REST_S

    def open_unit(self, unit: str) -> None:
        with self.lock:
            if not any(seat.unit == unit for seat in self.seats):
                self.seats += [Seat(role, unit) for role in UNIT_ROLES]

    def claim(self, task_id: str) -> bool:
        with self.lock:
            known = task_id in self.taken
            self.taken.add(task_id)
            return not known

    def token_of(self, seat: Seat) -> str:
        key = (seat.role, seat.unit)
        with self.lock:
            if key not in self.tokens:
                self.tokens[key] = self.token(*key)
            return self.tokens[key]


class Clerk(threading.Thread):
    """One client thread."""

    def __init__(self, office: Office) -> None:
        super().__init__(daemon=True)
        self._office = office
        self._http = requests.Session()
        self._http.trust_env = False

    def run(self) -> None:
        while not self._office.is_finished():
            seat = self._office.next_seat()
            if seat is None:
                time.sleep(0.01)
                continue
            try:
                self._office.seen(seat, self._work(seat))
            except (requests.RequestException, RuntimeError, KeyError) as error:
                self._office.trouble.append(f"{seat.role}@{seat.unit}: {error}")
                self._office.seen(seat, 0)

    def _work(self, seat: Seat) -> int:
        page = self._call(seat, "list", "GET", f"/tasks?per_page={PER_PAGE}")
        count = 0
        for row in page["items"]:
            if row["letter"] in self._office.codes and self._office.claim(row["id"]):
                self._do(seat, row)
                count += 1
        return count

    def _do(self, seat: Seat, row: dict[str, Any]) -> None:
        prefilled: dict[str, Any] = {}
        if self._office.opens_each or row["task"] in OPENED:
            prefilled = self._call(seat, "open", "GET", f"/tasks/{row['id']}")["values"]
        values, after = self._answer(row, prefilled)
        self._call(seat, "complete", "POST", f"/tasks/{row['id']}/complete", {"values": values})
        after()
        self._office.wake(seat.unit)

    def _answer(self, row: dict[str, Any], prefilled: dict[str, Any]) -> tuple[dict[str, Any], Callable[[], None]]:
        """The values, and what follows once they are taken."""
        number, way = row["letter"], Way.of(row["letter"], self._office.seed)
        if row["task"] == "Task_ScreenLetter":
            return self._screening(number, way, prefilled)
        if row["task"] == "Task_AssignLetter":
            unit = str(prefilled.get("lead_unit") or OTHER_UNIT)
            return {"lead_unit": unit}, lambda: self._office.open_unit(unit)
        if row["task"] == "Task_ReviewReply":
            if way.failed and number not in self._office.failed_once:
                self._office.failed_once.add(number)
                return {**GOOD, "facts_and_basis": "fail", "outcome": "fail", "comment": "请写明政策依据"}, _nothing
            return {**GOOD, "outcome": "pass"}, lambda: self._office.done.add(number)
        return PLAIN[row["task"]], _nothing

    def _screening(self, number: str, way: Way, prefilled: dict[str, Any]) -> tuple[dict[str, Any], Callable[[], None]]:
        if way.supplemented and number not in self._office.asked:
            self._office.asked.add(number)
            return {"outcome": "supplement", "question": "请说明具体地点"}, lambda: self._supplement(number)
        if way.declined:
            ended = {"outcome": "decline", "ground": "out_of_scope", "reason": "不属于本信箱的受理范围"}
            return ended, lambda: self._office.done.add(number)
        category = prefilled.get("category") or "complaint"
        return {"outcome": "accept", "category": category, "scope": "5"}, _nothing

    def _supplement(self, number: str) -> None:
        body = {"query_code": self._office.codes[number], "body": "就在村口的桥边。"}
        self._call(None, "supplement", "POST", f"/letters/{number}/supplement", body)

    def _call(self, seat: Seat | None, kind: str, method: str, path: str, body: object = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._office.token_of(seat)}"} if seat else {}
        begun = time.perf_counter()
        response = self._http.request(
            method, f"{self._office.url}/api/v1{path}", json=body, headers=headers, timeout=60
        )
        with self._office.lock:
            self._office.calls[kind] += 1
            self._office.seconds[kind] += time.perf_counter() - begun
        if not response.ok:
            raise RuntimeError(f"{method} {path}: {response.status_code} {response.text[:300]}")
        found: dict[str, Any] = response.json()
        return found


def _nothing() -> None:
    return


PLAIN: dict[str, dict[str, Any]] = {
    "Task_ReceiveLetter": {},
    "Task_SubmitToDeputy": {"note": "拟派人核实"},
    "Task_InstructHandler": {"instruction": "请核实情况，按期答复"},
    "Task_DraftReply": {"reply": "经核实，所反映的问题已安排处理，将于本月内完成，请您监督。"},
    "Task_SignOffReply": {"outcome": "sign"},
}
"""Tasks of the unit that are answered alike for every letter."""
