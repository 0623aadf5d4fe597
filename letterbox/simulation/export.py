"""The oracle's log of a simulated period, read through the machine interface as anybody could read it."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from letterbox.domain.calendar import WorkCalendar
from letterbox.domain.clock import iso
from letterbox.domain.vocabulary import Role
from letterbox.services.notice_log import NoticeLog
from letterbox.simulation.officials import Officials
from letterbox.simulation.run import Outcome, Period
from letterbox.wiring import Services

HANDS, TIMEOUT_S = 4, 120
NAME = "simulation"


class Reader:
    """``url`` is the web server's; a token is made for each role (and unit) when first needed."""

    def __init__(self, url: str, services: Services) -> None:
        self._url = url.rstrip("/")
        self._services = services
        self._tokens: dict[tuple[str, str | None], str] = {}
        self._http = requests.Session()
        self._http.trust_env = False

    def get(self, path: str, role: str | None, unit: str | None = None) -> Any:
        """The JSON answer; None if it is refused as if it did not exist."""
        headers = {"Authorization": f"Bearer {self._token(role, unit)}"} if role else {}
        response = self._http.get(f"{self._url}/api/v1{path}", headers=headers, timeout=TIMEOUT_S)
        if response.status_code in {403, 404}:
            return None
        response.raise_for_status()
        return response.json()

    def _token(self, role: str, unit: str | None) -> str:
        if (role, unit) not in self._tokens:
            self._tokens[role, unit] = self._services.tokens.create(role, NAME, unit)
        return self._tokens[role, unit]


def export(
    services: Services, reader: Reader, officials: Officials, period: Period, outcome: Outcome
) -> dict[str, Any]:
    """One JSON document (docs/reference/simulation-log.md)."""
    tasks: dict[str, list[str]] = defaultdict(list)
    for task in officials.open_tasks():
        tasks[task.business_key or ""].append(task.key)
    notices = NoticeLog(services.database).by_letter()
    numbers = _numbers(reader)
    with ThreadPoolExecutor(HANDS) as hands:
        letters = list(hands.map(lambda number: _letter(reader, number, outcome, tasks, notices), numbers))
    return {
        "exported_at": iso(services.clock.now()),
        "calendar": _editions(services, period, outcome),
        "units": [{"code": unit.code, "kind": str(unit.kind)} for unit in services.catalog.units()],
        "sent": outcome.sent,
        "letters": letters,
        "figures": _figures(reader, period),
    }


def _numbers(reader: Reader) -> list[str]:
    found: list[str] = []
    page = pages = 1
    while page <= pages:
        answer = reader.get(f"/letters?per_page=100&page={page}", Role.SCREENER)
        found += [row["number"] for row in answer["items"]]
        page, pages = page + 1, answer["pages"]
    return sorted(set(found))


def _letter(
    reader: Reader, number: str, outcome: Outcome, tasks: Mapping[str, list[str]], notices: Mapping[str, Any]
) -> dict[str, Any]:
    record = reader.get(f"/letters/{number}", Role.SCREENER)
    code = outcome.codes.get(number)
    return {
        "record": record,
        "limits": reader.get(f"/letters/{number}/limits", Role.SCREENER)["items"],
        "notices": notices.get(number, []),
        "tasks": tasks.get(number, []),
        "tracking": reader.get(f"/letters/{number}?query_code={code}", None) if code else None,
        "seen": _seen(reader, record) if record["category"] == "report" else [],
    }


def _seen(reader: Reader, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What an accusation shows to the unit that handles it, to the accused one and to the coordinator (A5)."""
    viewers = [
        (Role.UNIT_HANDLER, record["lead_unit"]),
        (Role.UNIT_HANDLER, record["accused_unit"]),
        (Role.COORDINATOR, None),
    ]
    return [
        {"role": str(role), "unit": unit, "what": path, "shown": _text(reader.get(path, role, unit))}
        for role, unit in viewers
        if unit or role == Role.COORDINATOR
        for path in (f"/letters/{record['number']}", f"/letters?q={record['number']}")
    ]


def _text(answer: Any) -> str | None:
    """An empty list shows nothing, like a refusal."""
    if answer is None or (isinstance(answer, dict) and answer.get("items") == []):
        return None
    return json.dumps(answer, ensure_ascii=False)


def _editions(services: Services, period: Period, outcome: Outcome) -> list[dict[str, Any]]:
    """The announced days around the period as far as they differ from plain weeks; one more edition for each
    publication. Before it, the year published was plain weeks."""
    calendar = services.rulebook.calendar()
    years = range(period.first.year - 1, period.last.year + 2)
    first, last = dt.date(years[0], 1, 1), dt.date(years[-1], 12, 31)
    days = [first + dt.timedelta(days=index) for index in range((last - first).days + 1)]
    bent = [day for day in days if calendar.is_working(day) != (day.weekday() < 5)]
    announced = [year for year in years if calendar.is_announced(year)]
    moments = [(dt.datetime(years[0], 1, 1, tzinfo=dt.UTC), 0), *outcome.published]
    editions = []
    for index, (since, _) in enumerate(moments):
        unknown = {year for _, year in moments[index + 1 :]}
        rows = [{"date": day.isoformat(), "kind": _kind(calendar, day)} for day in bent if day.year not in unknown]
        editions.append({"since": iso(since), "years": [y for y in announced if y not in unknown], "days": rows})
    return editions


def _kind(calendar: WorkCalendar, day: dt.date) -> str:
    return "work" if calendar.is_working(day) else "off"


def _figures(reader: Reader, period: Period) -> dict[str, Any]:
    span = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    rows = reader.get(f"/figures?from={span['from']}&to={span['to']}&by=unit", Role.SUPERVISOR)
    return {**span, "rows": rows}
