"""The cockpit in a real browser: numbers on the live diagram, zoom, keyboard, without scripts, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect, Page, Route, expect

from tests.browser.accessibility import findings
from tests.support.office.office_pages import Office
from tests.support.office.staffed import accepted, answered

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.office_fixtures"]
pytestmark = [pytest.mark.browser, pytest.mark.engine]
LOOKS = [(1700, "light"), (1280, "light"), (390, "light"), (1280, "dark"), (390, "dark")]
PICTURE = "[data-live-diagram]"
SignedIn = Callable[..., Page]


@pytest.fixture
def signed_in(office: Office) -> SignedIn:
    """Pages of people who signed in, four days after two letters came: one of them is late."""
    county = office.site.county
    accepted(county)
    answered(county)
    county.clock.move(days=4)
    county.write(title="无空格的很长的标题" * 12)
    return office.page


def test_the_numbers_stand_on_the_picture_and_open_their_letters(signed_in: SignedIn) -> None:
    page = signed_in("supervisor.gov")
    page.goto("/cockpit/diagrams")
    picture = page.locator(PICTURE)
    late = picture.get_by_role("link", name="办理来信：", exact=False).filter(has=page.locator("svg"))
    in_table = page.locator("table").get_by_role("link", name="封来信已超期").first
    expect(late).to_have_text(in_table.inner_text())
    expect(late).to_have_css("border-radius", "3px")
    late.click()
    expect(page.get_by_role("heading", name="停在“办理来信”的来信")).to_be_visible()
    expect(page.get_by_role("link", name="只看已超期")).to_have_attribute("aria-current", "page")
    expect(page.get_by_text("已超期").last).to_be_visible()


def test_the_makers_logo_stays_visible(signed_in: SignedIn) -> None:
    page = signed_in("leader")
    page.goto("/cockpit/diagrams")
    expect(page.locator(f"{PICTURE} .bjs-powered-by")).to_be_visible()


def test_the_picture_is_zoomed_by_buttons_and_by_keys(signed_in: SignedIn) -> None:
    page = signed_in("supervisor.gov")
    page.goto("/cockpit/diagrams/UnitHandlingProcess")

    def width() -> float:
        return box_of(page, "Task_ReceiveLetter")["width"]

    whole = width()
    page.get_by_role("button", name="放大").click()
    assert width() > whole * 1.2
    page.keyboard.press("-")
    assert width() == pytest.approx(whole, rel=0.02)
    page.keyboard.press("+")
    page.keyboard.press("0")
    assert width() == pytest.approx(whole, rel=0.02)


def test_the_arrow_keys_move_the_picture_while_it_has_the_focus(signed_in: SignedIn) -> None:
    page = signed_in("leader")
    page.goto("/cockpit/diagrams")
    before = box_of(page, "Task_ScreenLetter")
    page.keyboard.press("ArrowRight")
    assert box_of(page, "Task_ScreenLetter") == before
    page.get_by_role("img", name="流程图：来信办理").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    after = box_of(page, "Task_ScreenLetter")
    assert after["x"] < before["x"]
    assert after["y"] < before["y"]


def box_of(page: Page, element: str) -> FloatRect:
    """Where an element of the picture is."""
    shape = page.locator(f"{PICTURE} [data-element-id='{element}'] .djs-visual").first
    expect(shape).to_be_visible()
    box = shape.bounding_box()
    assert box is not None
    return box


def test_until_the_picture_comes_its_place_says_so(signed_in: SignedIn) -> None:
    page, held = signed_in("leader"), list[Route]()
    page.route("**/*.bpmn", lambda route: held.append(route))  # noqa: PLW0108  # it looks for its own mark on it
    page.goto("/cockpit/diagrams")
    expect(page.get_by_text("正在加载流程图")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_role("img", name="流程图：来信办理")).to_be_visible()
    expect(page.get_by_text("正在加载流程图")).to_be_hidden()


def test_a_picture_that_does_not_come_says_why_and_can_be_asked_for_again(signed_in: SignedIn) -> None:
    page = signed_in("leader")
    page.route("**/*.bpmn", lambda route: route.abort())
    page.goto("/cockpit/diagrams")
    expect(page.get_by_role("alert")).to_contain_text(
        "流程图没有加载出来：网络不通，或者流程图读不出来。每一步的来信见下表。"
    )
    page.unroute("**/*.bpmn")
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_role("img", name="流程图：来信办理")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_hidden()


def test_on_a_phone_the_units_come_before_the_letters(signed_in: SignedIn) -> None:
    page = signed_in("supervisor.gov", 390)
    page.goto("/cockpit/?unit=all")
    units, first = page.get_by_role("heading", name="按责任单位"), page.locator("tr[data-row]").first
    above, below = units.bounding_box(), first.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] < below["y"]
    assert below["height"] < 140
    page.get_by_role("link", name="交通运输局", exact=False).first.click()
    page.wait_for_url("**/cockpit/?unit=transport*")


def test_on_a_phone_the_mark_of_an_urgent_letter_stands_beside_its_words(signed_in: SignedIn) -> None:
    page = signed_in("supervisor.gov", 390)
    page.goto("/cockpit/?unit=all")
    first = page.locator("tr[data-row]").first
    first.evaluate("row => row.className = 'is-urgent'")
    row, words = first.bounding_box(), first.locator(".lb-cell-main").bounding_box()
    assert row is not None
    assert words is not None
    marked = "element => getComputedStyle(element).boxShadow"
    assert "inset" in first.evaluate(marked)
    assert first.locator(".lb-cell-main").evaluate(marked) == "none"
    assert words["x"] - row["x"] >= 8


def test_without_scripts_the_table_says_the_same(signed_in: SignedIn) -> None:
    page = signed_in("coordinator", java_script_enabled=False)
    page.goto("/cockpit/diagrams")
    expect(page.get_by_text("看不到流程图")).to_be_visible()
    expect(page.get_by_role("button", name="放大")).to_be_hidden()
    page.get_by_role("link", name="甄别来信：", exact=False).first.click()
    expect(page.get_by_role("heading", name="停在“甄别来信”的来信")).to_be_visible()


def test_a_filter_shows_its_result_at_once_and_the_keyboard_walks_the_rows(signed_in: SignedIn) -> None:
    page = signed_in("supervisor.gov")
    page.goto("/cockpit/")
    page.get_by_label("到期", exact=True).select_option("overdue")
    page.wait_for_url("**/cockpit/?unit=all&lateness=overdue")
    page.keyboard.press("j")
    expect(page.locator("tr[data-row]").first).to_have_class("is-here")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="路灯不亮")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible_and_fits_its_window(signed_in: SignedIn, width: int, scheme: str) -> None:
    page = signed_in("supervisor.gov", width, color_scheme=scheme, bypass_csp=True)
    found = {}
    for path in (
        "/cockpit/",
        "/cockpit/?q=nothing-like-this",
        "/cockpit/?kind=return",
        "/cockpit/?unit=transport",
        "/cockpit/diagrams",
        "/cockpit/diagrams/DeadlineWatchProcess",
        "/cockpit/nowhere",
        "/cockpit/letters?process=LetterHandlingProcess&element=Task_ScreenLetter",
        "/cockpit/letters?process=LetterHandlingProcess&element=Task_DispatchLetter",
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[path] = findings(page)
    assert {path: problems for path, problems in found.items() if problems} == {}
