"""The desk in a real browser: by keyboard, with drafts that save themselves, wide and narrow, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from letterbox.wiring import Services
from tests.browser.accessibility import findings
from tests.support.office.county import County
from tests.support.office.desk_site import MONDAY
from tests.support.office.office_pages import Office
from tests.support.office.staffed import UNIT, accepted, answered, drafted
from tests.support.stack.clocks import SetClock

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.office_fixtures"]
pytestmark = [pytest.mark.browser, pytest.mark.engine]
HANDLER = f"handler.{UNIT}"
LOOKS = [(1700, "light"), (1280, "light"), (390, "light"), (1280, "dark")]


def test_the_list_is_walked_by_keyboard(office: Office) -> None:
    first, second = accepted(office.site.county), accepted(office.site.county)
    page = office.page(HANDLER)
    page.goto(f"/desk/?q={second[:-4]}&key=Task_ReceiveLetter")
    rows = page.locator("tr[data-row]")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_have_class("is-here")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_class("is-here")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_have_class("is-here")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="签收登记")).to_be_visible()
    page.keyboard.press("u")
    expect(page).to_have_url(f"{office.url}/desk/?q={second[:-4]}&key=Task_ReceiveLetter")
    assert first != second


def test_the_question_mark_lists_the_keys_and_escape_closes_it(office: Office) -> None:
    page = office.page(HANDLER)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="键盘快捷键")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("j?")
    expect(page.get_by_label("查找来信")).to_have_value("j?")
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 1366])
def test_every_entry_of_the_bar_is_in_view_beside_the_search(office: Office, width: int) -> None:
    page = office.page("screener", width)
    entries = page.locator(".lb-nav")
    assert entries.evaluate("list => list.scrollWidth - list.clientWidth") == 0
    assert entries.locator("li").count() > 8, "the screener has the fullest bar"
    lines = page.locator(".lb-brand, .lb-menu > summary").evaluate_all("all => all.map(each => each.clientHeight)")
    assert max(lines) < 50, "neither the name of the office nor that of a person is broken in two"


def test_what_is_typed_saves_itself_and_is_there_again(office: Office) -> None:
    number = office.site.county.write()
    address = office.site.task(number, "Task_ScreenLetter", "screener")
    page = office.page("screener")
    page.goto(address)
    page.get_by_label("请来信人补充材料").check()
    page.get_by_label("请来信人补充什么").fill("在哪条路上？😀")
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    page.goto("/desk/")
    page.goto(address)
    expect(page.get_by_text("保存的草稿")).to_be_visible()
    expect(page.get_by_label("请来信人补充什么")).to_have_value("在哪条路上？😀")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已办完“甄别来信”")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('task:')).length") == 0


def test_the_list_beside_the_task_appears_where_there_is_room(office: Office) -> None:
    number = accepted(office.site.county)
    address = office.site.task(number, "Task_ReceiveLetter", HANDLER) + f"?q={number}"
    wide, narrow = office.page(HANDLER, 1700), office.page(HANDLER, 1280)
    wide.goto(address)
    narrow.goto(address)
    expect(wide.get_by_role("complementary", name="任务列表").get_by_role("link").last).to_have_attribute(
        "aria-current", "page"
    )
    expect(narrow.get_by_role("complementary", name="任务列表")).to_be_hidden()


def test_a_long_letter_is_folded_and_opens(office: Office) -> None:
    body = "这条路坑坑洼洼，下雨就积水。\n" * 200
    number = office.site.county.write(body=body)
    page = office.page("screener")
    page.goto(f"/desk/letters/{number}")
    button = page.get_by_role("button", name="展开全文")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(page.get_by_role("button", name="收起")).to_have_attribute("aria-expanded", "true")


def test_a_filter_shows_its_result_at_once(office: Office) -> None:
    page = office.page(HANDLER)
    page.get_by_label("急件").check()
    expect(page).to_have_url(f"{office.url}/desk/?urgent=1")


@pytest.fixture(scope="module")
def letters(desk_services: Services) -> tuple[str, str, str]:
    """One to be screened, one answered, one to be signed."""
    clock = desk_services.clock
    assert isinstance(clock, SetClock)
    clock.at = MONDAY
    county = County(desk_services, clock)
    return county.write(title="无空格的很长的标题" * 20), answered(county), drafted(county)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible_and_fits_its_window(
    office: Office, letters: tuple[str, str, str], width: int, scheme: str
) -> None:
    waiting, done, drafting = letters
    screener = office.page("screener", width, color_scheme=scheme, bypass_csp=True)
    paths = [
        "/desk/",
        "/desk/?q=nothing-like-this",
        "/desk/letters",
        f"/desk/letters/{done}",
        f"/desk/letters/{waiting}",
        office.site.task(waiting, "Task_ScreenLetter", "screener"),
        "/desk/notices",
        "/desk/account",
        "/desk/nowhere",
    ]
    found = look_at(screener, paths)
    principal = f"principal.{UNIT}"
    theirs = office.page(principal, width, color_scheme=scheme, bypass_csp=True)
    found |= look_at(theirs, [office.site.task(drafting, "Task_SignOffReply", principal), "/desk/notices"])
    assert {path: problems for path, problems in found.items() if problems} == {}


def look_at(page: Page, paths: list[str]) -> dict[str, list[str]]:
    found = {}
    for path in paths:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[path] = findings(page)
    return found
