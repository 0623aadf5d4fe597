"""The office's own calendar as it stands in the database: what is in force, what is staged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from letterbox.domain.limits.calendar import DayKind, DayRule, WorkCalendar
from letterbox.services.rules.office_calendar import work_calendar
from letterbox.store.calendar import CalendarDay, CalendarDraft, CalendarYear


@dataclass(frozen=True, slots=True)
class OfficeDays:
    """The office's own days in force, and the years that the office published itself.

    An own day replaces the library's word on that day, and nothing replaces an own day; the library's other days stay.
    """

    rules: tuple[DayRule, ...] = ()
    years: frozenset[int] = frozenset()

    def of_year(self, year: int) -> tuple[DayRule, ...]:
        return tuple(rule for rule in self.rules if rule.date.year == year)

    def with_year(self, year: int, rules: Iterable[DayRule]) -> OfficeDays:
        """The days as they would be if ``rules`` were published as all own days of ``year``."""
        others = (rule for rule in self.rules if rule.date.year != year)
        return OfficeDays((*others, *rules), self.years | {year})

    def calendar(self) -> WorkCalendar:
        return work_calendar(self.rules, self.years)


@dataclass(frozen=True, slots=True)
class StagedYear:
    """A staged year. ``rules``: all its own days, by date."""

    year: int
    rules: tuple[DayRule, ...]
    staged_at: datetime
    staged_by: str


def office_days(session: Session) -> OfficeDays:
    """The days in force. Days of a year that was never published do not count."""
    published = {row.year: row.published_at is not None for row in session.scalars(select(CalendarYear))}
    rows = session.execute(select(CalendarDay.day, CalendarDay.kind, CalendarDay.name).order_by(CalendarDay.day))
    rules = (DayRule(day, DayKind(kind), name) for day, kind, name in rows if published.get(day.year, True))
    return OfficeDays(tuple(rules), frozenset(year for year, is_out in published.items() if is_out))


def draft_of(session: Session, year: int) -> StagedYear | None:
    row = session.get(CalendarDraft, year)
    return (
        None
        if row is None
        else StagedYear(year=year, rules=tuple(map(_rule, row.days)), staged_at=row.staged_at, staged_by=row.staged_by)
    )


def drafted_years(session: Session) -> list[int]:
    return list(session.scalars(select(CalendarDraft.year).order_by(CalendarDraft.year)))


def stage(session: Session, year: int, rules: Iterable[DayRule], now: datetime, by: str) -> None:
    """Replace what was staged for ``year``."""
    days = [_row(rule) for rule in sorted(rules, key=lambda rule: rule.date)]
    session.merge(CalendarDraft(year=year, days=days, staged_at=now, staged_by=by))


def discard(session: Session, year: int) -> bool:
    """Forget what was staged for the year. Returns whether anything was."""
    draft = session.get(CalendarDraft, year)
    if draft is not None:
        session.delete(draft)
    return draft is not None


def put_in_force(session: Session, draft: StagedYear, now: datetime) -> None:
    """Make the staged days the year's own days; then nothing is staged any more."""
    first, last = date(draft.year, 1, 1), date(draft.year, 12, 31)
    session.execute(delete(CalendarDay).where(CalendarDay.day.between(first, last)))
    session.add_all(CalendarDay(day=rule.date, kind=rule.kind, name=rule.name) for rule in draft.rules)
    session.merge(CalendarYear(year=draft.year, published_at=now, limits_moved_at=None))
    discard(session, draft.year)


def _row(rule: DayRule) -> dict[str, str]:
    return {"date": rule.date.isoformat(), "kind": str(rule.kind), "name": rule.name}


def _rule(row: dict[str, Any]) -> DayRule:
    return DayRule(date.fromisoformat(row["date"]), DayKind(row["kind"]), row["name"])
