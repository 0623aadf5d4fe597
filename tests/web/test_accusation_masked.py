"""An accusation as those read it who must not learn who wrote: traces planted in every text of it, none shown anywhere (A5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit, urlunsplit

import pytest
from sqlalchemy import select

from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Criterion, Role
from letterbox.services.case.secrecy import conceal
from letterbox.services.records.exporting import Exporting
from letterbox.services.tasks.my_tasks import TaskFilter
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from letterbox.wiring.desk import Desk
from tests.support.office.county import County, staff
from tests.support.office.desk_site import DeskSite
from tests.support.office.planted_traces import ADDRESS, EMAIL, NAME, PHONE, PLANT, plant, traces_in
from tests.support.office.staffed import DEPUTY, HANDLER, PRINCIPAL, SCREENER, UNIT
from tests.support.stack.stack import PostgresStack

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine
SUPERVISOR, LEADER, COORDINATOR = (staff(each) for each in (Role.SUPERVISOR, Role.LEADER, Role.COORDINATOR))
CO_HANDLER = staff(Role.UNIT_HANDLER, "education")
OUTSIDE = {"handler": HANDLER, "leader": LEADER, "coordinator": COORDINATOR, "co-handler": CO_HANDLER}
LOGINS = (f"handler.{UNIT}", "leader", "coordinator", "handler.education")


@pytest.fixture
def number(site: DeskSite) -> str:
    """With everything that can happen to a letter before its second reply, and traces in every text of it."""
    county = site.county
    number = county.write(
        f"举报住建局 {PLANT[:20]}", f"住建局收了红包。{PLANT}", name=NAME, category="report", place=PLANT
    )
    county.do(
        number, "Task_ScreenLetter", SCREENER, outcome="accept", category="report", scope="5", accused_unit="housing"
    )
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT, co_units=["education"])
    county.services.writers_side.supplement(number, PLANT)
    _acts(county, number)
    county.do(number, "Task_GiveOpinion", CO_HANDLER, opinion=PLANT)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER, note=PLANT)
    county.do(number, "Task_InstructHandler", DEPUTY, instruction=PLANT)
    spoken = {"at": "2026-09-07T08:30", "means": "phone", "person": NAME, "said": PLANT, "reached": True}
    county.do(
        number, "Task_DraftReply", HANDLER, reply=PLANT, unmet_demand=True, contacts=[spoken], promise_on="2026-12-01"
    )
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")
    failed = dict.fromkeys(Criterion, "fail")
    county.do(number, "Task_ReviewReply", SCREENER, **failed, outcome="fail", comment=PLANT)
    _give_contacts(county, number)
    return number


def _give_contacts(county: County, number: str) -> None:
    """At the end: nothing is mailed to him in a test."""
    with county.services.database.transaction() as session:
        letter = session.scalars(select(Letter).where(Letter.number == number)).one()
        letter.writer.phone, letter.writer.email, letter.writer.address = PHONE, EMAIL, ADDRESS
        conceal(letter)


def _acts(county: County, number: str) -> None:
    county.act(number, "supervise", SUPERVISOR, office="party", request=PLANT, due_on="2026-09-11")
    county.act(number, "instruct", LEADER, instruction=PLANT, unit=UNIT)
    county.act(number, "remind", SUPERVISOR, message=PLANT)


@pytest.fixture
def planted(site: DeskSite, postgres: PostgresStack, database_url: str, number: str) -> Iterator[set[str]]:
    """By the tables' owner: the application cannot change what happened."""
    where = urlsplit(postgres.admin_url)._replace(path=urlsplit(database_url).path)
    database = Database(urlunsplit(where), site.county.services.settings.keys)
    try:
        with database.transaction() as session:
            columns = plant(session, number)
        yield columns
    finally:
        database.close()


@pytest.mark.parametrize("who", OUTSIDE.values(), ids=OUTSIDE)
def test_no_text_of_the_record_tells_who_wrote(site: DeskSite, number: str, planted: set[str], who: Actor) -> None:
    assert {"contacts.said", "replies.body", "reviews.comment", "supervision_rounds.request"} <= planted
    services = site.county.services
    record = services.records.open(number, who)
    assert traces_in(record) == []
    assert "红包" in record.body
    assert record.writer.is_masked
    assert traces_in(services.records.search(who, q=number).items) == []
    assert traces_in(services.related.family(number, who)) == []


@pytest.mark.parametrize("login", LOGINS)
def test_no_page_tells_who_wrote(site: DeskSite, number: str, planted: set[str], login: str) -> None:
    browser = site.signed_in(login)
    for address in (f"/desk/letters/{number}", "/desk/letters", "/desk/notices", f"/desk/letters?q={number}", "/desk/"):
        page = browser.open(address)
        assert page.response.status_code == 200, address
        assert traces_in(page.source) == [], address


def test_no_task_of_the_unit_tells_who_wrote(site: DeskSite, number: str, planted: set[str]) -> None:
    login = f"handler.{UNIT}"
    browser = site.signed_in(login)
    page = browser.open(site.task(number, "Task_DraftReply", login))
    assert "回复" in page.text
    assert traces_in(page.source) == []
    desk = Desk.on(site.county.services).tasks
    assert traces_in(desk.page(site.county.services.sign_in.of_login(login).actor, TaskFilter(q=number)).items) == []


def test_no_notice_to_staff_tells_who_wrote(site: DeskSite, number: str) -> None:
    with site.county.services.database.reading() as session:
        query = select(Delivery).join(Notice).join(Letter)
        rows = session.scalars(query.where(Letter.number == number, Delivery.person_id.is_not(None)))
        told = [f"{each.subject}\n{each.body}" for each in rows]
    assert len(told) > 5
    assert traces_in(told) == []


def test_no_export_tells_who_wrote(site: DeskSite, number: str, planted: set[str]) -> None:
    rows = Exporting(site.county.services.database).letters(date(2026, 9, 1), date(2026, 9, 30))
    assert [traces_in(row) for row in rows if row["number"] == number] == [[]]


def test_a_contact_that_came_masked_into_the_form_is_not_written_twice(site: DeskSite, number: str) -> None:
    county = site.county
    facts = county.services.tasks.open(county.task(number, "Task_DraftReply", HANDLER).id, HANDLER)
    shown = facts.values["contacts"]
    county.do(number, "Task_DraftReply", HANDLER, reply="查清了", unmet_demand=True, contacts=shown)
    record = county.services.records.open(number, HANDLER)
    assert len(record.contacts) == 1
