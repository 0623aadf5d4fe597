"""Work whose owner left, lost the right or is away comes before whoever answers for it, on the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound
from letterbox.engine import tasks
from letterbox.engine.tasks import ClaimSearch
from letterbox.services.case.casebook import Casebook, RelayedLater
from letterbox.services.staff.leave_rules import LeaveInput
from letterbox.services.staff.person_rules import RoleInput
from letterbox.services.tasks.facts import TaskFactReader
from letterbox.services.tasks.unowned import UnownedTask, UnownedTasks, Why
from letterbox.wiring import Services
from tests.support.office.api import Api
from tests.support.office.county import County
from tests.support.office.office import ADMIN, Office, as_actor, new_office, new_person, sign_in
from tests.support.office.staffed import SCREENER
from tests.support.stack.stack import PostgresStack
from webapp import create_app

RECEIVE = "Task_ReceiveLetter"


@pytest.fixture
def office(county: County) -> Office:
    return new_office(county.services)


def waiting_for(county: County, office: Office) -> str:
    """A letter dispatched to the office's unit, not yet received."""
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=office.unit)
    return number


def claim(county: County, number: str, person_id: int) -> str:
    actor = as_actor(county.services, person_id)
    task = county.task(number, RECEIVE, actor)
    county.services.tasks.claim(task.id, actor)
    return task.id


@contextmanager
def no_more_releases_recorded(superuser_url: str) -> Iterator[None]:
    """The database refuses the record of a release."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(
            "ALTER TABLE admin_events ADD CONSTRAINT no_releases CHECK (action <> 'ClaimReleased') NOT VALID"
        )
        try:
            yield
        finally:
            connection.execute("ALTER TABLE admin_events DROP CONSTRAINT no_releases")


def dying(services: Services) -> UnownedTasks:
    """Open work in a process that ends after the commit, before anything has left for the engine."""
    casebook = Casebook(services.database, services.clock, services.rulebook, RelayedLater())
    facts, claims = TaskFactReader(services.database, services.engine), ClaimSearch(services.engine.session)
    return UnownedTasks(services.database, claims, facts, casebook, services.clock)


def unowned(county: County, number: str, actor: object = ADMIN) -> list[UnownedTask]:
    return [each for each in county.services.unowned_tasks.unowned(actor) if each.number == number]  # type: ignore[arg-type]


def today(county: County) -> date:
    return county.clock.now().astimezone(OFFICE_ZONE).date()


def leave(county: County, person_id: int, substitute_id: int | None) -> int:
    on = today(county)
    return county.services.leaves.enter(ADMIN, LeaveInput(person_id, substitute_id, on, on + timedelta(days=2), "公差"))


def test_work_that_somebody_can_do_is_nobodys_concern(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    assert unowned(county, number) == []
    claim(county, number, office.handler)
    assert unowned(county, number) == []


def test_a_claim_of_somebody_who_left_is_shown_and_released(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    task_id = claim(county, number, office.handler)
    second = new_person(county.services, "赵接手", RoleInput("unit_handler", office.unit))
    county.services.people.deactivate(ADMIN, office.handler, "调离")

    (unowned_task,) = unowned(county, number)
    assert (unowned_task.why, unowned_task.claimed_by, unowned_task.has_others) == (Why.CLAIMED_BY_LEFT, "张三丰", True)
    assert county.services.unowned_tasks.release(ADMIN, [task_id]) == 1
    assert unowned(county, number) == []
    assert county.task(number, RECEIVE, as_actor(county.services, second)).assignee is None
    log = county.services.admin_log.of(ADMIN, "task", number)
    assert [each.action for each in log] == ["ClaimReleased"]
    assert log[0].before["claimed_by"] == "张三丰"


def test_what_cannot_be_recorded_is_not_released(county: County, office: Office, postgres: PostgresStack) -> None:
    number = waiting_for(county, office)
    task_id = claim(county, number, office.handler)
    county.services.people.deactivate(ADMIN, office.handler, "调离")
    with (
        no_more_releases_recorded(postgres.as_superuser(county.services.settings.database_url)),
        pytest.raises(IntegrityError, match="no_releases"),
    ):
        county.services.unowned_tasks.release(ADMIN, [task_id])
    assert [each.claimed_by_id for each in unowned(county, number)] == [office.handler]
    assert county.services.unowned_tasks.release(ADMIN, [task_id]) == 1
    assert len(county.services.admin_log.of(ADMIN, "task", number)) == 1


def test_a_release_outlives_the_process_that_died_before_telling_the_engine(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    task_id = claim(county, number, office.handler)
    second = new_person(county.services, "赵接手", RoleInput("unit_handler", office.unit))
    county.services.people.deactivate(ADMIN, office.handler, "调离")
    assert dying(county.services).release(ADMIN, [task_id]) == 1
    assert county.services.engine.tasks.get(task_id).assignee == str(office.handler)
    county.run_until_idle(number)
    assert county.task(number, RECEIVE, as_actor(county.services, second)).assignee is None
    assert [each.action for each in county.services.admin_log.of(ADMIN, "task", number)] == ["ClaimReleased"]


def test_a_release_that_comes_late_leaves_the_task_with_whoever_took_it_since(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    task_id = claim(county, number, office.handler)
    second = new_person(county.services, "赵接手", RoleInput("unit_handler", office.unit))
    county.services.people.deactivate(ADMIN, office.handler, "调离")
    dying(county.services).release(ADMIN, [task_id])
    county.services.tasks.claim(task_id, as_actor(county.services, second))
    county.run_until_idle(number)
    assert county.services.engine.tasks.get(task_id).assignee == str(second)


def test_a_lost_role_makes_the_claim_void(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    claim(county, number, office.handler)
    people = county.services.people
    people.give_role(ADMIN, office.handler, RoleInput("leader"))
    held = next(role for role in people.open(ADMIN, office.handler).line.roles if role.role == "unit_handler")
    people.end_role(ADMIN, office.handler, held.id, "轮岗")

    (unowned_task,) = unowned(county, number)
    assert (unowned_task.why, unowned_task.has_others) == (Why.CLAIMED_WITHOUT_RIGHT, False)


def test_unclaimed_work_of_a_group_without_anybody_is_shown(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    county.services.people.deactivate(ADMIN, office.handler, "退休")
    (unowned_task,) = unowned(county, number)
    assert (unowned_task.why, unowned_task.group, unowned_task.claimed_by_id) == (
        Why.NOBODY,
        f"unit_handler@{office.unit}",
        None,
    )


def test_leave_without_a_substitute_shows_claimed_and_waiting_work(county: County, office: Office) -> None:
    claimed, waiting = waiting_for(county, office), waiting_for(county, office)
    claim(county, claimed, office.handler)
    leave_id = leave(county, office.handler, None)
    assert [each.why for each in unowned(county, claimed)] == [Why.CLAIMED_BY_AWAY]
    assert [each.why for each in unowned(county, waiting)] == [Why.ALL_AWAY]

    county.services.leaves.end(ADMIN, leave_id)
    assert unowned(county, claimed) + unowned(county, waiting) == []


def test_a_substitute_owns_the_work_and_acts_under_both_names(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    claim(county, number, office.handler)
    leave(county, office.handler, office.deputy)
    assert unowned(county, number) == []

    county.do(number, RECEIVE, as_actor(county.services, office.deputy))
    registered = next(each for each in county.events(number) if each.name == "LetterRegistered")
    assert registered.by_name == "李分管（代张三丰）"


def test_a_substitute_who_is_away_or_gone_owns_nothing(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    stand_in = new_person(county.services, "钱代办", RoleInput("leader"))
    leave(county, office.handler, stand_in)
    assert unowned(county, number) == []
    county.services.people.deactivate(ADMIN, stand_in, "调离")
    assert [each.why for each in unowned(county, number)] == [Why.ALL_AWAY]


def test_when_the_leave_is_over_the_substitutes_claim_is_void(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    stand_in = new_person(county.services, "钱代办", RoleInput("leader"))
    leave(county, office.handler, stand_in)
    claim(county, number, stand_in)
    assert unowned(county, number) == []
    county.clock.at += timedelta(days=3)
    assert [each.why for each in unowned(county, number)] == [Why.CLAIMED_WITHOUT_RIGHT]


def test_a_principal_sees_his_own_unit_only(county: County, office: Office) -> None:
    other = new_office(county.services)
    own, foreign = waiting_for(county, office), waiting_for(county, other)
    for each in (office, other):
        county.services.people.deactivate(ADMIN, each.handler, "退休")
    principal = as_actor(county.services, office.principal)
    seen = county.services.unowned_tasks.unowned(principal)
    assert {each.number for each in seen} == {own}
    assert seen[0].title == "路灯不亮"
    assert foreign in {each.number for each in county.services.unowned_tasks.unowned(SCREENER)}


def test_open_work_is_found_to_the_last_task(county: County, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = {waiting_for(county, office) for _each in range(3)}
    county.services.people.deactivate(ADMIN, office.handler, "退休")
    principal = as_actor(county.services, office.principal)
    monkeypatch.setattr(tasks, "PAGE", 1)
    assert {each.number for each in county.services.unowned_tasks.unowned(principal)} == numbers


def test_an_admin_reads_no_titles(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    county.services.people.deactivate(ADMIN, office.handler, "退休")
    assert [each.title for each in unowned(county, number)] == [""]


def test_a_handler_does_not_answer_for_open_work(county: County, office: Office) -> None:
    handler = as_actor(county.services, office.handler)
    with pytest.raises(NotAllowed):
        county.services.unowned_tasks.unowned(handler)
    assert county.services.unowned_tasks.count(handler) == 0


def test_only_claims_that_are_void_can_be_released(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    task_id = claim(county, number, office.handler)
    assert county.services.unowned_tasks.release(ADMIN, [task_id, "no-such-task"]) == 0
    assert county.task(number, RECEIVE, as_actor(county.services, office.handler)).assignee == str(office.handler)
    with pytest.raises(FieldErrors, match="至少选择一项"):
        county.services.unowned_tasks.release(ADMIN, [])


def test_a_principal_cannot_release_another_units_claim(county: County, office: Office) -> None:
    other = new_office(county.services)
    number = waiting_for(county, office)
    task_id = claim(county, number, office.handler)
    county.services.people.deactivate(ADMIN, office.handler, "退休")
    assert county.services.unowned_tasks.release(as_actor(county.services, other.principal), [task_id]) == 0
    assert [each.claimed_by_id for each in unowned(county, number)] == [office.handler]


def test_before_the_last_holder_goes_his_open_work_is_listed(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    (left,) = county.services.unowned_tasks.left_behind(ADMIN, office.handler)
    assert (left.group, left.total, list(left.numbers)) == (f"unit_handler@{office.unit}", 1, [number])
    assert county.services.unowned_tasks.left_behind(ADMIN, office.deputy) == []
    new_person(county.services, "赵接手", RoleInput("unit_handler", office.unit))
    assert county.services.unowned_tasks.left_behind(ADMIN, office.handler) == []


def test_a_former_handler_finds_no_task(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    task = county.task(number, RECEIVE, as_actor(county.services, office.handler))
    people = county.services.people
    (held,) = people.open(ADMIN, office.handler).line.roles
    people.end_role(ADMIN, office.handler, held.id, "轮岗")
    with pytest.raises(NotFound):
        county.services.tasks.open(task.id, as_actor(county.services, office.handler))


def test_on_the_page_a_void_claim_is_released_and_counted_no_more(county: County, office: Office) -> None:
    number = waiting_for(county, office)
    task_id = claim(county, number, office.handler)
    new_person(county.services, "赵接手", RoleInput("unit_handler", office.unit))
    county.services.people.deactivate(ADMIN, office.handler, "调离")

    browser = sign_in(Api(create_app(county.services), county.services), "screener")
    page = browser.open(f"/admin/open-work?unit={office.unit}")
    assert "领取人 张三丰" in page.text
    assert "路灯不亮" in page.text
    page = browser.submit("/release")
    assert (page.status, page.errors) == (422, ["请至少选择一项任务"])
    page = browser.submit("/release", task=[task_id, "no-such-task"])
    assert "已释放 1 项任务" in page.text
    assert "1 项没有释放" in page.text
    assert number not in page.text
