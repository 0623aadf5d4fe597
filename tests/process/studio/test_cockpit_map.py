"""The live diagrams count the letters on each element as the real engine has them, over all running versions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.seeds import values as seeds
from letterbox.services.deployment.design import STUDIO, repository_files
from letterbox.services.studio.process_map import ProcessMap
from letterbox.store import migrate
from letterbox.wiring import Services
from tests.support.office.cockpit import numbers
from tests.support.office.county import County
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import SCREENER, UNIT, accepted, answered
from tests.support.stack.prefixes import own_prefix
from tests.support.writers.script_free_browser import Browser
from webapp import create_app

pytestmark = pytest.mark.engine
WAY, UNIT_WAY, WATCH = ProcessKey.LETTER_HANDLING, ProcessKey.UNIT_HANDLING, ProcessKey.DEADLINE_WATCH
SCREEN, CALL, RECEIVE, AWAIT = (
    "Task_ScreenLetter",
    "CallActivity_UnitHandling",
    "Task_ReceiveLetter",
    "Gateway_AwaitEvaluation",
)


@pytest.fixture
def alone(county: County, empty_database_url: str) -> Iterator[County]:
    """A county without other tests' letters: what the engine still keeps of those is no letter here."""
    migrate.upgrade(empty_database_url)
    settings = replace(county.services.settings, database_url=empty_database_url, number_prefix=own_prefix("M"))
    services = Services(settings, county.clock)
    services.seeding.units(seeds.load_units())
    services.design.deploy_repository(repository_files(), "tests")
    yield County(services, county.clock)
    services.close()


def map_of(county: County) -> ProcessMap:
    services = county.services
    return ProcessMap(services.database, services.engine, services.clock, services.design)


def counts(county: County, process: str) -> dict[str, tuple[int, int]]:
    """Element → letters, overdue ones."""
    return {place.element: (place.letters, place.overdue) for place in map_of(county).places(process, SCREENER)}


@pytest.fixture
def site(county: County) -> DeskSite:
    return DeskSite(create_app(county.services), county)


def test_each_letter_counts_where_it_stands(alone: County) -> None:
    alone.write()
    alone.write()
    accepted(alone)
    answered(alone)
    assert counts(alone, WAY) == {SCREEN: (2, 0), CALL: (1, 0), AWAIT: (1, 0)}
    assert counts(alone, UNIT_WAY) == {RECEIVE: (1, 0)}
    assert {letters for letters, _ in counts(alone, WATCH).values()} == {4}
    assert list(counts(alone, WAY)) == [SCREEN, CALL, AWAIT], "as drawn, from left to right"


def test_a_letter_is_late_when_a_limit_has_passed_to_somebodys_lateness(alone: County) -> None:
    """The sign-for limit has passed; nobody answers for the window of evaluation, and screening has a day left."""
    accepted(alone)
    answered(alone)
    alone.clock.move(days=1)
    alone.write()
    alone.clock.move(days=1)
    assert counts(alone, WAY) == {SCREEN: (1, 0), CALL: (1, 1), AWAIT: (1, 0)}
    assert counts(alone, UNIT_WAY) == {RECEIVE: (1, 1)}
    alone.clock.move(days=20)
    assert counts(alone, WAY)[AWAIT] == (1, 0)


def test_a_letter_between_two_steps_is_not_lost(alone: County) -> None:
    """The task is completed, the engine has not gone on yet."""
    number = alone.write()
    task = alone.task(number, SCREEN, SCREENER)
    values = {"outcome": "accept", "category": "complaint", "scope": "5"}
    alone.services.tasks.complete(task.id, values, SCREENER)
    assert alone.open_tasks(number) == []
    assert counts(alone, WAY) == {SCREEN: (1, 0)}


def test_a_letter_with_two_opinions_to_come_is_one_letter(alone: County) -> None:
    number = alone.write()
    alone.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    alone.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT, co_units=["housing", "education"])
    (place,) = map_of(alone).places(ProcessKey.CO_HANDLING, SCREENER)
    assert (place.element, place.letters, place.roles) == ("Task_GiveOpinion", 1, ("unit_handler",))


def test_letters_of_every_running_version_count(alone: County) -> None:
    alone.write()
    alone.services.design.deploy(repository_files(), "repository", "tests")
    alone.write()
    assert counts(alone, WAY) == {SCREEN: (2, 0)}
    assert [place.is_drawn for place in map_of(alone).places(WAY, SCREENER)] == [True]


def test_an_element_that_only_an_older_version_has_is_named(county: County, site: DeskSite) -> None:
    old = county.write()
    later = {
        name: content.replace(b"Task_ScreenLetter", b"Task_ScreenAnew") for name, content in repository_files().items()
    }
    county.services.design.deploy(later, STUDIO, "tests")
    try:
        new = county.write()
        places = {place.element: place for place in map_of(county).places(WAY, SCREENER)}
        assert (places[SCREEN].name, places[SCREEN].is_drawn) == ("甄别来信", False)
        assert places["Task_ScreenAnew"].is_drawn
        page = site.signed_in("supervisor.gov").open(f"/cockpit/diagrams/{WAY}")
        row = page.tree.xpath(f"//tr[contains(., '旧版流程')][.//a[contains(@href, '{SCREEN}')]]")[0]
        browser = site.signed_in("leader")
        found = browser.open(row.xpath(".//a/@href")[0])
        assert old in found.source
        assert new not in found.source
    finally:
        county.services.design.deploy_repository(repository_files(), "tests", replace=True)


def test_a_number_opens_exactly_its_letters(county: County, site: DeskSite) -> None:
    waiting, other = county.write(), accepted(county)
    county.clock.move(days=5)
    browser = site.signed_in("coordinator")
    page = browser.open("/cockpit/diagrams")
    row = page.tree.xpath(f"//tr[@data-place='{SCREEN}']")[0]
    shown = [int(link.text_content()) for link in row.xpath(".//a")]
    assert row.xpath("./td[1]")[0].text_content() == "甄别员"
    for expected, address in zip(shown, row.xpath(".//a/@href"), strict=True):
        found = browser.open(address)
        assert found.heading.startswith("停在“甄别来信”的来信")
        assert f"共 {expected} 封" in found.text
        assert waiting in all_numbers(browser, address)
        assert other not in all_numbers(browser, address)


def test_the_letters_of_a_step_are_downloaded_without_their_writers(county: County, site: DeskSite) -> None:
    number = county.write(title="=HYPERLINK(1)")
    browser = site.signed_in("supervisor.party")
    page = browser.open(f"/cockpit/letters?process={WAY}&element={SCREEN}")
    (address,) = page.tree.xpath("//a[@download]/@href")
    answer = browser.client.get(address)
    rows = {row["编号"]: row for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))}
    assert len(rows) == int(page.tree.xpath("string(//h1/span)").split()[0])
    assert (rows[number]["标题"], rows[number]["最近时限"]) == ("'=HYPERLINK(1)", "甄别交办")
    assert rows[number]["情况"] == "还有 2 个工作日 · 周三 17:30 前"
    assert "13800000000" not in answer.text
    assert "李四" not in answer.text


def all_numbers(browser: Browser, address: str) -> list[str]:
    found: list[str] = []
    for page in range(1, 99):
        shown = numbers(browser.open(f"{address}&page={page}"))
        if (shown and shown[0] in found) or not shown:
            break
        found += shown
    return found
