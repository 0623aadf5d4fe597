"""Paper outlives the page: it says whose it is, who printed it, and of when its contents are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from letterbox.domain.dates import instant
from letterbox.services.staff.person_rules import RoleInput
from tests.browser.conftest import NewPage
from tests.browser.test_portal_writing import onward, write_all
from tests.support.office.desk_site import MONDAY
from tests.support.office.office import new_person
from tests.support.office.office_pages import Office
from tests.support.office.side_processes import act, event
from tests.support.office.side_processes_made import LEADER
from tests.support.office.staffed import SCREENER, UNIT
from tests.support.writers.live_site import Site

pytest_plugins = [
    "tests.support.office.desk_fixtures",
    "tests.support.office.office_fixtures",
    "tests.support.writers.portal_fixtures",
]
pytestmark = pytest.mark.browser
LONG = "请查明原因并写明责任人和完成时间，" * 14
PRINTED = "打印，内容截至"


def on_paper(page: Page, address: str) -> Page:
    page.goto(address)
    page.emulate_media(media="print")
    return page


@pytest.mark.engine
@pytest.mark.parametrize(("login", "address"), [("supervisor.gov", "/cockpit/"), ("admin", "/admin/calendar")])
def test_a_list_says_whose_it_is_who_printed_it_and_of_when_it_is(office: Office, login: str, address: str) -> None:
    page = office.page(login)
    page.goto(address)
    head = page.locator(".lb-print-head")
    expect(head).to_be_hidden()
    on_paper(page, address)
    expect(head).to_be_visible()
    expect(head).to_contain_text("书记县长信箱")
    name = page.locator(".lb-menu summary span").text_content()
    expect(head).to_contain_text(f"{name} {PRINTED} {instant(MONDAY)}")


@pytest.mark.engine
def test_a_letters_paper_ends_with_who_printed_it_an_official_one_is_only_the_document(office: Office) -> None:
    county = office.site.county
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT, note=LONG)
    act(county, number, "instruct", LEADER, instruction="请尽快修好")
    instruction = event(county, number, "InstructionGiven").data["instruction_id"]
    page = on_paper(office.page("leader", 794), f"/desk/letters/{number}")
    expect(page.get_by_text(PRINTED)).to_be_visible()
    expect(page.locator(".lb-print-head")).to_have_count(0)
    sizes = page.locator(".lb-timeline .lb-note").evaluate_all(
        "each => each.map(note => getComputedStyle(note.querySelector('.lb-letter-text') ?? note).fontSize)"
    )
    assert len(set(sizes)) == 1, "a long note is written as large as a short one"
    on_paper(page, f"/desk/letters/{number}/instructions/{instruction}")
    expect(page.get_by_text(PRINTED)).to_have_count(0)


@pytest.mark.engine
def test_the_paper_of_a_one_time_password_says_where_to_sign_in(office: Office) -> None:
    person = new_person(office.site.county.services, "新来的人", RoleInput("unit_handler", UNIT))
    page = office.page("security")
    page.goto(f"/admin/people/{person}/reset-password")
    page.locator("main [name=reason]").fill("忘记密码")
    page.locator("main form button[type=submit]").click()
    address = page.get_by_text("登录网址：")
    expect(address).to_be_hidden()
    page.emulate_media(media="print")
    expect(address).to_contain_text("/desk/sign-in")
    expect(address).to_be_visible()
    expect(page.locator(".lb-secret")).to_be_visible()


def test_the_writers_paper_says_of_when_it_is(site: Site, new_page: NewPage) -> None:
    page = new_page()
    write_all(page)
    onward(page)
    page.click("text=查看办理进度")
    page.emulate_media(media="print")
    number = site.portal.only_letter().number
    expect(page.locator(".lb-print-head")).to_contain_text(f"{number} · 截至 20")
