"""What a leave lends, whoever enters it and whatever the absent person holds besides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Role
from letterbox.services.staff.leave_rules import LeaveInput
from letterbox.services.staff.person_rules import RoleInput
from letterbox.store.people import Person
from letterbox.wiring import Services
from tests.support.office.office import ADMIN, actor, as_actor, new_office, new_person, new_unit, person_id, told

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine


def test_a_leave_lends_unit_roles_only_whoever_enters_it(real: Services) -> None:
    """The principal of a unit in which somebody is process owner, too, took that role over."""
    office = new_office(real)
    for role in ("process_owner", "admin", "operator", "screener"):
        real.people.give_role(ADMIN, office.handler, RoleInput(role))
    principal = as_actor(real, office.principal)
    today = real.clock.now().astimezone(OFFICE_ZONE).date()
    leave = real.leaves.enter(principal, LeaveInput(office.handler, office.principal, today, today + timedelta(days=1)))
    after = as_actor(real, office.principal)
    assert {grant.role for grant in after.grants if grant.for_whom} == {Role.UNIT_HANDLER}
    assert told(real, office.handler)[-1].startswith("账号变动提醒：登记了您的休假")
    assert real.leaves.all(principal)[0].lends.startswith("承办专人")
    real.leaves.end(ADMIN, leave)


def test_a_principals_leave_lends_his_own_units_roles_only(real: Services) -> None:
    office, other = new_office(real), new_unit(real)
    real.people.give_role(ADMIN, office.handler, RoleInput("unit_handler", other))
    today = real.clock.now().astimezone(OFFICE_ZONE).date()
    leave = LeaveInput(office.handler, office.deputy, today, today)
    entered = real.leaves.enter(as_actor(real, office.principal), leave)
    assert as_actor(real, office.deputy).units() == {office.unit}
    real.leaves.end(ADMIN, entered)
    real.leaves.enter(ADMIN, leave)
    assert as_actor(real, office.deputy).units() == {office.unit, other}


@pytest.mark.parametrize(
    ("away", "instead"), [("screener2", "handler.water"), ("operator", "owner"), ("leader", "screener")]
)
def test_an_office_is_stood_in_for_by_its_own_people_only(real: Services, away: str, instead: str) -> None:
    today = real.clock.now().astimezone(OFFICE_ZONE).date()
    leave = LeaveInput(person_id(real, away), person_id(real, instead), today, today)
    with pytest.raises(FieldErrors, match="不能借给别的人"):
        real.leaves.enter(ADMIN, leave)


def test_a_colleague_of_the_office_is_named_and_gets_nothing_more(real: Services) -> None:
    today = real.clock.now().astimezone(OFFICE_ZONE).date()
    before = actor(real, "reviewer").grants
    leave = real.leaves.enter(
        ADMIN, LeaveInput(person_id(real, "screener2"), person_id(real, "reviewer"), today, today)
    )
    assert actor(real, "reviewer").grants == before
    real.leaves.end(ADMIN, leave)


def test_a_leave_from_before_lends_no_office(real: Services) -> None:
    """Rows that are there already are judged by the same rule."""
    today = real.clock.now().astimezone(OFFICE_ZONE).date()
    stranger = new_person(real, "外人")
    with real.database.transaction() as session:
        away = session.scalars(select(Person.id).where(Person.login == "screener2")).one()
        session.execute(
            text(
                "INSERT INTO substitutions (person_id, substitute_id, from_on, to_on, reason) VALUES (:a, :b, :d, :d, '')"
            ),
            {"a": away, "b": stranger, "d": today},
        )
    try:
        assert as_actor(real, stranger).grants == frozenset()
    finally:
        with real.database.transaction() as session:
            session.execute(text("DELETE FROM substitutions WHERE substitute_id = :b"), {"b": stranger})
