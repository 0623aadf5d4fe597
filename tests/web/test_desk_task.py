"""A task on the desk: the letter beside its form, drafts, submitting, and what goes wrong without anything lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import UNIT, accepted, drafted
from tests.support.writers.script_free_browser import Page

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine
HANDLER, OTHER_UNIT = f"handler.{UNIT}", "handler.education"
NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def to_draft(site: DeskSite) -> str:
    """A letter whose reply is to be drafted; returns its number."""
    number, county = accepted(site.county), site.county
    handler, deputy = (county.services.sign_in.of_login(f"{who}.{UNIT}").actor for who in ("handler", "deputy"))
    county.do(number, "Task_ReceiveLetter", handler)
    county.do(number, "Task_SubmitToDeputy", handler, note="拟派人查看")
    county.do(number, "Task_InstructHandler", deputy, instruction="请三日内修好")
    return number


def value(page: Any, name: str) -> str:
    """What a field of the page's form holds."""
    (field,) = page.tree.xpath(f"//*[@name='{name}']")
    return str(field.text if field.tag == "textarea" else field.get("value") or "").removeprefix("\n")


def test_the_letter_stands_beside_its_form(site: DeskSite) -> None:
    number = to_draft(site)
    page = site.signed_in(HANDLER).open(site.task(number, "Task_DraftReply", HANDLER))
    assert page.heading == "路灯不亮"
    for words in ("中心路的路灯坏了半个月", "李四", "13800000000", "请三日内修好", "答复内容", "为什么是", "第 5 天"):
        assert words in page.text
    assert page.tree.xpath("//textarea[@name='reply']")


def test_the_proposal_names_its_words_in_the_letter(site: DeskSite) -> None:
    number = site.county.write()
    page = site.signed_in("screener").open(site.task(number, "Task_ScreenLetter", "screener"))
    assert "系统建议" in page.text
    assert "路灯" in page.tree.xpath("//div[contains(@class, 'lb-letter-text')]/mark/text()")


def test_an_expired_task_gives_the_text_back_under_the_labels_of_its_form(site: DeskSite) -> None:
    number = to_draft(site)
    browser = site.signed_in(HANDLER)
    address = site.task(number, "Task_DraftReply", HANDLER)
    browser.open(address)
    browser.client.delete_cookie("letterbox")
    page = Page(browser.client.post(address, data={"reply": "路灯已修好。", "contacts[0].said": "说已经亮了"}))
    assert page.status == 400
    shown = page.tree.xpath("//*[contains(@class, 'lb-typed')]//label")
    assert [each.text_content().strip() for each in shown] == ["答复内容", "联系记录 1 · 说了什么"]


def test_submitting_opens_the_next_task_and_says_what_was_done(site: DeskSite) -> None:
    first, second = accepted(site.county), accepted(site.county)
    browser = site.signed_in(HANDLER)
    address = site.task(first, "Task_ReceiveLetter", HANDLER) + f"?q={second[:-4]}&key=Task_ReceiveLetter"
    browser.open(address)
    page = browser.submit(address, note="已登记")
    assert "已办完“签收登记”" in page.text
    assert first in page.text
    assert page.response.request.path.startswith("/desk/tasks/")
    assert page.tree.xpath("//*[@data-lb-draft-done]")
    assert "LetterRegistered" in site.county.names(first)


def test_after_the_last_task_the_list_says_there_is_none(site: DeskSite) -> None:
    number = accepted(site.county)
    browser = site.signed_in(HANDLER)
    address = site.task(number, "Task_ReceiveLetter", HANDLER) + f"?q={number}"
    browser.open(address)
    page = browser.submit(address)
    assert page.response.request.path == "/desk/"
    assert "没有符合条件的任务" in page.text


def test_a_form_that_fails_keeps_everything_typed(site: DeskSite) -> None:
    number = to_draft(site)
    browser = site.signed_in(HANDLER)
    address = site.task(number, "Task_DraftReply", HANDLER)
    browser.open(address)
    contact = {"at": "2030-01-01T09:00", "means": "phone", "person": "李四", "said": "说了" + NASTY}
    fields = {f"contacts[0].{key}": text for key, text in contact.items()}
    page = browser.submit(address, reply="", unmet_demand="true", promise_on="2026-09-30", **fields)
    assert page.status == 422
    assert len(page.errors) >= 2
    assert value(page, "promise_on") == "2026-09-30"
    assert value(page, "contacts[0].said") == contact["said"]
    assert page.tree.xpath("//input[@name='unmet_demand']/@checked")
    assert "<script>alert" not in page.source
    assert "ReplyDrafted" not in site.county.names(number)


@pytest.mark.parametrize("text", ["👩‍👩‍👧 𠮷 emoji ✅ é", NASTY, "第一行\r\n\r\n  缩进\t制表", "字" * 2000])
def test_any_text_comes_back_as_it_was_written(site: DeskSite, text: str) -> None:
    number = site.county.write()
    address = site.task(number, "Task_ScreenLetter", "screener")
    browser = site.signed_in("screener")
    browser.open(address)
    assert browser.submit(address, outcome="supplement", question=text).status == 200
    page = browser.open(f"/desk/letters/{number}")
    assert "<script>alert" not in page.source
    shown = "".join(page.tree.xpath("//li[.//strong='请来信人补充材料']//*[contains(@class, 'lb-note')]//text()"))
    assert text.replace("\r\n", "\n") in shown


def test_a_long_reply_with_emoji_reaches_the_principal(site: DeskSite) -> None:
    number, text = to_draft(site), "字😀" * 5000
    address = site.task(number, "Task_DraftReply", HANDLER)
    browser = site.signed_in(HANDLER)
    browser.open(address)
    assert browser.submit(address, reply=text).status == 200
    site.county.run_until_idle(number)
    page = site.signed_in(f"principal.{UNIT}").open(site.task(number, "Task_SignOffReply", f"principal.{UNIT}"))
    assert page.tree.xpath("//article[contains(@class, 'lb-reply')]/div[@class='lb-letter-text']/text()") == [text]


def test_a_reason_that_is_too_long_is_refused_with_everything_kept(site: DeskSite) -> None:
    number, text = to_draft(site), "长" * 20_001
    browser = site.signed_in(HANDLER)
    address = site.task(number, "Task_DraftReply", HANDLER)
    browser.open(address)
    page = browser.submit(address, reply=text)
    assert page.status == 422
    assert value(page, "reply") == text


def test_markup_in_a_letter_is_only_ever_text(site: DeskSite) -> None:
    number = site.county.write(title=NASTY, body=f"{NASTY}\n路灯", place=NASTY)
    browser = site.signed_in("screener")
    for address in (
        site.task(number, "Task_ScreenLetter", "screener"),
        f"/desk/letters/{number}",
        f"/desk/?q={number}",
    ):
        page = browser.open(address)
        assert page.status == 200
        assert NASTY in page.tree.text_content()
        assert "<script>alert" not in page.source
        assert "<img src=x" not in page.source


@pytest.mark.parametrize("action", ["", "/claim", "/release", "/draft", "/draft/discard"])
def test_another_units_task_is_not_there(site: DeskSite, action: str) -> None:
    address = site.task(accepted(site.county), "Task_ReceiveLetter", HANDLER)
    own = site.task(accepted_by_education(site), "Task_ReceiveLetter", OTHER_UNIT)
    browser = site.signed_in(OTHER_UNIT)
    browser.open(own)
    (token, *_) = browser.page.tree.xpath("//input[@name='csrf_token']/@value")
    answer = browser.client.post(address + action, data={"csrf_token": token, "note": "冒充"})
    if action == "/draft/discard":
        assert answer.status_code == 302
        return
    assert answer.status_code == 404
    assert browser.open(address).status == 404
    assert "路灯" not in browser.page.text


def accepted_by_education(site: DeskSite) -> str:
    screener, county = site.county.services.sign_in.of_login("screener").actor, site.county
    number = county.write()
    county.do(number, "Task_ScreenLetter", screener, outcome="accept", category="complaint", scope="5")
    county.do(number, "Task_AssignLetter", screener, lead_unit="education")
    return number


@pytest.mark.parametrize("token", [None, "", "forged", "ImZvcmdlZCI.aaaa.bbbb"])
def test_a_forged_form_token_changes_nothing_and_gives_the_text_back(site: DeskSite, token: str | None) -> None:
    number = site.county.write()
    address = site.task(number, "Task_ScreenLetter", "screener")
    browser = site.signed_in("screener")
    sent = {"outcome": "supplement", "question": "写了很久", **({"csrf_token": token} if token is not None else {})}
    page = Page(browser.client.post(address, data=sent))
    assert page.status == 400
    assert "写了很久" in page.source
    assert page.text.count("Cookie") == 1
    assert page.text.count("再提交一次") + page.text.count("重新提交") == 1
    assert "SupplementRequested" not in site.county.names(number)
    assert browser.client.post(address + "/draft", data=sent).status_code == 400


def test_what_was_typed_outlives_the_session_that_ended_meanwhile(site: DeskSite) -> None:
    address, browser = site.task(site.county.write(), "Task_ScreenLetter", "screener"), site.signed_in("screener")
    browser.open(address)
    browser.client.delete_cookie("letterbox")
    page = browser.submit(address, outcome="supplement", question="写了很久的问题。\n第二行")
    assert (page.status, "写了很久的问题。\n第二行" in page.source) == (400, True)


def test_the_slower_of_two_keeps_his_text_and_sees_who_was_faster(site: DeskSite) -> None:
    number = site.county.write()
    address = site.task(number, "Task_ScreenLetter", "screener")
    fast, slow = site.signed_in("screener"), site.signed_in("screener2")
    fast.open(address)
    slow.open(address)
    assert fast.submit(address, outcome="supplement", question="在哪里？").status == 200
    page = slow.submit(address, outcome="decline", ground="1", reason="慢一步写好的\n第二行" + NASTY)
    assert page.status == 409
    assert "陈晓岚已经办完这项任务" in page.text
    assert "2026年" in page.text
    (kept,) = page.tree.xpath("//textarea[@readonly]")
    assert kept.text.lstrip("\n") == "慢一步写好的\n第二行" + NASTY
    assert "不予受理的理由" in page.text
    assert slow.open(address).status == 409


def test_a_draft_is_kept_comes_back_and_can_be_thrown_away(site: DeskSite) -> None:
    number = to_draft(site)
    address = site.task(number, "Task_DraftReply", HANDLER)
    browser = site.signed_in(HANDLER)
    page = browser.open(address)
    (token, *_) = page.tree.xpath("//input[@name='csrf_token']/@value")
    draft = {"csrf_token": token, "reply": "写到一半\r\n😀" + NASTY, "contacts[0].person": "李四"}
    answer = browser.client.post(address + "/draft", data=draft, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.get_json()["saved_at"].startswith("2026-09-07T09:00")
    page = browser.open(address)
    assert "保存的草稿" in page.text
    assert value(page, "reply") == "写到一半\n😀" + NASTY
    assert value(page, "contacts[0].person") == "李四"
    assert "有草稿" in browser.open(f"/desk/?q={number}").text
    browser.open(address)
    page = browser.submit("discard")
    assert value(page, "reply") == ""
    assert "保存的草稿" not in page.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"values": {"reason": "a\\u0000b\\ud83dc"}}', 200),
        ('{"reason": 5, "outcome": ["x"], "urgent": {}, "unknown": {"a": [1]}}', 200),
        ('{"values": []}', 422),
        ("[1, 2]", 422),
        ("{broken", 422),
    ],
)
def test_a_draft_of_any_shape_is_kept_or_refused_and_never_breaks_the_page(
    site: DeskSite, body: str, status: int
) -> None:
    number = site.county.write()
    address = site.task(number, "Task_ScreenLetter", "screener")
    browser = site.signed_in("screener")
    (token, *_) = browser.open(address).tree.xpath("//input[@name='csrf_token']/@value")
    answer = browser.client.post(
        address + "/draft",
        data=body,
        content_type="application/json",
        headers={"X-CSRFToken": str(token), "Accept": "application/json"},
    )
    assert answer.status_code == status
    assert browser.open(address).status == 200


def test_somebody_elses_claim_is_shown_and_can_be_taken_over(site: DeskSite) -> None:
    number = site.county.write()
    address = site.task(number, "Task_ScreenLetter", "screener")
    first = site.signed_in("screener")
    first.open(address)
    first.submit("claim")
    second = site.signed_in("screener2")
    assert "陈晓岚 已领取，正在办理" in second.open(address).text
    assert "您已领取" in second.submit("claim").text


def test_adding_a_row_submits_nothing(site: DeskSite) -> None:
    number = to_draft(site)
    browser = site.signed_in(HANDLER)
    address = site.task(number, "Task_DraftReply", HANDLER)
    browser.open(address)
    page = browser.submit(address, reply="还在写", **{"contacts[0].person": "李四", "_add": "contacts"})
    assert page.status == 200
    assert value(page, "reply") == "还在写"
    assert page.tree.xpath("//input[@name='contacts[1].person']")
    assert "ReplyDrafted" not in site.county.names(number)


def test_the_reviewer_sees_reply_contacts_and_earlier_rounds(site: DeskSite) -> None:
    number = drafted(site.county, reply="第一稿。")
    principal = f"principal.{UNIT}"
    page = site.signed_in(principal).open(site.task(number, "Task_SignOffReply", principal))
    assert "第一稿。" in page.text
    assert "同一来信人的其他来信" in page.text
