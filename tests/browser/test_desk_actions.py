"""What is done beside a task in a real browser: accessible wide, narrow and dark, and done with the keyboard."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from letterbox.domain.vocabulary import Role
from tests.browser.accessibility import findings
from tests.support.office.county import County, staff
from tests.support.office.office_pages import Office
from tests.support.office.staffed import HANDLER as HANDLER_TOKEN
from tests.support.office.staffed import SCREENER, UNIT, accepted

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.office_fixtures"]
pytestmark = [pytest.mark.browser, pytest.mark.engine]
HANDLER = f"handler.{UNIT}"
LOOKS = [(1280, "light"), (390, "light"), (1280, "dark")]
WELL = ("井盖翘起来了", "文昌路邮局门口的井盖翘起来了，骑车差点摔倒，希望尽快修。")


def shoot(page: Page, name: str) -> None:
    """A picture to look at, where LETTERBOX_SHOTS names a folder."""
    if folder := os.environ.get("LETTERBOX_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def precedent(county: County) -> str:
    number = county.write(*WELL)
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    county.act(number, "return", HANDLER_TOKEN, reason="窨井盖不是公路附属设施")
    reason = "先由住建核实井盖产权"
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="uphold", lead_unit="housing", reason=reason)
    county.act(number, "return", staff(Role.UNIT_HANDLER, "housing"), reason="产权属于供水公司")
    coordinator, ruling = staff(Role.COORDINATOR), "供水井盖由住建督促产权单位维修，住建牵头"
    county.do(number, "Task_RuleOnReturn", coordinator, outcome="dismiss", reason=ruling)
    return number


@pytest.mark.parametrize(("width", "colours"), LOOKS)
def test_the_pages_of_actions_are_accessible(office: Office, width: int, colours: str) -> None:
    county = office.site.county
    number, leading = accepted(county), precedent(county)
    joined = county.write(*WELL)
    county.act(joined, "join", SCREENER, joined_to=leading, reason="同一个井盖")
    office.site.county.write(*WELL)
    similar = county.write("井盖坏了", "文昌路邮局门口的井盖坏了，骑车差点摔倒，请尽快修。")
    look = {"width": width, "color_scheme": colours, "bypass_csp": True}
    handler, screener = office.page(HANDLER, **look), office.page("screener", **look)
    letters = f"/desk/letters/{number}"
    for page, address in (
        (handler, letters),
        (handler, f"{letters}/actions/return"),
        (handler, f"{letters}/actions/apply-for-extension"),
        (screener, letters),
        (screener, f"{letters}/actions/recategorise"),
        (screener, f"{letters}/actions/split"),
        (screener, f"/desk/letters/{joined}/actions/recall"),
        (screener, f"/desk/letters/{joined}"),
        (screener, f"/desk/letters/{leading}"),
        (screener, "/desk/precedents"),
        (screener, office.site.task(similar, "Task_ScreenLetter", "screener")),
    ):
        page.goto(address)
        name = "-".join(address.replace(number, "N").replace(leading, "L").replace(joined, "J").split("/")[2:])
        shoot(page, f"{name[:40]}-{'s' if page is screener else 'h'}-{width}-{colours}")
        assert findings(page) == [], address


def test_a_return_is_made_with_the_keyboard(office: Office) -> None:
    number = accepted(office.site.county)
    page = office.page(HANDLER)
    page.goto(f"/desk/letters/{number}")
    page.get_by_role("link", name="退回来信").focus()
    page.keyboard.press("Enter")
    page.get_by_label("理由").fill("这盏灯由物业管")
    page.get_by_role("button", name="确认：退回来信").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("已完成：退回来信")).to_be_visible()
    assert office.site.county.letter(number).returns == 1


def test_errors_are_shown_at_the_field_and_in_the_summary(office: Office) -> None:
    number = accepted(office.site.county)
    page = office.page(HANDLER, bypass_csp=True)
    page.goto(f"/desk/letters/{number}/actions/apply-for-extension")
    page.get_by_label("延期理由").fill("要请第三方检测")
    page.get_by_role("button", name="确认：申请延期").last.click()
    expect(page.locator(".lb-errors")).to_be_visible()
    expect(page.get_by_label("延期理由")).to_have_value("要请第三方检测")
    shoot(page, "errors-1280")
    assert findings(page) == []
