"""The oracle's log of a test county's letters, read from the services as the machine interface writes it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from letterbox.domain.clock import iso
from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.verdict import judge
from letterbox.services.notices.notice_log import NoticeLog
from letterbox.wiring import Services
from tests.support.office.county import County
from tests.support.office.staffed import SCREENER
from webapp.api import presenters


def judged(county: County, *numbers: str) -> list[Discrepancy]:
    """Every difference between what became of these letters and the regime."""
    return judge(document(county, *numbers))


def document(county: County, *numbers: str) -> dict[str, Any]:
    services = county.services
    notices = NoticeLog(services.database).by_letter()
    return {
        "exported_at": iso(services.clock.now()),
        "calendar": [_edition(services)],
        "units": [{"code": unit.code, "kind": str(unit.kind)} for unit in services.unit_directory.units()],
        "sent": list(numbers),
        "letters": [_letter(county, number, notices.get(number, [])) for number in numbers],
        "attempts": [],
        "figures": None,
    }


def _letter(county: County, number: str, notices: list[dict[str, Any]]) -> dict[str, Any]:
    opened = county.services.records.open(number, SCREENER)
    record, limits = presenters.record(opened), [presenters.limit(each) for each in opened.limits]
    tasks = [task.key for task in county.services.engine.tasks.of(number)]
    return {
        "record": record,
        "writer": {},
        "limits": limits,
        "notices": notices,
        "tasks": tasks,
        "tracking": None,
        "seen": [],
    }


def _edition(services: Services) -> dict[str, Any]:
    calendar = services.rulebook.calendar()
    first = date(2025, 1, 1)
    days = [first + timedelta(days=index) for index in range(3 * 365)]
    bent = [day for day in days if calendar.is_working(day) != (day.weekday() < 5)]
    return {
        "since": "2025-01-01T00:00:00+08:00",
        "years": [year for year in (2025, 2026, 2027) if calendar.is_announced(year)],
        "days": [{"date": day.isoformat(), "kind": "work" if calendar.is_working(day) else "off"} for day in bent],
    }
