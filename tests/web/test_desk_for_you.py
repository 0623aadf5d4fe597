"""What a task shows before it is decided: what was written to whoever does it, who has the letter, what needs a second look."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.domain.vocabulary import Role
from tests.support.office.county import staff
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import DEPUTY, HANDLER, PRINCIPAL, SCREENER, UNIT, through_the_unit, to_the_principal

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine
HELPING = "education"


def assigned(site: DeskSite, **assignment: Any) -> str:
    number = site.county.write()
    site.county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    site.county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT, **assignment)
    return number


def field(page: Any, name: str) -> str:
    (found,) = page.tree.xpath(f"//textarea[@name='{name}']")
    return str(found.text).strip()


def for_you(page: Any) -> list[str]:
    """What is said to whoever works on the page, newest first, each with its occasion."""
    found = page.tree.xpath("//section[contains(@class, 'lb-for-you')]//div[@class='lb-before']")
    return [" ".join(each.text_content().split()) for each in found]


def now(page: Any) -> str:
    (found,) = page.tree.xpath("//div[@class='lb-now']")
    return " ".join(found.text_content().split())


def test_the_drafter_reads_everything_that_was_written_to_him_not_the_last_event(site: DeskSite) -> None:
    number = assigned(site, note="来信人白天不接电话，请晚上七点后打。")
    site.county.do(number, "Task_ReceiveLetter", HANDLER)
    site.county.do(number, "Task_SubmitToDeputy", HANDLER, note="拟派人查看")
    site.county.do(number, "Task_InstructHandler", DEPUTY, instruction="请三日内修好", own_due_on="2026-09-10")
    site.county.services.writers_side.supplement(number, "灯杆号是 Z-17。")
    page = site.signed_in(f"handler.{UNIT}").open(site.task(number, "Task_DraftReply", f"handler.{UNIT}"))
    said = for_you(page)
    occasions = ["来信人补充说明", "分管负责人批示", "呈报分管负责人", "交办"]
    assert [each.split(" ")[0] for each in said] == occasions
    assert all(words in " ".join(said) for words in ("晚上七点后打", "拟派人查看", "请三日内修好", "灯杆号是 Z-17"))
    assert "灯杆号是 Z-17" in " ".join(page.tree.xpath("//div[@class='lb-addition']//text()"))


def test_the_reviewer_is_not_told_of_a_missing_opinion_as_if_somebody_had_written_it(site: DeskSite) -> None:
    number = assigned(site, co_units=[HELPING])
    through_the_unit(site.county, number)
    assert "OpinionMissing" in site.county.names(number)
    page = site.signed_in("reviewer").open(site.task(number, "Task_ReviewReply", "reviewer"))
    assert for_you(page) == []


def test_what_was_said_within_the_unit_is_no_matter_for_the_next_one(site: DeskSite) -> None:
    number = assigned(site, note="请查看。")
    site.county.do(number, "Task_ReceiveLetter", HANDLER, note="先放一放")
    site.county.act(number, "recall", SCREENER, reason="交错了单位")
    site.county.do(number, "Task_AssignLetter", SCREENER, lead_unit=HELPING, note="请你们办。")
    handler = f"handler.{HELPING}"
    page = site.signed_in(handler).open(site.task(number, "Task_ReceiveLetter", handler))
    said = " ".join(for_you(page))
    assert "请你们办。" in said
    assert "先放一放" not in said


def test_it_is_said_who_has_the_letter_now_and_until_when(site: DeskSite) -> None:
    number = assigned(site)
    assert "承办专人" in (shown := now(site.signed_in("screener").open(f"/desk/letters/{number}")))
    assert "签收登记" in shown
    assert "工作日" in shown or "今天" in shown
    to_the_principal(site.county, number)
    site.county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="sign")
    assert "审核" in now(site.signed_in("screener").open(f"/desk/letters/{number}"))


def test_a_unit_that_helps_learns_that_the_lead_has_the_letter_and_no_more(site: DeskSite) -> None:
    number = assigned(site, co_units=[HELPING])
    to_the_principal(site.county, number)
    shown = now(site.signed_in(f"handler.{HELPING}").open(f"/desk/letters/{number}"))
    assert "办理" in shown
    assert "审签" not in shown
    assert "主要负责人" not in shown
    assert "审签" in now(site.signed_in(f"handler.{UNIT}").open(f"/desk/letters/{number}"))


def test_a_letter_that_waits_for_its_writer_says_so(site: DeskSite) -> None:
    number = site.county.write()
    site.county.do(number, "Task_ScreenLetter", SCREENER, outcome="supplement", question="在哪条路上？")
    assert "等来信人补充材料" in now(site.signed_in("screener").open(f"/desk/letters/{number}"))


def test_what_the_system_did_by_the_way_is_folded_with_its_recipients(site: DeskSite) -> None:
    number = assigned(site)
    site.county.fire_timer(number)
    page = site.signed_in("screener").open(f"/desk/letters/{number}")
    folded = page.tree.xpath("//ol[contains(@class, 'lb-timeline-desk')]/li[contains(@class, 'lb-quiet')]/details")
    words = " ".join(each.text_content() for each in folded)
    assert "给出分类建议" in words
    assert "已通知" in words
    assert not page.tree.xpath("//ol[contains(@class, 'lb-timeline-desk')]/li/p/strong[.='时限提醒']")


def test_who_may_not_know_of_the_letter_is_not_told_who_has_it(site: DeskSite) -> None:
    number = site.county.write()
    site.county.do(
        number, "Task_ScreenLetter", SCREENER, outcome="accept", category="report", scope="5", accused_unit=UNIT
    )
    accused = site.signed_in(f"handler.{UNIT}").open(f"/desk/letters/{number}")
    assert accused.status == 404
    assert accused.status == 404
    assert now(site.signed_in("screener").open(f"/desk/letters/{number}"))
    assert staff(Role.UNIT_HANDLER, UNIT).grant_for(["screener"]) is None


DANGER = "工资拖了半年，我不想活了，再没有人管我就从楼上跳下去。"


def test_a_red_alert_shows_the_telephone_who_knows_of_it_and_asks_before_it_is_declined(site: DeskSite) -> None:
    number = site.county.write("活不下去了", DANGER)
    address = site.task(number, "Task_ScreenLetter", "screener")
    browser = site.signed_in("screener")
    page = browser.open(address)
    (alert,) = page.tree.xpath("//section[@class='lb-red-alert']")
    assert alert.xpath(".//a[@href='tel:13800000000']")
    assert "已通知：" in alert.text_content()
    assert "陈晓岚" in alert.text_content()
    declining = {"outcome": "decline", "ground": "6", "reason": "不是来信。"}
    page = browser.submit(address, **declining)
    assert page.status == 422
    assert "请先确认已经联系上来信人" in page.text
    assert page.tree.xpath("//textarea[@name='reason']")[0].text.strip() == "不是来信。"
    assert "LetterDeclined" not in site.county.names(number)
    assert browser.submit(address, **declining, _sure="1").status == 200
    assert "LetterDeclined" in site.county.names(number)


def test_an_ordinary_letter_is_declined_without_a_question(site: DeskSite) -> None:
    number = site.county.write()
    address = site.task(number, "Task_ScreenLetter", "screener")
    browser = site.signed_in("screener")
    page = browser.open(address)
    assert page.tree.xpath("//section[@class='lb-red-alert']") == []
    assert browser.submit(address, outcome="decline", ground="6", reason="广告。").status == 200


def test_before_a_reply_is_submitted_it_is_said_whose_opinion_would_be_missing(site: DeskSite) -> None:
    number = assigned(site, co_units=[HELPING])
    to_the_principal(site.county, number)
    principal = f"principal.{UNIT}"
    page = site.signed_in(principal).open(site.task(number, "Task_SignOffReply", principal))
    assert "县教育局还没有提出协办意见" in page.text
    assert "同意的报电子政务办审核" in page.text


def test_what_else_can_be_done_stands_where_the_work_is(site: DeskSite) -> None:
    number, handler = assigned(site), f"handler.{UNIT}"
    page = site.signed_in(handler).open(site.task(number, "Task_ReceiveLetter", handler))
    ways = page.tree.xpath("//details[contains(@class, 'lb-other-ways')]//a/@href")
    assert f"/desk/letters/{number}/actions/return" in ways


def test_a_standard_text_with_its_blanks_goes_to_no_principal(site: DeskSite) -> None:
    number, handler = assigned(site), f"handler.{UNIT}"
    site.county.do(number, "Task_ReceiveLetter", HANDLER)
    site.county.do(number, "Task_SubmitToDeputy", HANDLER)
    site.county.do(number, "Task_InstructHandler", DEPUTY, instruction="请办")
    browser = site.signed_in(handler)
    address = site.task(number, "Task_DraftReply", handler)
    browser.open(address)
    page = browser.submit(address, reply="因　　　，此事需要一段时间办理。\n一、　月　日前，")
    assert page.status == 422
    assert "还有 3 处空白没有填" in page.text
    assert field(page, "reply").startswith("因　　　，")
    assert "ReplyDrafted" not in site.county.names(number)
    assert browser.submit(address, reply="　　路灯已修好。").status == 200
