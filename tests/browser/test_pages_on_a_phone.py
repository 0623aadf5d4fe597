"""The staff's pages on a phone: nothing sticks out at the side, each says once what it is, lists stay short."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.office.office_pages import Office
from tests.support.office.staffed import accepted

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.office_fixtures"]
pytestmark = [pytest.mark.browser, pytest.mark.engine]

PAGES = {
    "admin": [
        "/admin/units",
        "/admin/people",
        "/admin/calendar",
        "/admin/calendar/import",
        "/admin/calendar?year=2027",
    ],
    "screener": ["/desk/", "/desk/letters", "/desk/notices", "/desk/texts", "/desk/account", "/desk/precedents"],
    "operator": ["/ops/", "/ops/stuck", "/ops/letters", "/ops/differences", "/ops/record"],
    "supervisor.gov": ["/cockpit/", "/desk/supervisions"],
}
STICKS_OUT = "document.documentElement.scrollWidth - window.innerWidth"
WIDER_THAN_ITS_FRAME = (
    "Math.max(...[...document.querySelectorAll('.lb-table-wrap')].map(e => e.scrollWidth - e.clientWidth))"
)
ROWS = "[...document.querySelectorAll('.lb-table-stack tbody tr')].map(row => row.getBoundingClientRect().height)"


@pytest.mark.parametrize("login", PAGES)
def test_nothing_sticks_out_and_one_heading_says_what_it_is(office: Office, login: str) -> None:
    page = office.page(login, 390)
    for address in PAGES[login]:
        page.goto(address)
        assert (address, page.evaluate(STICKS_OUT), page.locator("h1").count()) == (address, 0, 1)


def test_a_row_of_a_decision_table_begins_with_its_words_and_fits(office: Office) -> None:
    page = office.page("owner", 390)
    page.goto("/studio/")
    page.goto(page.locator("a[href$='/escalation-ladder.dmn']").first.get_attribute("href") or "")
    row = page.locator(".lb-decision tbody tr").first
    words = row.locator(".lb-decision-words").bounding_box()
    values = [each.bounding_box() for each in row.locator("td[data-label]:visible").all()]
    assert words
    assert len(values) > 3
    assert [each for each in values if each and each["y"] < words["y"] + words["height"]] == []
    assert page.evaluate(WIDER_THAN_ITS_FRAME) == 0


@pytest.mark.parametrize("address", ["/admin/units", "/admin/people"])
def test_a_list_for_looking_up_takes_three_lines_a_row(office: Office, address: str) -> None:
    page = office.page("admin", 390)
    page.goto(address)
    rows = page.evaluate(ROWS)
    assert rows
    assert sum(rows) / len(rows) < 100


def test_a_letters_actions_and_limits_are_one_touch_away(office: Office) -> None:
    page = office.page("screener", 390)
    page.goto(f"/desk/letters/{accepted(office.site.county)}")
    page.get_by_role("link", name="到操作和时限").click()
    expect(page.locator("#beside")).to_be_focused()
    expect(page.get_by_role("heading", name="可以做的")).to_be_in_viewport()
