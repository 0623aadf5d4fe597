"""The live diagrams' pages at the door: what they show without the engine, without scripts and without a diagram."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterbox.services.deployment.design import repository_files
from letterbox.settings import Profile, Settings
from letterbox.store import migrate
from letterbox.wiring import Services
from tests.support.office.desk_site import MONDAY
from tests.support.office.office import SignIn
from tests.support.stack.clocks import SetClock
from tests.support.writers.script_free_browser import Browser
from webapp import create_app
from webapp.services import cockpit

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
WAY = "LetterHandlingProcess"


@pytest.fixture
def supervisor(as_login: SignIn) -> Browser:
    return as_login("supervisor.party")


def test_without_the_engine_the_picture_stays_and_the_page_says_why(supervisor: Browser) -> None:
    page = supervisor.open("/cockpit/diagrams")
    assert page.status == 200
    assert "流程引擎暂时连不上" in page.text
    assert page.tree.xpath("//*[@data-live-diagram]/@data-live-diagram") == [f"/cockpit/diagrams/{WAY}.bpmn"]
    assert "每一步的来信" not in page.text.replace("每一步的来信见下表", "")
    listed = supervisor.open(f"/cockpit/letters?process={WAY}&element=Task_ScreenLetter")
    assert listed.heading == "停在“甄别来信”的来信"
    assert "流程引擎暂时连不上" in listed.text


def test_the_drawing_is_the_live_bundles_own_file(supervisor: Browser) -> None:
    answer = supervisor.client.get(f"/cockpit/diagrams/{WAY}.bpmn")
    assert answer.data == repository_files()["letter-handling.bpmn"]
    assert answer.mimetype == "application/xml"


def test_every_process_of_the_bundle_has_a_tab_the_letters_way_first(supervisor: Browser) -> None:
    page = supervisor.open("/cockpit/diagrams/DeadlineWatchProcess")
    tabs = page.tree.xpath("//ul[@class='lb-tabs']//a")
    assert [tab.text_content() for tab in tabs][:2] == ["来信办理", "承办单位办理"]
    assert [tab.text_content() for tab in tabs if tab.get("aria-current")] == [
        page.tree.xpath("string(//h2[@id='picture-title'])").strip()
    ]


@pytest.mark.parametrize("process", ["NoSuchProcess", "1", "..%2F..%2Fetc", "%00"])
def test_an_unknown_process_is_not_found(supervisor: Browser, process: str) -> None:
    for address in (f"/cockpit/diagrams/{process}", f"/cockpit/diagrams/{process}.bpmn"):
        assert supervisor.client.get(address).status_code in {400, 404}
    assert supervisor.client.get(f"/cockpit/letters?process={process}&element=x").status_code in {400, 404}


def test_only_this_page_lets_a_library_write_styles(supervisor: Browser) -> None:
    """The viewer draws with ``style="…"``; scripts stay locked everywhere."""
    policies = {
        path: supervisor.client.get(path).headers["Content-Security-Policy"]
        for path in ("/cockpit/", "/cockpit/diagrams")
    }
    assert "style-src-attr" not in policies["/cockpit/"]
    assert "style-src-attr 'unsafe-inline'" in policies["/cockpit/diagrams"]
    assert "script-src 'self'" in policies["/cockpit/diagrams"]


def test_before_the_first_deployment_nothing_is_shown_and_nothing_fails(
    empty_database_url: str, tmp_path: Path
) -> None:
    migrate.upgrade(empty_database_url)
    settings = Settings(
        Profile.TEST, tmp_path, empty_database_url, "http://127.0.0.1:1/engine-rest", "", "", "a secret"
    )
    services = Services(settings, SetClock(MONDAY))
    app = create_app(services)
    with app.test_request_context():
        assert cockpit().map.processes() == []
    services.close()
