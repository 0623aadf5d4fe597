"""Figures by unit for a period, straight from the letters, their events and limits (one query)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text

from letterbox.domain.clock import OFFICE_ZONE, Clock
from letterbox.domain.dates import midnight
from letterbox.domain.errors import FieldErrors
from letterbox.domain.permissions import Actor
from letterbox.store.database import Database

LONGEST = timedelta(days=3 * 366)

BY_UNIT = text("""
WITH cohort AS (
    SELECT id, lead_unit FROM letters WHERE received_at >= :start AND received_at < :stop
      AND NOT excluded_units && CAST(:away AS text[])
), happened AS (
    SELECT c.id,
           bool_or(e.name = 'LetterScreened') AS accepted,
           bool_or(e.name = 'LetterDeclined') AS declined,
           bool_or(e.name = 'LetterReturned') AS returned,
           bool_or(e.name = 'ExtensionGranted') AS extended
    FROM cohort c JOIN letter_events e ON e.letter_id = c.id
    GROUP BY c.id
), reply AS (
    SELECT DISTINCT ON (l.letter_id) l.letter_id,
           l.ended_at <= l.due_at AS in_time,
           coalesce(l.ended_at, :now) > l.due_at AS overdue
    FROM cohort c JOIN limits l ON l.letter_id = c.id
    WHERE l.kind = 'reply' AND l.voided_at IS NULL
    ORDER BY l.letter_id, l.id DESC
), judged AS (
    SELECT DISTINCT ON (v.letter_id) v.letter_id, v.satisfied, v.solved
    FROM cohort c JOIN evaluations v ON v.letter_id = c.id
    ORDER BY v.letter_id, v.id DESC
)
SELECT c.lead_unit, u.name,
       count(*),
       count(*) FILTER (WHERE h.accepted),
       count(*) FILTER (WHERE h.declined),
       count(*) FILTER (WHERE h.returned),
       count(*) FILTER (WHERE h.extended),
       count(*) FILTER (WHERE r.in_time),
       count(*) FILTER (WHERE r.overdue),
       count(*) FILTER (WHERE j.satisfied),
       count(*) FILTER (WHERE j.solved)
FROM cohort c
LEFT JOIN happened h ON h.id = c.id
LEFT JOIN reply r ON r.letter_id = c.id
LEFT JOIN judged j ON j.letter_id = c.id
LEFT JOIN units u ON u.code = c.lead_unit
GROUP BY c.lead_unit, u.name, u.position
ORDER BY u.position NULLS LAST, c.lead_unit
""")


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """Counts of letters received in the period, each counted once. ``unit`` None: letters that no unit leads (yet).

    ``overdue``: answered after the reply limit, or not answered and past it now.
    """

    unit: str | None
    unit_name: str | None
    received: int
    accepted: int
    declined: int
    returned: int
    extended: int
    replied_in_time: int
    overdue: int
    satisfied: int
    solved: int


class Figures:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def by_unit(self, actor: Actor, first: date | None = None, last: date | None = None) -> list[UnitFigures]:
        """Figures of letters received from ``first`` to ``last``, both days included; default: this month. Letters that
        are kept from the actor are not counted (A5). Raises FieldErrors."""
        now = self._clock.now()
        today = now.astimezone(OFFICE_ZONE).date()
        first, last = first or (last or today).replace(day=1), last or today
        if last < first:
            raise FieldErrors({"to": "截止日期不能早于起始日期"})
        if last - first > LONGEST:
            raise FieldErrors({"to": "一次最多统计三年"})
        period = {
            "start": midnight(first),
            "stop": midnight(last + timedelta(days=1)),
            "now": now,
            "away": sorted(actor.belongs_to),
        }
        with self._database.reading() as session:
            return [UnitFigures(*row) for row in session.execute(BY_UNIT, period)]
