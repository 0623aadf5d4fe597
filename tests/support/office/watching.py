"""One watch a letter, one timer a watch, at the right instant: asked of the engine, computed by the regime's ladder as
the oracle has it and by days counted the plodding way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import chinese_calendar
from sqlalchemy import select

from letterbox.oracle.days import Days, at_time, office_date
from letterbox.oracle.tables import ladder
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit, StepTaken
from tests.support.office.county import County

LONGEST = dt.timedelta(days=1)
YEARS = range(2025, 2027)


def plain_days() -> Days:
    """The library's word for the years that the tests play in."""
    first, last = dt.date(YEARS.start, 1, 1), dt.date(YEARS.stop, 1, 1)
    every = (first + dt.timedelta(days=count) for count in range((last - first).days))
    return Days({day: bool(chinese_calendar.is_workday(day)) for day in every}, frozenset(YEARS))


def steps_ahead(limits: Iterable[Limit], taken: set[tuple[int, str]], *, urgent: bool) -> list[dt.datetime]:
    """The instants of every rung not yet taken, over these open limits."""
    days, found = plain_days(), []
    for limit in limits:
        for rung in ladder(limit.kind, urgent=urgent):
            day = days.worked_days_from(office_date(limit.due_at), rung.offset)
            at = at_time(day, rung.time) if rung.time else limit.due_at
            if (limit.id, rung.step) not in taken and (at >= limit.due_at or at > limit.started_at):
                found.append(at)
    return sorted(found)


def assert_watch(county: County, number: str) -> None:
    """Exactly one watch with exactly one timer at the next step (or a day's wait before it); none once nothing runs."""
    letter, limits, taken = _state(county, number)
    watches = county.services.engine.processes.of(number, "DeadlineWatchProcess")
    timers = county.timers(number)
    if letter.closed_at is not None and not limits:
        assert (len(watches), len(timers)) == (0, 0), f"{number} is over and still watched"
        return
    assert (len(watches), len(timers)) == (1, 1), f"{number}: {len(watches)} watches, {len(timers)} timers"
    ahead = steps_ahead(limits, taken, urgent=letter.urgent)
    at = timers[0].due_at
    assert at is not None
    assert letter.watch_at == (ahead[0] if ahead else None)
    if ahead and ahead[0] <= at:
        assert at == ahead[0], f"{number} wakes at {at}, its next step is at {ahead[0]}"
    else:
        assert at <= county.clock.at + LONGEST, f"{number} waits until {at}, longer than a day"


def _state(county: County, number: str) -> tuple[Letter, list[Limit], set[tuple[int, str]]]:
    letter = county.letter(number)
    with county.services.database.reading() as session:
        limits = list(session.scalars(select(Limit).where(Limit.letter_id == letter.id, Limit.is_open)))
        query = select(StepTaken.limit_id, StepTaken.step).where(StepTaken.limit_id.in_([each.id for each in limits]))
        return letter, limits, {(limit_id, step) for limit_id, step in session.execute(query)}
