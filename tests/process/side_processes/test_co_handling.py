"""Co-handling (H10): an opinion and a limit for each unit beside the lead, added and released midway, never blocking."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.domain.vocabulary import EventName, Role
from letterbox.services.limits.recompute import extend_reply
from letterbox.store.letters import LetterEvent
from tests.support.office.county import County, staff
from tests.support.office.office import ADMIN, new_office
from tests.support.office.side_processes import act, assert_watch, done, due_of, event
from tests.support.office.staffed import DEPUTY, GOOD, HANDLER, PRINCIPAL, REVIEWER, SCREENER, UNIT, accepted

pytestmark = pytest.mark.engine

HOUSING, EDUCATION = staff(Role.UNIT_HANDLER, "housing"), staff(Role.UNIT_HANDLER, "education")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=OFFICE_ZONE)


def assigned(county: County, *co_units: str, category: str = "complaint") -> str:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category=category, scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT, co_units=list(co_units))
    return number


def submit(county: County, number: str) -> None:
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER)
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请办理")
    county.do(number, "Task_DraftReply", HANDLER, reply="已修好。")
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")


def test_each_co_unit_has_a_task_and_a_limit_from_the_dispatch(county: County) -> None:
    number = assigned(county, "housing", "education")
    assert sorted(county.open_tasks(number)) == ["Task_GiveOpinion", "Task_GiveOpinion", "Task_ReceiveLetter"]
    task = county.task(number, "Task_GiveOpinion", HOUSING)
    assert task.due_at == due_of(county, number, "co_opinion", "housing") == at(11, 17, 30)
    added = event(county, number, EventName.CO_HANDLER_ADDED)
    assert (added.data["unit"], added.at) == ("housing", event(county, number, EventName.LETTER_DISPATCHED).at)
    assert_watch(county, number)


def test_a_consultations_opinion_has_a_day_though_the_lead_has_two(county: County) -> None:
    number = assigned(county, "housing", category="consultation")
    assert due_of(county, number, "reply", UNIT) == at(9, 17, 30)
    assert due_of(county, number, "co_opinion", "housing") == at(8, 17, 30)


def test_an_opinion_is_shown_to_the_lead_and_ends_its_limit(county: County) -> None:
    number = assigned(county, "housing", "education")
    county.do(number, "Task_GiveOpinion", HOUSING, opinion="路灯的产权属本单位，同意维修。")
    (housing, education) = county.services.records.open(number, HANDLER).co_handlings
    assert (housing.outcome, housing.opinion) == ("given", "路灯的产权属本单位，同意维修。")
    assert (education.outcome, education.opinion) == (None, None)
    assert event(county, number, EventName.OPINION_GIVEN).by_unit == "housing"
    assert_watch(county, number)
    assert sorted(county.open_tasks(number)) == ["Task_GiveOpinion", "Task_ReceiveLetter"]


def test_the_lead_never_waits_and_a_missing_opinion_is_voided_before_its_due(county: County) -> None:
    number = assigned(county, "housing")
    submit(county, number)
    assert county.open_tasks(number) == ["Task_ReviewReply"]
    missing = event(county, number, EventName.OPINION_MISSING)
    assert missing.data == {"unit": "housing", "late": False}
    limit = county.limits(number)["co_opinion"]
    assert (limit.in_time, limit.voided_at) == (None, missing.at)
    assert len(county.services.engine.processes.of(number, "CoHandlingProcess")) == 0
    assert_watch(county, number)


def test_an_opinion_missing_after_its_due_is_late(county: County) -> None:
    number = assigned(county, "housing")
    county.clock.at = at(14, 10)
    submit(county, number)
    assert event(county, number, EventName.OPINION_MISSING).data == {"unit": "housing", "late": True}
    assert county.limits(number)["co_opinion"].in_time is False


def test_a_unit_added_midway_starts_then_and_one_released_is_done(county: County) -> None:
    number = accepted(county)
    county.clock.at = at(10, 15)
    act(county, number, "add-co-handler", SCREENER, unit="housing")
    assert due_of(county, number, "co_opinion", "housing") == at(11, 17, 30)
    act(county, number, "add-co-handler", SCREENER, unit="education")
    act(county, number, "release-co-handler", SCREENER, unit="housing")
    released = event(county, number, EventName.CO_HANDLER_RELEASED)
    assert released.data == {"unit": "housing", "because": "released"}
    assert county.task(number, "Task_GiveOpinion", EDUCATION).due_at == at(11, 17, 30)
    with pytest.raises(NotFound):
        county.services.records.open(number, HOUSING)
    assert_watch(county, number)


def test_a_unit_added_on_the_last_day_is_never_due_after_the_lead(county: County) -> None:
    number = accepted(county)
    county.clock.at = at(14, 15)
    act(county, number, "add-co-handler", SCREENER, unit="housing")
    assert due_of(county, number, "co_opinion", "housing") == at(14, 17, 30)


def test_during_a_redo_the_opinion_is_due_by_the_redo(county: County) -> None:
    number = accepted(county)
    submit(county, number)
    with pytest.raises(WrongState):
        act(county, number, "add-co-handler", SCREENER, unit="housing")
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="fail", comment="请征求住建意见")
    act(county, number, "add-co-handler", SCREENER, unit="housing")
    assert due_of(county, number, "redo", UNIT) == at(9, 17, 30)
    assert due_of(county, number, "co_opinion", "housing") == at(8, 17, 30)
    county.do(number, "Task_DraftReply", HANDLER, reply="已征求意见。")
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")
    assert done(county, number, EventName.OPINION_MISSING) == 1


def test_open_opinions_follow_the_leads_limit(county: County) -> None:
    number = assigned(county, "housing")
    with county.services.casebook.open(number, SCREENER) as case:
        extend_reply(case, date(2026, 9, 18))
    county.run_until_idle(number)
    assert county.task(number, "Task_GiveOpinion", HOUSING).due_at == at(17, 17, 30)
    moved = [each.data for each in county.events(number) if each.name == EventName.LIMIT_MOVED]
    assert [(each["limit"], each["because"]) for each in moved] == [
        ("reply", "extension"),
        ("co_opinion", "lead_moved"),
    ]
    assert_watch(county, number)


@pytest.mark.parametrize("code", ["", "nowhere", UNIT, "gov-office"])
def test_who_cannot_co_handle(county: County, code: str) -> None:
    number = accepted(county)
    with pytest.raises(FieldErrors) as refused:
        act(county, number, "add-co-handler", SCREENER, unit=code)
    assert set(refused.value.errors) == {"unit"}


def test_not_twice_at_a_time_and_not_released_when_it_is_not_there(county: County) -> None:
    number = assigned(county, "housing")
    with pytest.raises(WrongState):
        act(county, number, "add-co-handler", SCREENER, unit="housing")
    with pytest.raises(FieldErrors):
        act(county, number, "release-co-handler", SCREENER, unit="education")
    act(county, number, "release-co-handler", SCREENER, unit="housing")
    with pytest.raises(WrongState):
        act(county, number, "release-co-handler", SCREENER, unit="housing")


def test_a_recalled_letter_ends_its_co_handling_and_is_assigned_with_others(county: County) -> None:
    number = assigned(county, "housing")
    act(county, number, "recall", SCREENER, reason="交办有误")
    assert county.open_tasks(number) == ["Task_AssignLetter"]
    assert event(county, number, EventName.CO_HANDLER_RELEASED).data == {"unit": "housing", "because": "recalled"}
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit="housing", co_units=[UNIT])
    assert sorted(county.open_tasks(number)) == ["Task_GiveOpinion", "Task_ReceiveLetter"]
    assert_watch(county, number)


def test_a_new_lead_by_ruling_keeps_the_co_handlers_and_moves_their_due(county: County) -> None:
    number = assigned(county, "housing", "education")
    county.clock.at = at(8, 10)
    act(county, number, "return", HANDLER, reason="不属于本单位职责")
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="uphold", lead_unit="education", reason="属教育局")
    assert sorted(county.open_tasks(number)) == ["Task_GiveOpinion", "Task_ReceiveLetter"]
    assert event(county, number, EventName.CO_HANDLER_RELEASED).data == {"unit": "education", "because": "new_lead"}
    assert county.task(number, "Task_GiveOpinion", HOUSING).due_at == at(14, 17, 30)
    assert_watch(county, number)


def test_before_the_dispatch_no_co_handler_is_added(county: County) -> None:
    number = county.write()
    with pytest.raises(WrongState):
        act(county, number, "add-co-handler", SCREENER, unit="housing")


def test_the_accused_unit_is_no_co_handler(county: County) -> None:
    number = county.write()
    report = {"outcome": "accept", "category": "report", "scope": "5", "accused_unit": "housing"}
    county.do(number, "Task_ScreenLetter", SCREENER, **report)
    task = county.task(number, "Task_AssignLetter", SCREENER)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, {"lead_unit": UNIT, "co_units": ["housing"]}, SCREENER)
    assert set(refused.value.errors) == {"co_units"}
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    with pytest.raises(FieldErrors):
        act(county, number, "add-co-handler", SCREENER, unit="housing")


def test_a_withdrawn_letter_ends_its_co_handling(county: County) -> None:
    number = assigned(county, "housing", "education")
    county.services.writers_side.withdraw(number, "已解决")
    county.run_until_idle(number)
    assert county.services.engine.processes.of(number) == ()
    ended = [each for each in county.events(number) if each.name == EventName.CO_HANDLER_RELEASED]
    assert [(each.data["unit"], each.data["because"]) for each in ended] == [
        ("housing", "withdrawn"),
        ("education", "withdrawn"),
    ]


def test_a_co_handler_sees_the_letter_but_not_the_leads_draft(county: County) -> None:
    number = assigned(county, "housing")
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER)
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请办理")
    contact = {"at": "2026-09-07T08:50", "means": "phone", "person": "李四", "said": "已说明", "reached": True}
    county.do(number, "Task_DraftReply", HANDLER, reply="草稿", contacts=[contact])
    seen = county.services.records.open(number, HOUSING)
    assert (seen.title, seen.replies, seen.contacts) == ("路灯不亮", [], [])
    assert len(county.services.records.open(number, HANDLER).replies) == 1
    assert county.services.records.search(HOUSING, q=number).total == 1
    assert county.services.records.search(EDUCATION, q=number).total == 0
    with pytest.raises(NotFound):
        county.services.records.open(number, EDUCATION)


def test_the_ladder_reminds_the_co_handler_of_its_own_opinion(county: County) -> None:
    number = assigned(county, "housing")
    county.do(number, "Task_ReceiveLetter", HANDLER)
    taken = _steps_until(county, number, ("co_opinion", "due_today"))
    assert (taken.data["unit"], taken.at) == ("housing", at(11, 9))


def _steps_until(county: County, number: str, wanted: tuple[str, str]) -> LetterEvent:
    for _ in range(20):
        for each in county.events(number):
            if each.name == EventName.DEADLINE_STEP_TAKEN and (each.data["limit"], each.data["step"]) == wanted:
                return each
        county.fire_timer(number)
    raise AssertionError(f"{wanted} was not taken")


def test_a_dissolved_co_handlers_work_is_shown_to_whoever_answers(county: County) -> None:
    office, services = new_office(county.services), county.services
    number = assigned(county, office.unit)
    for person in (office.handler, office.deputy, office.principal):
        services.people.deactivate(ADMIN, person, "机构撤销")
    services.units.deactivate(ADMIN, office.unit, "机构撤销")
    (unowned_task,) = [each for each in services.unowned_tasks.unowned(SCREENER) if each.number == number]
    assert (unowned_task.name, unowned_task.unit, unowned_task.title) == ("提出协办意见", office.unit, "路灯不亮")
    act(county, number, "release-co-handler", SCREENER, unit=office.unit)
    assert [each for each in services.unowned_tasks.unowned(SCREENER) if each.number == number] == []
    with pytest.raises(FieldErrors):
        act(county, number, "add-co-handler", SCREENER, unit=office.unit)


def test_a_co_handler_is_not_told_what_others_were_asked(county: County) -> None:
    number = assigned(county, "housing")
    act(county, number, "supervise", staff(Role.SUPERVISOR), office="party", request="请查明主办单位的责任")
    county.do(number, "Task_GiveOpinion", HOUSING, opinion="同意")
    submit(county, number)
    told = {each.name for each in county.services.records.open(number, HOUSING).events}
    assert {EventName.LETTER_DISPATCHED, EventName.REPLY_SUBMITTED, EventName.OPINION_GIVEN} <= told
    assert not told & {EventName.SUPERVISION_OPENED, EventName.REPLY_DRAFTED, EventName.HANDLER_INSTRUCTED}
    lead = {each.name for each in county.services.records.open(number, HANDLER).events}
    assert {EventName.SUPERVISION_OPENED, EventName.REPLY_DRAFTED, EventName.HANDLER_INSTRUCTED} <= lead


def test_what_is_said_beside_an_accusation_does_not_name_its_writer(county: County) -> None:
    number = county.write()
    report = {"outcome": "accept", "category": "report", "scope": "5", "accused_unit": "education"}
    county.do(number, "Task_ScreenLetter", SCREENER, **report)
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT, co_units=["housing"])
    act(county, number, "supervise", staff(Role.SUPERVISOR), office="party", request="请与李四联系")
    act(county, number, "instruct", staff(Role.LEADER), instruction="李四反映的事请查实")
    county.do(number, "Task_GiveOpinion", HOUSING, opinion="李四（13800000000）所说属实")
    seen = county.services.records.open(number, HANDLER)
    assert "李四" not in f"{seen.events}{seen.supervisions}{seen.instructions}{seen.co_handlings}"
    assert "13800000000" not in str(seen.co_handlings)
