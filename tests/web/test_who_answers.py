"""Who answers for a limit: one rule, in Python and in SQL."""

from __future__ import annotations

from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.limits.answerers import answerer
from letterbox.domain.vocabulary import LimitKind, Role
from letterbox.services.limits import queries
from letterbox.store.letters import Letter
from letterbox.wiring import Services
from letterbox.wiring.desk import Desk
from tests.support.office.cockpit import OpenLimitsOfATest
from tests.support.office.county import staff

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
DUE = datetime(2026, 9, 8, 17, 30, tzinfo=OFFICE_ZONE)


@pytest.fixture
def limits(real: Services) -> OpenLimitsOfATest:
    return OpenLimitsOfATest(real)


@pytest.mark.parametrize("kind", list(LimitKind))
def test_who_answers_is_the_same_in_python_and_in_sql(
    limits: OpenLimitsOfATest, real: Services, kind: LimitKind
) -> None:
    combinations = [(unit, returns) for unit in ("transport", None) for returns in range(4)]
    found = {limits.add(kind, DUE, unit, returns=returns): (unit, returns) for unit, returns in combinations}
    with real.database.reading() as session:
        rows = session.execute(queries.rows().where(Letter.number.in_(found))).all()
    assert {row.number: row.answering for row in rows} == {
        number: answerer(kind, unit, returns) for number, (unit, returns) in found.items()
    }


def test_the_line_on_top_of_my_tasks_leaves_final_rulings_to_the_coordinator(
    limits: OpenLimitsOfATest, real: Services
) -> None:
    figures, screener = Desk.on(real).figures, staff(Role.SCREENER)
    before = figures.of(screener).open
    limits.add("return_ruling", DUE, returns=2)
    assert figures.of(screener).open == before
    limits.add("return_ruling", DUE, returns=1)
    assert figures.of(screener).open == before + 1
