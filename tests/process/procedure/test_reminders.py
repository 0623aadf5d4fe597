"""Pressing by hand, and whom reminders reach: substitutes, quiet hours (S4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotAllowed, WrongState
from letterbox.domain.vocabulary import Role
from letterbox.services.procedure.reminders import remind_many
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from letterbox.store.people import Person, Substitution
from letterbox.wiring.machine import MachineServices
from tests.support.office.county import County, staff
from tests.support.office.staffed import HANDLER, SCREENER, UNIT, accepted, answered

pytestmark = pytest.mark.engine

SUPERVISOR = staff(Role.SUPERVISOR)


def told(county: County, number: str, text: str) -> list[tuple[str, str]]:
    """(login, channel) of everybody a notice went to."""
    query = (
        select(Person.login, Delivery.channel)
        .join(Delivery, Delivery.person_id == Person.id)
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(Letter, Letter.id == Notice.letter_id)
        .where(Letter.number == number, Notice.text == text)
        .order_by(Person.login, Delivery.channel)
    )
    with county.services.database.reading() as session:
        return [(login, channel) for login, channel in session.execute(query)]


def remind(county: County, number: str, **values: object) -> None:
    MachineServices(county.services).actions.perform(number, "remind", values, SUPERVISOR)
    county.run_until_idle(number)


def test_a_supervisor_presses_the_unit_with_words_of_his_own(county: County) -> None:
    number = accepted(county)
    remind(county, number, message="领导关注，请今天回复")
    in_app = [login for login, channel in told(county, number, "reminded") if channel == "in_app"]
    assert in_app == [f"deputy.{UNIT}", f"handler.{UNIT}"]
    (event,) = [each for each in county.events(number) if each.name == "LetterReminded"]
    assert (event.data["units"], event.data["message"]) == ([UNIT], "领导关注，请今天回复")
    assert "reply" in event.data["limits"]


def test_pressed_again_within_the_hour_nobody_is_told_twice_of_the_same_limit(county: County) -> None:
    number = accepted(county)
    remind(county, number)
    once = told(county, number, "reminded")
    county.clock.move(minutes=59)
    with pytest.raises(WrongState, match="10:00"):
        remind(county, number, message="再催")
    (offer,) = [each for each in county.services.actions.offered(number, SUPERVISOR) if each.name == "remind"]
    assert "催办过" in (offer.refusal or "")
    assert told(county, number, "reminded") == once
    county.clock.move(minutes=1)
    remind(county, number)
    assert len(told(county, number, "reminded")) == 2 * len(once)


def test_whoever_was_not_yet_told_is_told_within_the_hour(county: County) -> None:
    number = accepted(county)
    remind(county, number)
    county.act(number, "add-co-handler", SCREENER, unit="housing")
    county.clock.move(minutes=5)
    remind(county, number)
    in_app = [login for login, channel in told(county, number, "reminded") if channel == "in_app"]
    assert in_app == ["deputy.housing", f"deputy.{UNIT}", "handler.housing", f"handler.{UNIT}"]
    assert county.event(number, "LetterReminded").data["units"] == ["housing"]


def test_many_are_pressed_again_and_those_left_out_are_told(county: County) -> None:
    first, second = accepted(county), accepted(county)
    remind(county, first)
    results = remind_many([first, second], lambda number: remind(county, number))
    assert [each.number for each in results if each.refused and "10:00" in each.refused] == [first]
    assert county.names(second).count("LetterReminded") == 1


def test_while_the_office_is_to_act_the_office_is_pressed(county: County) -> None:
    number = county.write()
    remind(county, number)
    assert {login.rstrip("0123456789") for login, _ in told(county, number, "reminded")} == {"screener"}


def test_a_final_ruling_presses_the_coordinator_who_rules(county: County) -> None:
    number = accepted(county)
    county.act(number, "return", HANDLER, reason="路灯不归本单位")
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="uphold", lead_unit="housing", reason="应由住建办理")
    county.act(number, "return", staff(Role.UNIT_HANDLER, "housing"), reason="也不归我们")
    remind(county, number)
    pressed = {login.rstrip("0123456789") for login, _ in told(county, number, "reminded")}
    assert pressed == {"coordinator", "deputy.housing", "handler.housing"}


def test_there_is_nobody_to_press_while_the_writer_is_waited_for(county: County) -> None:
    number = answered(county)
    with pytest.raises(WrongState, match="不用催办"):
        remind(county, number)


def test_a_unit_cannot_press_itself_and_a_message_has_an_end(county: County) -> None:
    number = accepted(county)
    with pytest.raises(NotAllowed):
        MachineServices(county.services).actions.perform(number, "remind", {}, HANDLER)
    with pytest.raises(FieldErrors, match="500"):
        remind(county, number, message="急" * 501)


def test_many_are_pressed_at_once_and_each_refusal_is_told(county: County) -> None:
    waiting, done = accepted(county), answered(county)
    results = remind_many([waiting, done, waiting, "NO-SUCH"], lambda number: remind(county, number))
    assert [(each.number, each.refused is None) for each in results] == [
        (waiting, True),
        (done, False),
        ("NO-SUCH", False),
    ]
    assert county.names(waiting).count("LetterReminded") == 1


@pytest.fixture
def unit_people(county: County) -> Iterator[dict[str, Person]]:
    """The unit's handler and deputy by role, the handler with a mail address; as they were at the end."""

    def found(session: Session, role: str) -> Person:
        return session.scalars(select(Person).where(Person.login == f"{role}.{UNIT}")).one()

    with county.services.database.transaction() as session:
        people = {role: found(session, role) for role in ("handler", "deputy")}
        people["handler"].email = "handler@example.com"
    yield people
    with county.services.database.transaction() as session:
        found(session, "handler").email = None
        session.execute(delete(Substitution))


def test_on_leave_the_substitute_is_told_once_and_not_the_absent(
    county: County, unit_people: dict[str, Person]
) -> None:
    with county.services.database.transaction() as session:
        away, stand_in = unit_people["handler"].id, unit_people["deputy"].id
        days = {"from_on": date(2026, 9, 7), "to_on": date(2026, 9, 8)}
        session.add(Substitution(person_id=away, substitute_id=stand_in, reason="出差", **days))
    number = accepted(county)
    remind(county, number)
    assert told(county, number, "task_waiting") == [(f"deputy.{UNIT}", "in_app")]
    assert told(county, number, "reminded") == [(f"deputy.{UNIT}", "in_app")]


def test_a_reminder_of_the_ladder_at_night_is_mailed_in_the_morning(
    county: County, unit_people: dict[str, Person]
) -> None:
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.clock.at = datetime(2026, 9, 11, 22, 0, tzinfo=OFFICE_ZONE)
    services = county.services
    services.effect(
        f"night-{number}", "escalate-deadline", number, lambda case: services.deadlines.escalate(case, None)
    )
    services.relay.relay_letter(county.letter(number).id)
    assert (f"handler.{UNIT}", "mail") in told(county, number, "near_due")
    (delivery,) = services.engine.processes.of(number, "NoticeDeliveryProcess")
    (timer,) = services.engine.jobs.of_instance(delivery.id)
    assert timer.due_at == datetime(2026, 9, 12, 8, 0, tzinfo=OFFICE_ZONE)
