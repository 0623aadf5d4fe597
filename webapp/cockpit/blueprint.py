"""The cockpit's one blueprint, its services, and what its pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from flask import Blueprint, Response

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.services.records.spreadsheet import as_csv
from webapp.services import cockpit, services
from webapp.shared.due import DueLabel, due

blueprint = Blueprint("cockpit", __name__, url_prefix="/cockpit")


def due_maker() -> Callable[[datetime | None], DueLabel | None]:
    """Badges for open limits by one reading of clock and calendar."""
    now, calendar = services().clock.now(), cockpit().limits.calendar()
    return lambda at: due(at, now, calendar) if at else None


def file(headings: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> Response:
    """A CSV file to keep, named by the instant it was made."""
    answer = Response(as_csv(headings, rows), mimetype="text/csv")
    made_at = services().clock.now().astimezone(OFFICE_ZONE)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}-{made_at:%Y%m%d-%H%M}.csv"
    return answer
