"""An empty database begins with the calendar of ``config/``, and never again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import delete

from letterbox.domain.limits.calendar import DayKind, DayRule
from letterbox.seeds.calendar import CalendarSeed
from letterbox.store.calendar import CalendarDay, CalendarDraft, CalendarYear
from letterbox.wiring import Services

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine
SEED = CalendarSeed((2031,), (DayRule(date(2031, 1, 1), DayKind.OFF, "元旦"),))


@pytest.fixture
def empty(real: Services) -> Iterator[Services]:
    yield real
    with real.database.transaction() as session:
        for table in (CalendarDay, CalendarDraft, CalendarYear):
            session.execute(delete(table))


def test_the_seed_counts_once_and_gives_way_to_the_offices_own_days(empty: Services) -> None:
    assert empty.seeding.calendar(CalendarSeed((), ())) == 0
    assert empty.seeding.calendar(SEED) == 1
    view = empty.calendar_office.year(2031)
    assert (view.is_provisional, view.has_moves_left, [rule.name for rule in view.own]) == (False, False, ["元旦"])
    assert empty.seeding.calendar(SEED) == 0
