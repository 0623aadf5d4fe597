"""Re-categorising (A6): the reply limit by the new category from the same start, back and forth."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotAllowed, WrongState
from letterbox.services.staff.person_rules import RoleInput
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from letterbox.store.people import Person, RoleAssignment
from tests.process.procedure.test_extensions import application
from tests.support.office.county import County
from tests.support.office.office import new_person
from tests.support.office.staffed import HANDLER, SCREENER, UNIT, accepted, submitted
from tests.support.office.watching import assert_watch

pytestmark = pytest.mark.engine


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=OFFICE_ZONE)


def become(county: County, number: str, category: str, **values: Any) -> None:
    county.act(number, "recategorise", SCREENER, category=category, reason="内容是投诉", **values)


def reply_due(county: County, number: str) -> tuple[datetime, datetime]:
    reply = county.limits(number)["reply"]
    return reply.started_at, reply.due_at


def test_a_consultation_that_becomes_a_complaint_has_five_days_from_the_same_start_and_back(county: County) -> None:
    number = accepted(county, "consultation")
    county.do(number, "Task_ReceiveLetter", HANDLER)
    assert reply_due(county, number) == (at(7, 9), at(9, 17, 30))
    county.clock.at = at(8, 15)
    become(county, number, "complaint")
    assert reply_due(county, number) == (at(7, 9), at(14, 17, 30))
    assert county.due_of(number, "Task_SubmitToDeputy") == at(14, 17, 30)
    assert county.event(number, "LetterRecategorised").data == {
        "category": "complaint",
        "before": "consultation",
        "accused_unit": None,
        "accused_stated": False,
        "reason": "内容是投诉",
    }
    assert_watch(county, number)
    become(county, number, "consultation")
    assert reply_due(county, number) == (at(7, 9), at(9, 17, 30))
    assert county.due_of(number, "Task_SubmitToDeputy") == at(9, 17, 30)
    assert_watch(county, number)


def test_a_granted_extension_stands_but_not_for_a_consultation(county: County) -> None:
    number = accepted(county)
    county.act(number, "apply-for-extension", HANDLER, **application())
    county.do(number, "Task_DecideExtension", SCREENER, outcome="grant")
    become(county, number, "help")
    assert reply_due(county, number) == (at(7, 9), at(25, 17, 30))
    become(county, number, "consultation")
    assert reply_due(county, number) == (at(7, 9), at(9, 17, 30))
    assert_watch(county, number)
    become(county, number, "complaint")
    assert reply_due(county, number) == (at(7, 9), at(14, 17, 30))
    assert_watch(county, number)


def test_a_pending_application_of_what_is_now_a_consultation_is_not_granted(county: County) -> None:
    number = accepted(county)
    county.act(number, "apply-for-extension", HANDLER, **application())
    become(county, number, "consultation")
    task = county.task(number, "Task_DecideExtension", SCREENER)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, {"outcome": "grant"}, SCREENER)
    assert set(refused.value.errors) == {"outcome"}
    county.do(number, "Task_DecideExtension", SCREENER, outcome="refuse", reason="政策咨询不能延期")
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]


def test_before_assignment_only_the_category_changes(county: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="consultation", scope="5")
    become(county, number, "complaint")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    assert reply_due(county, number) == (at(7, 9), at(14, 17, 30))


def test_what_becomes_an_accusation_hides_its_writer_and_excludes_the_accused(county: County) -> None:
    number = accepted(county)
    with pytest.raises(FieldErrors, match="先收回") as refused:
        become(county, number, "report", accused_unit=UNIT)
    assert set(refused.value.errors) == {"accused_unit"}
    assert county.letter(number).category == "complaint"
    become(county, number, "report", accused_unit="housing")
    assert county.services.records.open(number, HANDLER).writer.is_masked
    county.act(number, "return", HANDLER, reason="不归本单位")
    task = county.task(number, "Task_RuleOnReturn", SCREENER)
    with pytest.raises(FieldErrors):
        county.services.tasks.complete(
            task.id, {"outcome": "uphold", "lead_unit": "housing", "reason": "改派"}, SCREENER
        )


@pytest.mark.parametrize(("reach", "words"), [(submitted, "已经提交"), (County.write, "受理之后")])
def test_only_between_acceptance_and_submission(county: County, reach: Any, words: str) -> None:
    number = reach(county)
    with pytest.raises(WrongState, match=words):
        become(county, number, "help")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"category": "complaint", "reason": "是"}, "category"),
        ({"category": "praise", "reason": "是"}, "category"),
        ({"reason": "是"}, "category"),
        ({"category": "help"}, "reason"),
    ],
)
def test_a_bad_change_names_the_field(county: County, values: dict[str, str], field: str) -> None:
    number = accepted(county)
    with pytest.raises(FieldErrors) as refused:
        county.services.actions.perform(number, "recategorise", values, SCREENER)
    assert set(refused.value.errors) == {field}


def test_only_the_screener_changes_it(county: County) -> None:
    with pytest.raises(NotAllowed):
        county.services.actions.perform(accepted(county), "recategorise", {"category": "help", "reason": "是"}, HANDLER)


def test_what_the_process_knows_of_the_letter_follows(county: County) -> None:
    """A condition that an owner draws asks these variables, in the letter's process and in the unit's."""
    number = accepted(county, "consultation")
    become(county, number, "complaint")
    county.act(number, "urgent", SCREENER, urgent=True, reason="老人独居")
    processes = county.services.engine.processes
    held = {each.process_key: processes.variables(each.id) for each in processes.of(number)}
    assert {key: known["category"] for key, known in held.items() if "category" in known} == {
        "LetterHandlingProcess": "complaint",
        "UnitHandlingProcess": "complaint",
    }
    assert held["LetterHandlingProcess"]["urgent"] is True


ACCUSED = "water"
BOTH = (RoleInput("unit_handler", UNIT), RoleInput("unit_handler", ACCUSED))


def told(county: County, number: str) -> set[int | None]:
    """Whom the notice of the new category went to."""
    query = select(Delivery.person_id).join(Notice).join(Letter).where(Letter.number == number)
    with county.services.database.reading() as session:
        return set(session.scalars(query.where(Notice.text == "letter_recategorised")))


def working_for(county: County, unit: str) -> set[int]:
    """Its handlers and deputies."""
    query = (
        select(RoleAssignment.person_id)
        .join(Person)
        .where(RoleAssignment.unit_code == unit, RoleAssignment.ended_at.is_(None))
    )
    query = query.where(Person.is_active, RoleAssignment.role.in_(["unit_handler", "unit_deputy"]))
    with county.services.database.reading() as session:
        return set(session.scalars(query))


def test_the_unit_is_told_of_its_new_category_without_whoever_is_of_the_accused(county: County) -> None:
    number, of_both = accepted(county), new_person(county.services, "两处任职", *BOTH)
    become(county, number, "report", accused_unit=ACCUSED)
    assert told(county, number) == working_for(county, UNIT) - {of_both}
    assert told(county, number) & working_for(county, ACCUSED) == set()


def test_where_the_only_one_of_the_unit_is_of_the_accused_nobody_is_told_and_the_change_stands(county: County) -> None:
    number, alone = accepted(county), working_for(county, UNIT)
    of_both = new_person(county.services, "一人两职", *BOTH)
    others = update(Person).where(Person.id.in_(alone))
    with county.services.database.transaction() as session:
        session.execute(others.values(is_active=False))
    try:
        assert working_for(county, UNIT) == {of_both}
        become(county, number, "report", accused_unit=ACCUSED)
    finally:
        with county.services.database.transaction() as session:
            session.execute(others.values(is_active=True))
    assert told(county, number) == set()
    assert county.letter(number).category == "report"


def test_the_only_one_of_a_unit_that_is_not_accused_is_told(county: County) -> None:
    number, others = accepted(county), working_for(county, UNIT)
    alone = new_person(county.services, "独自一人", RoleInput("unit_handler", UNIT))
    asleep = update(Person).where(Person.id.in_(others))
    with county.services.database.transaction() as session:
        session.execute(asleep.values(is_active=False))
    try:
        become(county, number, "report", accused_unit=ACCUSED)
    finally:
        with county.services.database.transaction() as session:
            session.execute(asleep.values(is_active=True))
    assert told(county, number) == {alone}
