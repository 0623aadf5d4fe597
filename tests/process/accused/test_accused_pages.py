"""What the browser and the machine interface show to people of the accused unit, whatever was done before (A5).

Their pages are found by following links; what an address could be guessed to hold is asked for besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from letterbox.domain.vocabulary import Role
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.store.letters import Attachment, Letter
from letterbox.store.people import Person
from tests.support.office.accused_histories import ACCUSED, AccusedHistory
from tests.support.office.api import Api
from tests.support.office.crawling import crawled
from tests.support.office.desk_site import DeskSite
from tests.support.office.office import ADMIN
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine

WAYS = {
    "joined": ["lead accused", "0 screen as accusation", "0 join", "0 screen as joined", "answer leading"],
    "supervised before": [
        "0 screen as complaint", "0 assign to accused", "0 supervise", "0 recall", "0 becomes accusation", "0 remind",
    ],
    "split and re-categorised": [
        "0 screen as accusation", "0 split", "0 becomes complaint", "0 assign", "1 screen as complaint", "1 assign",
    ],
}  # fmt: skip
STARTS = (
    "/desk/",
    "/desk/letters",
    "/desk/notices",
    "/desk/supervisions",
    "/desk/account",
    "/cockpit/",
    "/cockpit/diagrams",
    "/cockpit/limits.csv",
    "/ops/",
    "/ops/stuck",
    "/ops/stalls",
    "/ops/record",
    "/ops/differences",
    "/admin/",
    "/admin/changes",
    "/admin/open-work",
    "/admin/people",
    "/audit/",
    "/studio/",
)
PEOPLE = {
    "handler": ((Role.UNIT_HANDLER, ACCUSED),),
    "deputy": ((Role.UNIT_DEPUTY, ACCUSED),),
    "principal": ((Role.UNIT_PRINCIPAL, ACCUSED),),
    "screener": ((Role.UNIT_HANDLER, ACCUSED), (Role.SCREENER, None)),
    "supervisor": ((Role.UNIT_HANDLER, ACCUSED), (Role.SUPERVISOR, None)),
    "operator": ((Role.UNIT_HANDLER, ACCUSED), (Role.OPERATOR, None)),
    "administrator": ((Role.UNIT_HANDLER, ACCUSED), (Role.ADMIN, None)),
    "auditor": ((Role.UNIT_HANDLER, ACCUSED), (Role.AUDITOR, None)),
    "owner": ((Role.UNIT_HANDLER, ACCUSED), (Role.PROCESS_OWNER, None)),
    "outsider": ((Role.UNIT_HANDLER, "health"),),
}
"""Who looks: everybody of the accused unit, whatever else he is, and a unit that has nothing to do with it."""


@pytest.fixture
def browsers(site: DeskSite) -> dict[str, Browser]:
    """Signed in through the page; they have the demonstration's password."""
    services = site.county.services
    found = {}
    for name, roles in PEOPLE.items():
        login = f"c{uuid4().hex[:8]}"
        services.people.create(ADMIN, PersonInput(login, f"某{name}"), tuple(RoleInput(*each) for each in roles))
        with services.database.transaction() as session:
            known = session.scalar(select(Person.password_hash).where(Person.login == f"handler.{ACCUSED}"))
            one = update(Person).where(Person.login == login)
            session.execute(one.values(password_hash=known, must_change_password=False))
        found[name] = site.signed_in(login)
    return found


def asked(site: DeskSite, number: str, marker: str) -> list[str]:
    """Addresses that somebody could guess or type."""
    county = site.county
    with county.services.database.reading() as session:
        files = session.scalars(select(Attachment.id).join(Letter, Letter.id == Attachment.letter_id)).all()
    tasks = [task.id for task in county.services.engine.tasks.of(number)]
    searched = [
        f"{page}?q={words}"
        for page in ("/desk/letters", "/desk/", "/cockpit/", "/admin/changes")
        for words in (number, marker)
    ]
    return [
        *searched,
        *(
            f"/desk/letters/{number}{tail}"
            for tail in ("", "/print", "/limits", "/publication", "/public-copy", "/actions/remind")
        ),
        *(f"/desk/letters/{number}/attachments/{each}" for each in files[:3]),
        *(f"/desk/tasks/{each}{tail}" for each in tasks for tail in ("", "/hand-on")),
        f"/ops/letters/{number}",
        f"/ops/letters?number={number}",
        f"/ops/record?letter={number}",
        "/cockpit/letters?process=LetterHandlingProcess&element=Task_AssignLetter",
    ]


def looked_at(site: DeskSite, browser: Browser, history: AccusedHistory) -> Iterator[tuple[str, str]]:
    yield from crawled(browser, STARTS)
    for it in history.watched:
        for address in asked(site, it.number, it.marker):
            typed = it.number if it.number in address else it.marker if it.marker in address else None
            text = browser.client.get(address, follow_redirects=True).get_data().decode("utf-8", "replace")
            yield address, text.replace(typed, "（所查的词）") if typed else text


def by_machine(site: DeskSite, history: AccusedHistory) -> Iterator[tuple[str, str]]:
    api = Api(site.app, site.county.services)
    for role in (Role.UNIT_HANDLER, Role.UNIT_PRINCIPAL):
        for unit in (ACCUSED, "health"):
            lists = [
                "/letters?per_page=100",
                "/tasks?per_page=100",
                *(f"/letters/{it.number}/limits" for it in history.watched),
            ]
            for path in (*lists, *(f"/letters/{it.number}" for it in history.watched)):
                text = api.call("GET", path, role, unit=unit).get_data().decode("utf-8", "replace")
                typed = next((it.number for it in history.watched if it.number in path), None)
                yield f"{role}@{unit} {path}", text.replace(typed, "（所查的词）") if typed else text


def assert_nothing_shown(site: DeskSite, browsers: dict[str, Browser], history: AccusedHistory) -> None:
    hidden = [each for each in history.watched if each.accuses]
    assert hidden
    writes_others = len(hidden) < len(history.watched)
    needles = [text for each in hidden for text in (each.number, each.marker)]
    needles += [] if writes_others else history.secrets
    pages = [(name, *page) for name, browser in browsers.items() for page in looked_at(site, browser, history)]
    pages += [("a token", *answer) for answer in by_machine(site, history)]
    assert len(pages) > 200
    shown = [(name, address, needle) for name, address, text in pages for needle in needles if needle in text]
    assert shown == [], history.told


@pytest.mark.parametrize("way", WAYS)
def test_no_page_shows_the_accusation_to_anybody_of_the_accused(
    site: DeskSite, browsers: dict[str, Browser], way: str
) -> None:
    history = AccusedHistory.begin(site.county, declared=way != "supervised before")
    for move in WAYS[way]:
        history.take(move)
    assert_nothing_shown(site, browsers, history)


@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(choices=st.lists(st.integers(0, 10_000), min_size=6, max_size=10))
def test_no_history_leads_to_a_page_that_does(site: DeskSite, browsers: dict[str, Browser], choices: list[int]) -> None:
    history = AccusedHistory.begin(site.county)
    history.take("0 screen as accusation")
    for choice in choices:
        names = history.names()
        history.take(names[choice % len(names)])
    if any(each.accuses for each in history.watched):
        assert_nothing_shown(site, browsers, history)
