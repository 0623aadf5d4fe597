"""The accused first (A5): who is of the accused unit learns nothing of the letter, by whatever way it might come to him."""

from __future__ import annotations

from datetime import timedelta

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.staff.leaves import LeaveInput
from letterbox.services.staff.person_rules import RoleInput
from letterbox.services.tasks.my_tasks import TaskFilter
from letterbox.wiring.desk import Desk
from tests.support.office.county import County, staff
from tests.support.office.office import ADMIN, as_actor, new_person, person_id
from tests.support.office.staffed import HANDLER, SCREENER, UNIT, accepted

pytestmark = pytest.mark.engine

ACCUSED = "water"
WATER = staff(Role.UNIT_HANDLER, ACCUSED)
TITLE, BODY = "举报水利局采购舞弊", "水利局王科长收钱。"


def accusation(county: County, unit: str = ACCUSED) -> str:
    """Screened; the writer called it an accusation, too."""
    number = county.write(TITLE, BODY, category="report")
    values = {"outcome": "accept", "category": "report", "scope": "5", "accused_unit": unit}
    county.do(number, "Task_ScreenLetter", SCREENER, **values)
    return number


def screened(county: County) -> str:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    return number


def assert_nothing_for(county: County, actor: Actor, number: str) -> None:
    services = county.services
    for ask in (services.records.open, services.related.family, services.actions.offered):
        with pytest.raises(NotFound):
            ask(number, actor)
    assert services.records.search(actor, q=number).total == 0
    assert services.tasks.of_letter(number, actor) == []
    desk = Desk.on(services).tasks
    for page in (services.tasks.page(actor, per_page=200), desk.page(actor, TaskFilter(), per_page=200)):
        assert number not in [row.number for row in page.items]


# --- F2: joining


def test_an_accusation_is_not_joined_to_an_ordinary_letter(county: County) -> None:
    number, leading = accusation(county), screened(county)
    with pytest.raises(FieldErrors) as refused:
        county.act(number, "join", SCREENER, joined_to=leading, reason="同一件事")
    assert set(refused.value.errors) == {"joined_to"}
    with pytest.raises(FieldErrors):
        county.act(leading, "join", SCREENER, joined_to=number, reason="同一件事")


def test_what_its_writer_calls_an_accusation_is_not_joined_in_screening_either(county: County) -> None:
    number, leading = county.write(TITLE, BODY, category="report"), accepted(county)
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    values = {"outcome": "join", "joined_to": leading}
    for more in ({}, {"accused_unit": ACCUSED}):
        with pytest.raises(FieldErrors) as refused:
            county.services.tasks.complete(task.id, {**values, **more}, SCREENER)
        assert set(refused.value.errors) == {"joined_to"}
    assert county.letter(number).status == "received"


def test_accusations_of_the_same_unit_are_joined_and_of_others_not(county: County) -> None:
    leading, other = accusation(county), accusation(county, "housing")
    with pytest.raises(FieldErrors):
        county.act(other, "join", SCREENER, joined_to=leading, reason="同一件事")
    in_screening = county.write(TITLE, BODY, category="report")
    values = {"outcome": "join", "joined_to": leading, "accused_unit": ACCUSED}
    county.do(in_screening, "Task_ScreenLetter", SCREENER, **values)
    county.act(accusation(county), "join", SCREENER, joined_to=leading, reason="同一件事")
    assert len(county.services.related.family(leading, SCREENER).joined) == 2
    county.do(leading, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    assert len(county.services.related.family(leading, HANDLER).joined) == 2
    with pytest.raises(FieldErrors):
        county.act(leading, "add-co-handler", SCREENER, unit=ACCUSED)
    assert_nothing_for(county, WATER, in_screening)


def test_a_leading_letter_does_not_become_an_accusation_over_others(county: County) -> None:
    leading, number = screened(county), county.write()
    county.act(number, "join", SCREENER, joined_to=leading, reason="同一件事")
    with pytest.raises(FieldErrors, match=number):
        county.act(leading, "recategorise", SCREENER, category="report", accused_unit=ACCUSED, reason="是检举")


# --- F3: splitting


def test_a_letter_split_from_an_accusation_is_kept_from_the_accused_and_masked_for_all(county: County) -> None:
    number = accusation(county)
    new = county.act(number, "split", SCREENER, title="咨询水价", body="水价多少", reason="举报信中另有咨询")["number"]
    county.run_until_idle(new)
    letter = county.letter(new)
    assert (letter.category, letter.accused_unit, letter.excluded_units) == ("report", ACCUSED, [ACCUSED])
    assert_nothing_for(county, WATER, new)
    county.do(new, "Task_ScreenLetter", SCREENER, outcome="accept", category="report", scope="5", accused_unit=ACCUSED)
    task = county.task(new, "Task_AssignLetter", SCREENER)
    with pytest.raises(FieldErrors):
        county.services.tasks.complete(task.id, {"lead_unit": ACCUSED}, SCREENER)
    county.do(new, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    record = county.services.records.open(new, HANDLER)
    assert record.writer.is_masked
    received = next(each for each in record.events if each.name == "LetterReceived")
    assert "split_from" not in received.data
    assert "reason" not in received.data


def test_a_unit_does_not_learn_from_one_letter_of_an_accusation_split_from_it(county: County) -> None:
    number = accepted(county)
    new = county.act(number, "split", SCREENER, title=TITLE, body=BODY, reason="另有举报")["number"]
    county.run_until_idle(new)
    split = [each for each in county.services.records.open(number, HANDLER).events if each.name == "LetterSplit"]
    assert [each.data for each in split] == [{}]
    county.do(new, "Task_ScreenLetter", SCREENER, outcome="accept", category="report", scope="5", accused_unit=UNIT)
    split = [each for each in county.services.records.open(number, HANDLER).events if each.name == "LetterSplit"]
    assert [each.data for each in split] == [{}]
    assert_nothing_for(county, HANDLER, new)


# --- F4: an office role does not outweigh the accused unit


def test_nobody_of_the_accused_unit_stands_in_for_a_screener(county: County) -> None:
    services, leave = county.services, leave_of(county, RoleInput(Role.SCREENER, None))
    with pytest.raises(FieldErrors) as refused:
        services.leaves.enter(ADMIN, leave)
    assert set(refused.value.errors) == {"substitute_id"}


def test_who_stands_in_for_a_screener_of_another_unit_sees_no_accusation_of_his_own(county: County) -> None:
    number, services = accusation(county), county.services
    leave = leave_of(county, RoleInput(Role.SCREENER, None), RoleInput(Role.UNIT_HANDLER, UNIT))
    services.leaves.enter(ADMIN, leave)
    assert leave.substitute_id is not None
    actor = as_actor(services, leave.substitute_id)
    assert Role.SCREENER not in actor.roles
    assert UNIT in actor.units()
    assert_nothing_for(county, actor, number)
    with pytest.raises(NotAllowed):
        services.actions.perform(number, "unmask", {"reason": "代办"}, actor)


def leave_of(county: County, *roles: RoleInput) -> LeaveInput:
    """Somebody with the roles is away; a handler of the accused unit is to stand in."""
    away = new_person(county.services, "李甄别", *roles)
    handler = new_person(county.services, "王水利", RoleInput(Role.UNIT_HANDLER, ACCUSED))
    today = county.clock.at.astimezone(OFFICE_ZONE).date()
    return LeaveInput(away, handler, today, today + timedelta(days=3))


def test_who_is_of_the_accused_unit_himself_sees_nothing_by_office_either(county: County) -> None:
    both = new_person(county.services, "赵两职", RoleInput(Role.SCREENER, None), RoleInput(Role.UNIT_HANDLER, ACCUSED))
    assert_nothing_for(county, as_actor(county.services, both), accusation(county))


# --- F6: work that the accused unit holds


def test_what_the_accused_unit_was_asked_beside_the_letter_ends(county: County) -> None:
    number = accepted(county)
    county.act(number, "instruct", staff(Role.LEADER), instruction="请说明情况", unit=ACCUSED)
    (task,) = [row for row in county.services.tasks.of_letter(number, WATER) if row.key == "Task_AnswerInstruction"]
    county.act(number, "recategorise", SCREENER, category="report", accused_unit=ACCUSED, reason="是检举")
    assert_nothing_for(county, WATER, number)
    with pytest.raises(NotFound):
        county.services.tasks.complete(task.id, {"answer": "我局没有问题"}, WATER)
    assert "Task_AnswerInstruction" not in county.open_tasks(number)
    assert not county.limits(number)["instruction"].is_open
    official = county.services.sign_in.of_login(f"handler.{ACCUSED}").actor
    assert number not in [each.number for each in county.services.inbox.list(official).items]


def test_a_supervision_of_the_accused_unit_ends_and_nobody_reminds_it(county: County) -> None:
    number = screened(county)
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=ACCUSED)
    later = (county.clock.at + timedelta(days=8)).astimezone(OFFICE_ZONE).date().isoformat()
    county.act(number, "supervise", staff(Role.SUPERVISOR), office="party", request="请查明", due_on=later)
    county.act(number, "recall", SCREENER, reason="另行交办")
    county.act(number, "recategorise", SCREENER, category="report", accused_unit=ACCUSED, reason="是检举")
    assert "Task_AnswerSupervision" not in county.open_tasks(number)
    assert_nothing_for(county, WATER, number)
    county.act(number, "remind", staff(Role.SUPERVISOR), message="举报人反映你局王某受贿，请速答复")
    official = county.services.sign_in.of_login(f"handler.{ACCUSED}").actor
    assert number not in [each.number for each in county.services.inbox.list(official).items]


# --- offices


def test_an_accusation_of_the_office_is_handled_by_the_one_that_coordinates(county: County) -> None:
    number, coordinator = accusation(county, "egov"), staff(Role.COORDINATOR)
    screener = county.services.sign_in.of_login("screener").actor
    assert_nothing_for(county, SCREENER, number)
    assert_nothing_for(county, screener, number)
    told = county.services.inbox.list(person(county, "coordinator")).items
    assert number in [each.number for each in told]
    assert number in [row.number for row in county.services.tasks.page(coordinator, per_page=200).items]
    county.do(number, "Task_AssignLetter", coordinator, lead_unit=UNIT)
    county.act(number, "recall", coordinator, reason="另行交办")
    assert county.letter(number).status == "screened"


def test_an_accusation_of_one_supervising_office_is_read_by_the_other(county: County) -> None:
    number = accusation(county, "party-supervision")
    assert_nothing_for(county, person(county, "supervisor.party"), number)
    assert county.services.records.open(number, person(county, "supervisor.gov")).number == number


def person(county: County, login: str) -> Actor:
    return as_actor(county.services, person_id(county.services, login))
