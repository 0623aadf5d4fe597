"""What is done beside a task, on the desk: what is offered, what will happen, what goes wrong without anything lost."""

from __future__ import annotations

import pytest

from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import HANDLER as HANDLER_TOKEN
from tests.support.office.staffed import SCREENER, UNIT, accepted, submitted

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine
HANDLER, OTHER_UNIT = f"handler.{UNIT}", "handler.education"
REASON = "这盏灯立在小区围墙里 <b>由物业管</b>"


def offered(site: DeskSite, number: str, login: str) -> tuple[list[str], list[str]]:
    """What the letter's page offers and what it says is not possible now."""
    tree = site.signed_in(login).open(f"/desk/letters/{number}").tree
    possible = [each.text_content().strip() for each in tree.xpath("//ul[contains(@class, 'lb-offers')]//a")]
    return possible, tree.xpath("//ul[contains(@class, 'lb-refusals')]/li/strong/text()")


def test_everybody_is_offered_what_he_may_do_now_and_told_why_not_the_rest(site: DeskSite) -> None:
    number = accepted(site.county)
    assert offered(site, number, HANDLER) == (["退回来信", "申请延期"], [])
    assert offered(site, number, f"deputy.{UNIT}") == ([], [])
    possible, _ = offered(site, number, "screener")
    assert {"收回来信", "更改类别", "并入另一封来信"} <= set(possible)
    assert "退回来信" not in possible
    number = submitted(site.county)
    assert offered(site, number, HANDLER) == ([], ["退回来信", "申请延期"])
    assert "收回来信" in offered(site, number, "screener")[1]


def test_a_return_is_told_of_asked_and_done(site: DeskSite) -> None:
    number = accepted(site.county)
    address = f"/desk/letters/{number}/actions/return"
    browser = site.signed_in(HANDLER)
    page = browser.open(address)
    for words in ("会发生什么", "等候裁定", "路灯不亮", "应由哪个单位办理"):
        assert words in page.text
    page = browser.submit(address, reason=REASON, proposed_unit="housing")
    assert "已完成：退回来信" in page.text
    assert "退回待裁定" in page.text
    assert REASON in page.text
    assert "<b>由物业管</b>" not in page.source
    site.county.run_until_idle(number)
    assert site.county.open_tasks(number) == ["Task_RuleOnReturn"]


def test_errors_stand_at_the_field_and_keep_what_was_typed(site: DeskSite) -> None:
    number = accepted(site.county)
    address = f"/desk/letters/{number}/actions/return"
    browser = site.signed_in(HANDLER)
    browser.open(address)
    page = browser.submit(address, reason=" ", proposed_unit="housing")
    assert (page.status, page.errors) == (422, ["请填写理由"])
    assert page.tree.xpath("//select[@name='proposed_unit']/option[@selected]/@value") == ["housing"]
    assert site.county.letter(number).returns == 0


def test_somebody_was_faster(site: DeskSite) -> None:
    number = accepted(site.county)
    address = f"/desk/letters/{number}/actions/return"
    browser = site.signed_in(HANDLER)
    browser.open(address)
    site.county.act(number, "recall", SCREENER, reason="派错了单位")
    site.county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    site.county.act(number, "return", HANDLER_TOKEN, reason="不归本单位")
    page = browser.submit(address, reason=REASON)
    assert page.status == 409
    for words in ("现在不能退回来信", "正在等候裁定", "不归本单位"):
        assert words in page.text
    assert REASON in page.tree.xpath("string(//*[@id='typed-1']/@value)")
    assert browser.open(address).status == 409


def test_an_action_of_another_role_or_unit_is_not_there(site: DeskSite) -> None:
    number = accepted(site.county)
    assert site.signed_in(HANDLER).open(f"/desk/letters/{number}/actions/recall").status == 403
    assert site.signed_in(OTHER_UNIT).open(f"/desk/letters/{number}/actions/return").status == 404
    assert site.signed_in("screener").open(f"/desk/letters/{number}/actions/dance").status == 404
    assert site.signed_in("screener").open("/desk/letters/NONE/actions/recall").status == 404


def test_the_writer_of_an_accusation_is_shown_after_a_reason_and_to_nobody_else(site: DeskSite) -> None:
    number = accepted(site.county, "report", accused_unit="housing")
    address = f"/desk/letters/{number}"
    browser = site.signed_in("screener")
    page = browser.open(address)
    assert "李四" not in page.source
    assert page.tree.xpath(f"//a[@href='{address}/actions/unmask']")
    browser.open(f"{address}/actions/unmask")
    page = browser.submit(f"{address}/actions/unmask", reason="需要核实")
    for words in ("李四", "13800000000", "查看来信人身份"):
        assert words in page.text
    for login in (HANDLER, "leader", "coordinator"):
        page = site.signed_in(login).open(address)
        assert page.status == 200
        assert [words for words in ("李四", "13800000000", "需要核实", "/actions/unmask") if words in page.source] == []


def test_one_click_fills_in_what_a_letter_is_joined_to_and_keeps_what_was_typed(site: DeskSite) -> None:
    well = ("井盖翘起来了", "文昌路邮局门口的井盖翘起来了，骑车差点摔倒，希望尽快修。")
    first, second = site.county.write(*well), site.county.write(*well)
    browser, address = site.signed_in("screener"), site.task(second, "Task_ScreenLetter", "screener")
    page = browser.open(address)
    assert first in page.tree.xpath("//button[@name='_join']/@value")
    page = browser.submit(address, important="true", question="哪一个", _join=first)
    assert page.status == 200
    assert page.tree.xpath("//input[@name='outcome'][@checked]/@value") == ["join"]
    assert page.tree.xpath("//input[@name='joined_to']/@value") == [first]
    assert page.tree.xpath("//input[@name='important'][@checked]")
    assert site.county.letter(second).status == "received"
    browser.submit(address)
    assert site.county.letter(second).status == "joined"
    page = browser.open(f"/desk/letters/{first}")
    assert second in page.text


def test_precedents_have_a_page_with_an_empty_state(site: DeskSite) -> None:
    page = site.signed_in("coordinator").open("/desk/precedents")
    assert page.heading == "退回先例"
    assert site.signed_in(HANDLER).open("/desk/precedents").status == 403
