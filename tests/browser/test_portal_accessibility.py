"""Every portal page, wide and narrow, light and dark, held against WCAG 2.2 AA."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import findings
from tests.browser.conftest import NewPage
from tests.support.writers.letters import BODY, NAME, PHONE, TITLE
from tests.support.writers.live_site import Site

pytest_plugins = ["tests.support.writers.portal_fixtures"]
pytestmark = pytest.mark.browser

LOOKS = [(1280, "light"), (390, "light"), (1280, "dark")]
PLAIN = [
    "/",
    "/track",
    "/recover",
    "/letters",
    "/letters?q=none",
    "/letters/SX20261000001",
    "/nowhere",
    "/_gallery",
    "/_gallery/desk",
]
REFUSALS = [f"/_gallery/errors/{status}" for status in (400, 403, 409, 413, 422, 429, 500, 503)]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def page(request: pytest.FixtureRequest, new_page: NewPage) -> Page:
    width, scheme = request.param
    return new_page(width=width, color_scheme=scheme, bypass_csp=True)


def test_pages_that_only_show(site: Site, page: Page) -> None:
    site.portal.publish(30, TITLE * 2, BODY, "已经修好。", ("transport", "help"))
    problems = {}
    for path in [*PLAIN, *REFUSALS]:
        page.goto(path)
        problems[path] = findings(page)
    assert {path: found for path, found in problems.items() if found} == {}


def press(page: Page) -> None:
    page.click(".lb-buttons button[value=next]")


def test_every_step_of_writing_with_and_without_errors(page: Page) -> None:
    page.goto("/write")
    problems = [findings(page)]
    press(page)
    problems.append(findings(page))
    page.check("#consent")
    steps: list[dict[str, str]] = [
        {"input[value=complaint]": ""},
        {},
        {"#title": TITLE, "#body": BODY},
        {},
        {"#name": NAME, "#phone": PHONE},
        {"input[value=yes]": ""},
    ]
    for answers in steps:
        press(page)
        problems.append(findings(page))
        if page.locator("#unit, #attachments").count() == 0:
            press(page)
            problems.append(findings(page))
        for field, text in answers.items():
            page.fill(field, text) if text else page.check(field)
    press(page)
    problems.append(findings(page))
    assert "请核对" in page.inner_text("h1")
    press(page)
    problems.append(findings(page))
    assert "已经收到" in page.inner_text("h1")
    assert [found for found in problems if found] == []


def test_a_tracked_letter_and_its_actions(site: Site, page: Page) -> None:
    portal, problems = site.portal, []
    letter = portal.write(TITLE, BODY, NAME, PHONE, category="help")

    def supplied() -> None:
        portal.services.writers_side.supplement(letter.number, "复兴路口那一段。")
        portal.dispatch(letter.number)

    for comes, action in (
        (lambda: portal.ask(letter.number, "哪一段路？"), "supplement"),
        (supplied, "withdraw"),
        (lambda: portal.reply(letter.number, BODY), "evaluate"),
    ):
        comes()
        page.goto("/track")
        page.fill("#number", letter.number)
        page.fill("#code", letter.code)
        page.click(".lb-buttons button")
        problems.append(findings(page))
        page.goto(f"/track/{action}")
        page.click(".lb-buttons button")
        problems.append(findings(page))
    assert [found for found in problems if found] == []
