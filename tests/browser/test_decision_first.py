"""A decision beside its letter: all of it within one look, by few presses of mouse or keys, counted as they are played."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import findings
from tests.support.office.desk_site import DeskSite
from tests.support.office.office_pages import Office
from tests.support.office.staffed import DEPUTY, HANDLER, SCREENER, UNIT, accepted, drafted, submitted

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.office_fixtures"]
pytestmark = [pytest.mark.browser, pytest.mark.engine]
OUT_OF_SIGHT = """() => [...document.querySelectorAll(
    '.lb-work form[data-lb-form] :is(.lb-choice, select, textarea, input:not([type=hidden]), .btn-primary)')]
  .filter((each) => each.getClientRects().length && !each.matches('.visually-hidden'))
  .filter((each) => { const box = each.getBoundingClientRect(); return box.top < 0 || box.bottom > window.innerHeight
    || (!each.matches('.btn-primary') && box.bottom > document.querySelector('.lb-work .lb-buttons').getBoundingClientRect().top); })
  .map((each) => each.name || each.textContent.trim())"""
WINDOWS = [(1280, 800), (1366, 768)]
SCREENED, ASSIGNED, SIGNED, REVIEWED = "Task_ScreenLetter", "Task_AssignLetter", "Task_SignOffReply", "Task_ReviewReply"


def to_assign(site: DeskSite) -> str:
    number = site.county.write()
    site.county.do(number, SCREENED, SCREENER, outcome="accept", category="complaint", scope="5")
    return number


def to_draft(site: DeskSite, number: str) -> None:
    site.county.do(number, SCREENED, SCREENER, outcome="accept", category="complaint", scope="5")
    site.county.do(number, ASSIGNED, SCREENER, lead_unit=UNIT)
    site.county.do(number, "Task_ReceiveLetter", HANDLER)
    site.county.do(number, "Task_SubmitToDeputy", HANDLER)
    site.county.do(number, "Task_InstructHandler", DEPUTY, instruction="请办")


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_choices_their_fields_and_the_button_are_in_sight(office: Office, width: int, height: int) -> None:
    site = office.site
    screener, principal = office.page("screener", width), office.page("principal.transport", width)
    found: dict[str, Any] = {}
    for page, number, key, login, press in (
        (screener, site.county.write(), SCREENED, "screener", "1"),
        (screener, to_assign(site), ASSIGNED, "screener", ""),
        (principal, drafted(site.county), SIGNED, "principal.transport", "1"),
        (screener, submitted(site.county), REVIEWED, "screener", "a"),
    ):
        page.set_viewport_size({"width": width, "height": height})
        opened(page, site.task(number, key, login))
        if press:
            page.keyboard.press(press)
            expect(page.locator(".lb-work [data-lb-field=outcome] input:checked")).to_have_count(1)
        found[key] = page.evaluate(OUT_OF_SIGHT)
    assert found == {SCREENED: [], ASSIGNED: [], SIGNED: [], REVIEWED: []}


def test_an_easy_letter_is_screened_and_assigned_by_three_presses_of_keys(office: Office) -> None:
    number = office.site.county.write(
        "村里路灯坏了，请求维修", "投诉：中心路的路灯坏了半个月，没有人修，请尽快派人维修。"
    )
    page = opened(office.page("screener"), office.site.task(number, SCREENED, "screener"))
    for key in ("1", "Control+Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("已办完“甄别来信”")).to_be_visible()
    office.site.county.run_until_idle(number)
    opened(page, office.site.task(number, ASSIGNED, "screener"))
    expect(page.locator("#f-lead_unit")).not_to_have_value("")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已办完“交办来信”")).to_be_visible()
    assert "LetterAssigned" in office.site.county.names(number)


def test_a_reply_that_fits_is_passed_by_two_presses_of_the_mouse(office: Office) -> None:
    number = submitted(office.site.county)
    page = opened(office.page("reviewer"), office.site.task(number, REVIEWED, "reviewer"))
    letter, reply = (page.locator(f".lb-facing > div:nth-child({each})").bounding_box() for each in (1, 2))
    assert letter
    assert reply
    assert letter["y"] == reply["y"]
    page.get_by_role("button", name="全部合格").click()
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.get_by_text("已办完“审核回复”")).to_be_visible()
    assert "ReviewPassed" in office.site.county.names(number)


def test_all_fits_without_scripts_too(office: Office) -> None:
    number = submitted(office.site.county)
    page = office.page("reviewer", java_script_enabled=False)
    page.goto(office.site.task(number, REVIEWED, "reviewer"))
    page.get_by_role("button", name="全部合格").click()
    expect(page.locator("#form").get_by_role("radio", name="合格", exact=True).first).to_be_checked()
    expect(page.get_by_role("radio", name="通过")).to_be_checked()
    assert "ReviewPassed" not in office.site.county.names(number)


def test_units_are_found_by_name_or_first_letters_and_stand_as_tokens(office: Office) -> None:
    page = opened(office.page("screener"), office.site.task(to_assign(office.site), ASSIGNED, "screener"))
    box = page.get_by_role("combobox", name="查找协办单位")
    expect(page.locator(".lb-choices-many")).to_be_hidden()
    box.focus()
    page.keyboard.type("xslj")
    expect(page.locator(".lb-choices-many .lb-choice:visible")).to_have_text(["县水利局"])
    page.keyboard.press("Enter")
    page.keyboard.type("教育")
    page.keyboard.press("Enter")
    chosen = page.get_by_role("list", name="已选的协办单位").get_by_role("button")
    expect(chosen).to_have_text(["县教育局 ×", "县水利局 ×"])
    assert findings(page) == []
    chosen.first.click()
    expect(chosen).to_have_text(["县水利局 ×"])
    page.get_by_label("查找主办单位").fill("xjtysj")
    expect(page.locator("#f-lead_unit")).to_have_value("transport")


def test_a_ground_brings_its_reason_ready_to_edit_and_never_replaces_what_was_typed(office: Office) -> None:
    page = opened(office.page("screener"), office.site.task(office.site.county.write(), SCREENED, "screener"))
    page.keyboard.press("2")
    page.get_by_label("不予受理的情形").select_option("6")
    reason = page.get_by_label("不予受理的理由")
    expect(reason).to_have_value("来信属于推销、邀请或者写给领导的私人信件，不属于本信箱办理的事项。")
    reason.fill("这是一封广告。")
    page.get_by_label("不予受理的情形").select_option("1")
    expect(reason).to_have_value("这是一封广告。")


def test_what_is_easily_forgotten_in_a_reply_is_said_while_it_is_written(office: Office) -> None:
    number = office.site.county.write(body="请问：\n一、什么时候修好？\n二、晚上能不能先照明？")
    to_draft(office.site, number)
    page = opened(office.page("handler.transport"), office.site.task(number, "Task_DraftReply", "handler.transport"))
    reply = page.get_by_label("答复内容")
    before = reply.bounding_box()
    reply.fill("一、10月15日前修好，请拨打13900001111，因　　　，\n" + "现场情况。\n" * 20)
    expect(page.get_by_role("list", name="提交前看一看").get_by_role("listitem")).to_have_count(4)
    after = reply.bounding_box()
    assert before
    assert after
    assert after["height"] > before["height"]


def test_keys_of_a_form_stand_in_the_list_of_keys_and_leave_typing_alone(office: Office) -> None:
    page = opened(office.page("screener"), office.site.task(office.site.county.write(), SCREENED, "screener"))
    expect(page.get_by_role("radio", name="受理", exact=True)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_contain_text("选第几项")
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    page.get_by_label("请来信人补充什么").fill("")
    page.keyboard.type("12")
    expect(page.get_by_label("请来信人补充什么")).to_have_value("12")
    expect(page.get_by_role("radio", name="请来信人补充材料")).to_be_checked()


def test_a_unit_receives_its_letter_by_one_press(office: Office) -> None:
    number = accepted(office.site.county)
    page = opened(office.page("handler.transport"), office.site.task(number, "Task_ReceiveLetter", "handler.transport"))
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已办完“签收登记”")).to_be_visible()
    assert "LetterRegistered" in office.site.county.names(number)
