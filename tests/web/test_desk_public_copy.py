"""The public copy on the desk: pieces beside the form of review, decided one by one, previewed as the public will read it."""

from __future__ import annotations

import pytest

from tests.process.procedure.test_public_copy import BODY, in_review
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import GOOD, PRINCIPAL, REVIEWER, SCREENER, UNIT, to_the_principal

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine


def test_the_review_page_says_what_is_open_and_does_not_tick_publishing(site: DeskSite) -> None:
    number = in_review(site.county)
    browser = site.signed_in("reviewer")
    page = browser.open(site.task(number, "Task_ReviewReply", "reviewer"))
    assert "处待确认" in page.text
    assert "身份证号 1 处" in page.text
    assert f"/desk/letters/{number}/public-copy" in page.source


def test_who_drafts_and_who_signs_reads_what_would_be_hidden(site: DeskSite) -> None:
    county = site.county
    number = county.write("低保被取消", BODY, name="钱守密")
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    to_the_principal(county, number, reply="请钱守密同志打13911112222")
    browser = site.signed_in(f"principal.{UNIT}")
    page = browser.open(site.task(number, "Task_SignOffReply", f"principal.{UNIT}"))
    assert "公开时会隐去" in page.text
    assert "13911112222" in page.text
    county.do(number, "Task_SignOffReply", PRINCIPAL, outcome="send_back", comment="请删去电话")
    browser = site.signed_in(f"handler.{UNIT}")
    assert "公开时会隐去" in browser.open(site.task(number, "Task_DraftReply", f"handler.{UNIT}")).text


def test_each_piece_is_decided_and_the_preview_is_what_the_public_reads(site: DeskSite) -> None:
    number = in_review(site.county)
    browser = site.signed_in("reviewer")
    page = browser.open(f"/desk/letters/{number}/public-copy")
    assert "处没有确认" in page.text
    copy = site.county.services.public_copies.open(number, REVIEWER)
    chosen = {f"piece-{each.key}": "mask" for each in copy.findings}
    page = browser.submit(f"/desk/letters/{number}/public-copy", **dict(copy.text.fields()), **chosen)
    assert "每一处都已确认" in page.text
    assert "我叫钱某某，身份证×××" in page.text
    site.county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    public = site.browser().open(f"/letters/{number}")
    assert "我叫钱某某，身份证×××" in public.text
    assert "13733334444" not in public.source


def test_what_was_typed_comes_back_with_a_refusal(site: DeskSite) -> None:
    number = in_review(site.county)
    browser = site.signed_in("reviewer")
    browser.open(f"/desk/letters/{number}/public-copy")
    page = browser.submit(f"/desk/letters/{number}/public-copy", title="", body="改过的正文", reply="改过的答复")
    assert page.response.status_code == 422
    assert "改过的正文" in page.source
    assert "不能为空" in page.text


def test_a_unit_has_no_public_copy(site: DeskSite) -> None:
    number = in_review(site.county)
    page = site.signed_in(f"handler.{UNIT}").open(f"/desk/letters/{number}/public-copy")
    assert page.response.status_code == 403


def test_what_a_machine_published_is_on_the_list_until_somebody_looked(site: DeskSite) -> None:
    number = in_review(site.county)
    site.county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    browser = site.signed_in("reviewer")
    assert number in browser.read_all("/desk/publications")
    page = browser.open(f"/desk/letters/{number}/publication")
    assert "没有人逐处确认过" in page.text
    page = browser.submit(f"/desk/letters/{number}/publication", body="请打13733334444", reason="补充")
    assert page.response.status_code == 422
    assert "还有 1 处个人信息：13733334444" in page.text
    now = site.county.services.publishing.open(number, REVIEWER).now
    assert now is not None
    page = browser.submit(f"/desk/letters/{number}/publication", body=now[1], reason="已复看")
    assert "已更正" in page.text
    assert number not in browser.read_all("/desk/publications")
