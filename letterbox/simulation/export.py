"""The oracle's log of a simulated period, read through the machine interface as anybody could read it."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from letterbox.domain.clock import iso
from letterbox.domain.limits.calendar import WorkCalendar
from letterbox.domain.vocabulary import Role
from letterbox.simulation.officials import Officials
from letterbox.simulation.readers import DeskReader, Reader
from letterbox.simulation.run import Outcome, Period
from letterbox.wiring import Services

HANDS = 4


def export(
    services: Services, reader: Reader, officials: Officials, period: Period, outcome: Outcome
) -> dict[str, Any]:
    """One JSON document (docs/reference/simulation-log.md)."""
    tasks: dict[str, list[str]] = defaultdict(list)
    for task in officials.open_tasks():
        tasks[task.business_key or ""].append(task.key)
    notices = services.notice_log.by_letter()
    numbers = _numbers(reader)
    with ThreadPoolExecutor(HANDS) as hands:
        desk = DeskReader(services.settings.public_url)
        letters = list(hands.map(lambda number: _letter(reader, desk, number, outcome, tasks, notices), numbers))
    return {
        "exported_at": iso(services.clock.now()),
        "calendar": _editions(services, period, outcome),
        "units": [{"code": unit.code, "kind": str(unit.kind)} for unit in services.unit_directory.units()],
        "sent": outcome.sent,
        "letters": letters,
        "attempts": outcome.attempts,
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
    reader: Reader,
    desk: DeskReader,
    number: str,
    outcome: Outcome,
    tasks: Mapping[str, list[str]],
    notices: Mapping[str, Any],
) -> dict[str, Any]:
    record = reader.get(f"/letters/{number}", Role.SCREENER)
    code = outcome.codes.get(number)
    return {
        "record": record,
        "writer": outcome.writers.get(number),
        "limits": reader.get(f"/letters/{number}/limits", Role.SCREENER)["items"],
        "notices": notices.get(number, []),
        "tasks": tasks.get(number, []),
        "tracking": reader.get(f"/letters/{number}?query_code={code}", None) if code else None,
        "seen": [*_seen(reader, record), *_pages(desk, record)] if record["category"] == "report" else [],
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


def _pages(desk: DeskReader, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The desk's page of an accusation, which is also what is printed, for the same two units and for the leader."""
    path = f"/desk/letters/{record['number']}"
    viewers = [
        (Role.UNIT_HANDLER, record["lead_unit"]),
        (Role.UNIT_HANDLER, record["accused_unit"]),
        (Role.LEADER, None),
    ]
    return [
        {
            "role": str(role),
            "unit": unit,
            "what": path,
            "shown": desk.page(path, f"handler.{unit}" if unit else "leader"),
        }
        for role, unit in viewers
        if unit or role == Role.LEADER
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
