"""What people print: nothing cut off, nothing left folded, no buttons; the writer's receipt says where to ask."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_portal_writing import onward, write_all, write_until_letter
from tests.support.office.office_pages import Office
from tests.support.office.staffed import accepted
from tests.support.writers.letters import BODY

pytest_plugins = [
    "tests.support.office.desk_fixtures",
    "tests.support.office.office_fixtures",
    "tests.support.writers.portal_fixtures",
]
pytestmark = pytest.mark.browser

A4 = 794
"""Pixels: what style rules are asked for; 590 of them lie between the margins of an official paper."""
BETWEEN_MARGINS = "document.body.style.width = '590px'"
PAGES = {
    "admin": ["/admin/units", "/admin/people", "/admin/calendar"],
    "supervisor.gov": ["/cockpit/", "/cockpit/remind", "/desk/letters", "/desk/supervisions"],
}
CUT_OFF = """[...document.querySelectorAll("main *")].filter(each => {
  const style = getComputedStyle(each), box = each.getBoundingClientRect();
  const clips = style.overflowX !== "visible" && box.width > 1 && each.scrollWidth > each.clientWidth + 1;
  const scrolls = ["auto", "scroll"].includes(style.overflowY) && each.scrollHeight > each.clientHeight + 1;
  return clips || scrolls || box.right > document.body.getBoundingClientRect().right + 1;
}).map(each => each.className || each.tagName)"""


def on_paper(page: Page) -> Page:
    page.emulate_media(media="print")
    return page


def begun_printing(page: Page) -> Page:
    """As ``on_paper``, and what the page does when the browser begins to print is done."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    return on_paper(page)


@pytest.mark.engine
@pytest.mark.parametrize("login", PAGES)
def test_nothing_is_cut_off(office: Office, login: str) -> None:
    accepted(office.site.county)
    page = on_paper(office.page(login, A4))
    for address in PAGES[login]:
        page.goto(address)
        page.evaluate(BETWEEN_MARGINS)
        assert (address, page.evaluate(CUT_OFF)) == (address, [])
        expect(page.locator("nav, .lb-head-tools, button, [type=submit]").locator("visible=true")).to_have_count(0)


@pytest.mark.engine
def test_a_letters_paper_has_its_ended_limits_and_no_tools(office: Office) -> None:
    number = accepted(office.site.county)
    page = office.page("screener", A4)
    page.goto(f"/desk/letters/{number}")
    ended = page.locator(".lb-ended .lb-limits").first
    expect(page.get_by_role("link", name="到操作和时限")).to_be_visible()
    expect(ended).to_be_hidden()
    on_paper(page)
    expect(page.get_by_role("link", name="到操作和时限")).to_be_hidden()
    expect(ended).to_be_visible()
    expect(ended).to_contain_text("甄别交办")


def test_a_writers_receipt_says_where_to_ask_and_his_letter_is_unfolded(new_page: NewPage) -> None:
    page = new_page()
    write_all(page)
    onward(page)
    address = page.get_by_text("查询网址：")
    expect(address).to_be_hidden()
    on_paper(page)
    expect(address).to_have_text("查询网址：http://127.0.0.1:8080/track")
    expect(address).to_be_visible()
    page.emulate_media(media="screen")
    page.click("text=查看办理进度")
    on_paper(page)
    expect(page.locator(".lb-original .lb-letter-text")).to_be_visible()
    expect(page.locator(".lb-original .lb-letter-text")).to_have_text(BODY)


@pytest.mark.engine
def test_a_filtered_list_says_by_what_and_which_page_it_is(office: Office) -> None:
    number = accepted(office.site.county)
    page = on_paper(office.page("supervisor.gov", A4))
    page.goto(f"/cockpit/?q={number}&kind=reply&urgent=")
    chosen = page.locator(".lb-filters").locator("select, input, .lb-toggle, button").locator("visible=true")
    assert chosen.evaluate_all("each => each.map(field => field.selectedOptions?.[0].text ?? field.value)") == [
        number,
        "答复",
    ]
    expect(page.get_by_text("共 1 项")).to_be_visible()
    expect(page.locator(".lb-number", has_text=number)).to_be_visible()


def test_a_long_text_is_on_paper_to_its_last_word_and_a_box_again_afterwards(new_page: NewPage) -> None:
    page = new_page(width=A4)
    write_until_letter(page)
    long = "路灯三个月不亮，晚上没有人敢走。\n" * 60 + "这是最后一句。"
    page.fill("#body", long)
    box, words = page.locator("#body"), page.locator("#body + .lb-written-out")
    begun_printing(page)
    expect(box).to_be_hidden()
    expect(words).to_have_text(long)
    assert page.evaluate(CUT_OFF) == []
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(words).to_have_count(0)
    expect(box).to_have_value(long)


OUTSIDE = """(() => {
  const frame = document.querySelector(".lb-diagram").getBoundingClientRect();
  return [...document.querySelectorAll(".lb-diagram .djs-element .djs-visual, .lb-badges")].filter(each => {
    const box = each.getBoundingClientRect();
    return box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom;
  }).length;
})()"""
SHOWN = """(() => {
  const { a, d, e, f } = document.querySelector(".djs-container .viewport").transform.baseVal.consolidate().matrix;
  return [a, d, e, f];
})()"""
"""Scale and place of the drawing in its frame."""
SHEET_ACROSS = 1001
"""Pixels between the margins of a sheet across."""


@pytest.mark.engine
@pytest.mark.parametrize(("login", "address"), [("supervisor.gov", "/cockpit/diagrams"), ("owner", "/studio/")])
def test_a_diagram_is_on_paper_as_a_whole_and_afterwards_where_it_was(office: Office, login: str, address: str) -> None:
    accepted(office.site.county)
    page = office.page(login, 1280)
    page.goto(address)
    if login == "owner":
        page.goto(page.locator("a[href$='/letter-handling.bpmn']").first.get_attribute("href") or "")
    expect(page.locator(".lb-diagram .djs-element").first).to_be_visible()
    before = page.evaluate(SHOWN)
    begun_printing(page)
    assert page.locator(".lb-diagram").evaluate("each => each.getBoundingClientRect().width") <= SHEET_ACROSS
    assert page.evaluate(OUTSIDE) == 0
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(SHOWN) == pytest.approx(before, abs=0.01)


def test_a_paper_of_the_portal_has_no_empty_page_at_its_end(new_page: NewPage) -> None:
    page = new_page(width=642)
    write_all(page)
    onward(page)
    on_paper(page)
    assert page.evaluate("document.body.scrollHeight") < page.evaluate("innerHeight"), "shorter than the sheet"
