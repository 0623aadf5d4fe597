"""The unit's own path (H3): reassigning, taking over, another instruction, an earlier date of its own."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotFound
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.tasks.my_tasks import TaskFilter
from letterbox.store.people import Person
from letterbox.wiring.desk import Desk
from tests.support.office.county import County, staff
from tests.support.office.staffed import DEPUTY, HANDLER, PRINCIPAL, UNIT, accepted, drafted

pytestmark = pytest.mark.engine

OTHERS = staff(Role.UNIT_PRINCIPAL, "housing")


def person(county: County, login: str) -> Actor:
    return county.services.sign_in.of_login(login).actor


def person_id(county: County, login: str) -> int:
    with county.services.database.reading() as session:
        return session.scalars(select(Person.id).where(Person.login == login)).one()


def listed(county: County, actor: Actor) -> list[str]:
    tasks = Desk.on(county.services).tasks
    found = tasks.page(actor, TaskFilter(), per_page=200).items
    return [task.number for task in found]


def test_a_superior_may_do_what_is_for_those_below_him_and_nobody_elses(county: County) -> None:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", DEPUTY)
    (event,) = [each for each in county.events(number) if each.name == "LetterRegistered"]
    assert (event.by_role, event.by_unit) == ("unit_deputy", UNIT)
    assert county.services.tasks.of_letter(number, PRINCIPAL)[0].takes_over
    assert not county.services.tasks.of_letter(number, HANDLER)[0].takes_over
    assert county.services.tasks.of_letter(number, OTHERS) == []


def test_those_below_may_not_sign_off(county: County) -> None:
    number = drafted(county)
    (task,) = county.services.engine.tasks.of(number)
    for actor in (HANDLER, DEPUTY, OTHERS):
        with pytest.raises(NotFound):
            county.services.tasks.complete(task.id, {"outcome": "sign"}, actor)


def test_a_task_handed_to_a_deputy_stands_in_his_list_and_on_the_timeline(county: County) -> None:
    number = accepted(county)
    deputy = person(county, f"deputy.{UNIT}")
    assert number not in listed(county, deputy)
    task = county.task(number, "Task_ReceiveLetter", HANDLER)
    to = person_id(county, f"deputy.{UNIT}")
    county.services.reassigning.reassign(task.id, to, "请您直接办", HANDLER)
    county.run_until_idle(number)
    assert number in listed(county, deputy)
    assert county.services.engine.tasks.get(task.id).assignee == str(to)
    (event,) = [each for each in county.events(number) if each.name == "TaskHandedOn"]
    assert (event.data["task"], event.data["note"]) == ("Task_ReceiveLetter", "请您直接办")
    county.do(number, "Task_ReceiveLetter", deputy)
    assert county.open_tasks(number) == ["Task_SubmitToDeputy"]


def test_it_can_be_handed_only_to_somebody_who_may_do_it(county: County) -> None:
    number = accepted(county)
    task = county.task(number, "Task_ReceiveLetter", HANDLER)
    names = {each.id for each in county.services.reassigning.colleagues(task.id, HANDLER)}
    assert names == {person_id(county, f"{role}.{UNIT}") for role in ("handler", "deputy", "principal")}
    for login in ("handler.housing", "screener"):
        with pytest.raises(FieldErrors) as refused:
            county.services.reassigning.reassign(task.id, person_id(county, login), "", HANDLER)
        assert set(refused.value.errors) == {"person"}
    with pytest.raises(NotFound):
        county.services.reassigning.reassign(task.id, person_id(county, f"deputy.{UNIT}"), "", OTHERS)


def test_the_handler_may_ask_for_another_instruction_before_he_replies(county: County) -> None:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER)
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请修好")
    task = county.task(number, "Task_DraftReply", HANDLER)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, {"ask_instruction": True}, HANDLER)
    assert set(refused.value.errors) == {"question"}
    county.do(number, "Task_DraftReply", HANDLER, ask_instruction=True, question="灯杆属供电公司，怎么办？")
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请与供电公司会商")
    assert county.open_tasks(number) == ["Task_DraftReply"]
    assert county.names(number).count("HandlerInstructed") == 2
    assert "ReplyDrafted" not in county.names(number)


def test_the_units_own_earlier_date_is_what_its_drafting_is_due_at(county: County) -> None:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER)
    task = county.task(number, "Task_InstructHandler", DEPUTY)
    for wrong in ("2026-09-15", "2026-09-06"):
        with pytest.raises(FieldErrors) as refused:
            county.services.tasks.complete(task.id, {"instruction": "请修好", "own_due_on": wrong}, DEPUTY)
        assert set(refused.value.errors) == {"own_due_on"}
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请修好", own_due_on="2026-09-10")
    own = datetime(2026, 9, 10, 17, 30, tzinfo=OFFICE_ZONE)
    assert county.task(number, "Task_DraftReply", HANDLER).due_at == own
    assert county.limits(number)["reply"].due_at == datetime(2026, 9, 14, 17, 30, tzinfo=OFFICE_ZONE)
    assert "UnitLimitSet" in county.names(number)
