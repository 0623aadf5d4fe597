"""The deadline watch: exactly one, with exactly one timer, at the right instant, whatever happens (S4)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from letterbox.store.people import Person
from tests.support.office.county import County
from tests.support.office.staffed import GOOD, HANDLER, REVIEWER, SCREENER, accepted, answered, submitted

pytestmark = pytest.mark.engine


def at(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=OFFICE_ZONE)


def timer_at(county: County, number: str) -> datetime:
    """The instant of the letter's only timer."""
    watches = county.services.engine.processes.of(number, "DeadlineWatchProcess")
    assert len(watches) == 1
    (timer,) = county.timers(number)
    assert timer.due_at is not None
    return timer.due_at


def within_a_day(county: County, instant: datetime) -> datetime:
    return min(instant, county.clock.at + timedelta(days=1))


def test_a_new_letter_waits_for_the_reminder_of_its_screening(county: County) -> None:
    number = county.write()
    assert county.limits(number)["screening"].due_at == at(9, 17, 30)
    assert timer_at(county, number) == within_a_day(county, at(8, 9))


def test_the_timer_moves_with_every_limit(county: County) -> None:
    number = accepted(county, "complaint")
    assert county.limits(number)["sign_for"].due_at == at(8, 17, 30)
    assert county.limits(number)["reply"].due_at == at(14, 17, 30)
    assert timer_at(county, number) == within_a_day(county, at(8, 9))
    county.do(number, "Task_ReceiveLetter", HANDLER)
    assert timer_at(county, number) == within_a_day(county, at(11, 9))


def test_consultation_has_two_working_days(county: County) -> None:
    number = accepted(county, "consultation")
    assert county.limits(number)["reply"].due_at == at(9, 17, 30)


def test_the_whole_ladder_of_a_reply_that_never_comes(county: County) -> None:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    for _ in range(30):
        if ("reply", "overdue_3") in steps(county, number):
            break
        county.fire_timer(number)
    reply = [step for step in steps(county, number) if step[0] == "reply"]
    assert reply == [("reply", name) for name in ("near_due", "due_today", "overdue", "overdue_1", "overdue_3")]
    taken = {
        event.data["step"]: event.at
        for event in county.events(number)
        if event.name == "DeadlineStepTaken" and event.data["limit"] == "reply"
    }
    assert taken["near_due"] == at(11, 9)
    assert taken["due_today"] == at(14, 9)
    assert taken["overdue"] == at(14, 17, 30)
    assert taken["overdue_1"] == at(15, 9)
    assert taken["overdue_3"] == at(17, 9)


def steps(county: County, number: str) -> list[tuple[str, str]]:
    return [
        (event.data["limit"], event.data["step"])
        for event in county.events(number)
        if event.name == "DeadlineStepTaken"
    ]


def test_each_step_names_its_recipients(county: County) -> None:
    number = accepted(county)
    county.fire_timer(number)
    (event,) = [event for event in county.events(number) if event.name == "DeadlineStepTaken"]
    assert event.data["limit"] == "sign_for"
    assert event.data["step"] == "due_today"
    assert event.data["recipients"] == ["unit_handler", "unit_deputy"]


def test_supplement_that_never_comes_puts_screening_back(county: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="supplement", question="请写明地点")
    assert county.limits(number)["supplement"].due_at == at(14, 17, 30)
    assert county.limits(number)["screening"].due_at == at(16, 17, 30)
    for _ in range(20):
        if county.open_tasks(number):
            break
        county.fire_timer(number)
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    assert county.letter(number).status == "received"
    assert county.clock.at == at(14, 17, 30)
    (task,) = county.services.engine.tasks.of(number)
    assert task.due_at == county.limits(number)["screening"].due_at == at(16, 17, 30)


def test_supplement_gives_the_screening_its_days_back(county: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="supplement", question="请写明地点")
    county.clock.at = at(9, 10)
    county.services.writers_side.supplement(number, "在中心路 8 号")
    county.run_until_idle(number)
    assert county.limits(number)["screening"].due_at == at(11, 17, 30)
    assert timer_at(county, number) == within_a_day(county, at(10, 9))


def test_evaluation_that_never_comes_closes_the_letter(county: County) -> None:
    number = answered(county)
    assert county.limits(number)["evaluation"].due_at == at(22, 17, 30)
    for _ in range(30):
        if county.letter(number).status == "closed":
            break
        county.fire_timer(number)
    assert county.letter(number).status == "closed"
    assert county.services.engine.processes.of(number) == ()
    assert "EvaluationLapsed" in county.names(number)
    assert county.clock.at == at(22, 17, 30)


def test_redo_has_its_own_limit_and_timer(county: County) -> None:
    number = submitted(county)
    assert timer_at(county, number) <= at(8, 9)
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="fail", comment="请写明依据")
    assert county.limits(number)["redo"].due_at == at(9, 17, 30)
    assert timer_at(county, number) == within_a_day(county, at(8, 9))


def test_urgent_letters_are_reminded_earlier(county: County) -> None:
    number = accepted(county, urgent=True)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    assert timer_at(county, number) == within_a_day(county, at(10, 9))


def test_a_wait_is_never_longer_than_a_day(county: County) -> None:
    number = answered(county)
    assert timer_at(county, number) == county.clock.at + timedelta(days=1)
    county.fire_timer(number)
    assert steps(county, number) == []
    assert timer_at(county, number) == county.clock.at + timedelta(days=1)


def test_notices_of_a_step_reach_the_people_of_the_unit(county: County) -> None:
    number = accepted(county)
    county.fire_timer(number)
    told = {person.login for person in recipients(county, number, "due_today")}
    assert told == {"handler.transport", "deputy.transport"}


def recipients(county: County, number: str, text: str) -> list[Person]:
    query = (
        select(Person)
        .join(Delivery, Delivery.person_id == Person.id)
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(Letter, Letter.id == Notice.letter_id)
        .where(Letter.number == number, Notice.text == text)
    )
    with county.services.database.reading() as session:
        return list(session.scalars(query))


def test_a_passed_return_window_is_nobodys_lateness(county: County) -> None:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.clock.at = at(9, 10)
    (line,) = county.services.records.search(SCREENER, q=number).items
    assert (line.due_kind, line.due_at, line.is_overdue) == ("reply", at(14, 17, 30), False)
    assert county.services.records.search(SCREENER, q=number, overdue=True).total == 0
    county.clock.at = at(14, 17, 31)
    assert county.services.records.search(SCREENER, q=number, overdue=True).total == 1
