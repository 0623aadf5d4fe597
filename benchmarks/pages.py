"""How fast my tasks, a letter's page and the cockpit are with many letters and open tasks.

    python -m benchmarks.pages [--letters 10000] [--tasks 5000] [--requests 200] [--json]

Fills a stack of its own: closed letters straight into the database, open ones with a real process instance at screening
each. Then one official after the other asks for pages over HTTP. Milliseconds, median and 95th percentile.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

import requests
from sqlalchemy import insert, select

from benchmarks import running_stack
from letterbox import wiring
from letterbox.bundle.vocabulary import ProcessKey
from letterbox.stack import demo
from letterbox.store.letters import Letter, LetterEvent, Writer
from letterbox.store.limits import Limit
from letterbox.wiring import Services

BATCH, STARTERS = 1000, 4
BODY = "门前的路灯坏了半个月，晚上出门看不清路，希望尽快派人来修。" * 8


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    with running_stack.started() as site, closing(wiring.build(site.settings)) as services:
        demo.add_people(services)
        filled = time.perf_counter()
        numbers = _fill(services, options.letters, options.tasks)
        filled = time.perf_counter() - filled
        session = _signed_in(site.url)
        report = {
            "letters": options.letters,
            "open_tasks": services.engine.tasks.count(["screener"]),
            "fill_seconds": round(filled, 1),
            "requests": options.requests,
            "pages_ms": {
                "my tasks": _timed(session, [f"{site.url}/desk/"] * options.requests),
                "my tasks, page 100": _timed(session, [f"{site.url}/desk/?page=100"] * options.requests),
                "letters": _timed(session, [f"{site.url}/desk/letters"] * options.requests),
                "search": _timed(session, [f"{site.url}/desk/letters?q=路灯"] * options.requests),
                "open limits": _timed(session, [f"{site.url}/cockpit/?unit=all"] * options.requests),
                "live diagram": _timed(session, [f"{site.url}/cockpit/diagrams"] * options.requests),
                "letter": _timed(session, _spread(site.url, numbers, options.requests)),
            },
        }
    print(json.dumps(report, ensure_ascii=False, indent=None if options.json else 2))
    return 0


def _fill(services: Services, letters: int, tasks: int) -> list[str]:
    now = services.clock.now()
    numbers = [f"BE{index:09d}" for index in range(letters)]
    for start in range(0, letters, BATCH):
        _insert(services, numbers[start : start + BATCH], start, tasks, now)
    with ThreadPoolExecutor(STARTERS) as pool:
        list(pool.map(lambda number: _start(services, number, now), numbers[:tasks]))
    while services.engine.tasks.count(["screener"]) < tasks:
        time.sleep(1)
    return numbers


def _insert(services: Services, numbers: Sequence[str], start: int, tasks: int, now: datetime) -> None:
    """Letters with three events and a screening limit, still open for the first ``tasks`` of all."""
    rows = [
        _row(number, start + index < tasks, now - timedelta(minutes=start + index))
        for index, number in enumerate(numbers)
    ]
    with services.database.transaction() as session:
        session.execute(insert(Letter), rows)
        known = session.execute(
            select(Letter.id, Letter.status, Letter.received_at).where(Letter.number.in_(numbers))
        ).all()
        session.execute(
            insert(Writer), [{"letter_id": row.id, "name": "李四", "phone": f"138{row.id:08d}"} for row in known]
        )
        names = ("LetterReceived", "LetterClassified", "LetterScreened")
        event = {"by_kind": "system", "by_name": "系统", "data": {}}
        session.execute(
            insert(LetterEvent),
            [{**event, "letter_id": r.id, "name": name, "at": r.received_at} for r in known for name in names],
        )
        session.execute(insert(Limit), [_limit(row.id, row.status == "received", row.received_at) for row in known])


def _row(number: str, is_open: bool, received_at: datetime) -> dict[str, object]:
    return {
        "number": number,
        "channel": "portal",
        "title": f"反映路灯问题 {number}",
        "body": BODY,
        "is_public": True,
        "urgent": False,
        "red_flag": False,
        "important": False,
        "received_at": received_at,
        "status": "received" if is_open else "closed",
        "category": "complaint",
        "failed_reviews": 0,
        "query_code_hash": "-",
        "lead_unit": None if is_open else "transport",
    }


def _limit(letter_id: int, is_open: bool, started_at: datetime) -> dict[str, object]:
    return {
        "letter_id": letter_id,
        "kind": "screening",
        "started_at": started_at,
        "due_at": started_at + timedelta(days=2),
        "provisional": False,
        "rule_id": "benchmark",
        "length": 2,
        "length_unit": "working_days",
        "paused_days": 0,
        "ended_at": None if is_open else started_at + timedelta(days=1),
    }


def _start(services: Services, number: str, now: datetime) -> None:
    """The worker of the stack classifies it like any other; the screening task follows."""
    services.engine.processes.start(
        ProcessKey.LETTER_HANDLING, number, {"letterId": 0, "screeningDueAt": now + timedelta(days=2)}
    )


def _signed_in(url: str) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{url}/desk/sign-in", timeout=30).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if token is None:
        raise RuntimeError("no form token on the sign-in page")
    answer = session.post(
        f"{url}/desk/sign-in",
        data={"csrf_token": token[1], "login": "screener", "password": demo.PASSWORD},
        headers={"Referer": f"{url}/desk/sign-in"},
        timeout=30,
    )
    if not answer.url.rstrip("/").endswith("/desk"):
        raise RuntimeError(f"could not sign in: {answer.url}")
    return session


def _spread(url: str, numbers: Sequence[str], count: int) -> list[str]:
    return [f"{url}/desk/letters/{numbers[index * len(numbers) // count]}" for index in range(count)]


def _timed(session: requests.Session, urls: Sequence[str]) -> dict[str, float]:
    for url in urls[:10]:
        session.get(url, timeout=60).raise_for_status()
    taken = []
    for url in urls:
        begun = time.perf_counter()
        answer = session.get(url, timeout=60)
        taken.append((time.perf_counter() - begun) * 1000)
        answer.raise_for_status()
    cuts = statistics.quantiles(taken, n=20)
    return {"p50": round(statistics.median(taken), 1), "p95": round(cuts[18], 1), "max": round(max(taken), 1)}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--tasks", type=int, default=5_000)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
