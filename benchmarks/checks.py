"""What came of the letters: events by the API, process instances and wait states by the engine's history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import requests

from benchmarks.parts_of_a_way import ASIDE, Way
from letterbox.engine.client import EngineClient

PAGE = 1000


@dataclass
class Findings:
    """``wrong``: letter → what is not as its way requires."""

    lost: int = 0
    doubled: int = 0
    wrong: dict[str, str] = field(default_factory=dict)

    def add(self, number: str, fault: str) -> None:
        self.wrong[number] = "；".join(filter(None, (self.wrong.get(number), fault)))

    def document(self) -> dict[str, Any]:
        shown = dict(list(self.wrong.items())[:10])
        return {"lost": self.lost, "doubled": self.doubled, "wrong_letters": len(self.wrong), "first": shown}


def check(url: str, token: str, numbers: Collection[str], seed: int, engine: EngineClient) -> Findings:
    """Exactly the events of its way, one process instance, one watch, a suggestion, for each letter."""
    found = Findings()
    http = requests.Session()
    http.trust_env = False
    http.headers["Authorization"] = f"Bearer {token}"
    for number in numbers:
        response = http.get(f"{url}/api/v1/letters/{number}", timeout=60)
        response.raise_for_status()
        _check_record(found, response.json(), Way.of(number, seed))
    for key in ("LetterHandlingProcess", "DeadlineWatchProcess"):
        _check_instances(found, key, numbers, engine)
    return found


def _check_record(found: Findings, record: dict[str, Any], way: Way) -> None:
    number = record["number"]
    happened = Counter(each["name"] for each in record["events"] if each["name"] not in ASIDE)
    wanted = Counter(way.events())
    found.lost += sum((wanted - happened).values())
    found.doubled += sum((happened - wanted).values())
    if happened != wanted:
        found.add(number, f"events {dict(happened - wanted)} too many, {dict(wanted - happened)} missing")
    elif [each["name"] for each in record["events"] if each["name"] not in ASIDE] != way.events():
        found.add(number, "events in another order")
    if record["suggestion"] is None:
        found.add(number, "no suggestion")
    ends = {"answered": "answered", "declined": "declined"}
    if record["status"] != ends[way.end]:
        found.add(number, f"status {record['status']}")


def _check_instances(found: Findings, key: str, numbers: Collection[str], engine: EngineClient) -> None:
    counts = Counter(each["businessKey"] for each in history(engine, "process-instance", {"processDefinitionKey": key}))
    for number in numbers:
        if counts[number] != 1:
            found.add(number, f"{counts[number]} instances of {key}")


def history(engine: EngineClient, what: str, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Every row of a history query, a page at a time."""
    rows: list[dict[str, Any]] = []
    while True:
        page = engine.session.query(f"/history/{what}", query, firstResult=len(rows), maxResults=PAGE)
        rows += page
        if len(page) < PAGE:
            return rows
