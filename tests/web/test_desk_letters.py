"""Letters on the desk: found, read within one's rights, explained, printed; and one's notices."""

from __future__ import annotations

import pytest

from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import GOOD, REVIEWER, UNIT, accepted, answered, submitted
from tests.support.writers import sample_files
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine
HANDLER, OTHER_UNIT = f"handler.{UNIT}", "handler.education"
PNG = sample_files.image()


def test_a_unit_finds_its_own_letters_only(site: DeskSite) -> None:
    own, foreign = accepted(site.county), site.county.write(title="没有交办的信")
    handler, screener = site.signed_in(HANDLER), site.signed_in("screener")
    assert own in handler.open(f"/desk/letters?q={own}").text
    assert "没有符合条件的来信" in handler.open(f"/desk/letters?q={foreign}").text
    assert handler.open(f"/desk/letters/{foreign}").status == 404
    assert screener.open(f"/desk/letters/{foreign}").heading == "没有交办的信"
    assert site.signed_in(OTHER_UNIT).open(f"/desk/letters/{own}").status == 404


@pytest.mark.parametrize(
    "query",
    [
        "q=%27%3B+DROP+TABLE+letters%3B--",
        "status=%27+OR+1%3D1",
        "unit=%01",
        "category=x%27",
        "page=0",
        "page=9999999999",
        "q=%25&status=handling",
        "overdue=yes",
        "q=%ED%B0%80",
    ],
)
def test_no_search_breaks_out_of_being_a_search(site: DeskSite, query: str) -> None:
    assert site.signed_in("screener").client.get(f"/desk/letters?{query}").status_code == 200


def test_filters_come_back_filled_in(site: DeskSite) -> None:
    number = accepted(site.county)
    page = site.signed_in("screener").open(f"/desk/letters?q={number}&status=handling&unit={UNIT}&category=complaint")
    assert number in page.text
    assert page.tree.xpath("//option[@selected]/@value") == ["handling", "complaint", UNIT]
    assert "清除条件" in page.text


def test_the_whole_way_is_told_in_plain_words(site: DeskSite) -> None:
    number = submitted(site.county)
    site.county.do(
        number,
        "Task_ReviewReply",
        REVIEWER,
        **{**GOOD, "facts_and_basis": "fail"},
        outcome="fail",
        comment="没有写明依据",
    )
    page = site.signed_in("screener").open(f"/desk/letters/{number}")
    for words in (
        "甄别：予以受理",
        "主办单位：县交通运输局",
        "接收登记",
        "请三日内修好",
        "提交回复",
        "审核未通过，退回重办",
        "不合格：事实和依据",
        "没有写明依据",
        "退回重办",
    ):
        assert words in page.text
    for token in ("LetterScreened", "lead_unit", "None", "overdue_1", "{'"):
        assert token not in page.text


def test_every_limit_explains_itself_day_by_day(site: DeskSite) -> None:
    number = accepted(site.county, category="consultation")
    page = site.signed_in(HANDLER).open(f"/desk/letters/{number}")
    reply = page.tree.xpath("//ul[@class='lb-limits']/li[.//strong='答复']")[0]
    days = ["".join(day.text_content().split()) for day in reply.xpath(".//ol[@class='lb-days']/li")]
    assert len(days) == 3
    assert days[0].startswith("9月7日不计")
    assert days[-1].startswith("9月9日第2天")
    assert "2026年9月9日 17:30" in reply.text_content()


def test_a_passed_return_window_is_closed_and_not_late(site: DeskSite) -> None:
    number = accepted(site.county)
    site.county.clock.move(days=2)
    page = site.signed_in(HANDLER).open(f"/desk/letters/{number}")
    window = page.tree.xpath("//ul[@class='lb-limits']/li[.//strong='退回期限']")[0].text_content()
    assert "期限已过" in window
    assert "超期" not in window


def test_who_accuses_stays_hidden_from_the_unit(site: DeskSite) -> None:
    number = accepted(site.county, category="report")
    page = site.signed_in(HANDLER).open(f"/desk/letters/{number}")
    assert "来信人的身份不向承办单位显示" in page.text
    assert "李四" not in page.source
    assert "13800000000" not in page.source
    assert "13800000000" not in site.signed_in("screener").open(f"/desk/letters/{number}").source


def test_a_red_flag_is_said_in_words(site: DeskSite) -> None:
    number = site.county.write(title="不想活了", body="实在走投无路，不想活了，想从桥上跳下去。")
    browser = site.signed_in("screener")
    page = browser.open(f"/desk/letters/{number}")
    assert "红色预警来信" in page.text
    assert "不想活" in page.text
    listed = browser.open(f"/desk/?q={number}")
    assert listed.tree.xpath("//tr[contains(@class, 'is-red')]")
    assert "红色预警" in listed.text


def with_attachment(site: DeskSite, content: bytes, name: str) -> str:
    token = site.county.services.attachments.store(content, name).token
    draft = LetterDraft(
        Channel.PORTAL,
        "附有材料",
        "请看附件。",
        is_public=True,
        writer=WriterDetails("李四", "13800000000"),
        uploads=(token,),
    )
    number = site.county.services.intake.submit(draft, WRITER).number
    site.county.run_until_idle(number)
    return number


def test_an_attachment_is_for_those_who_may_read_the_letter(site: DeskSite) -> None:
    number = with_attachment(site, PNG, "照片 “一”.png")
    screener = site.signed_in("screener")
    page = screener.open(f"/desk/letters/{number}")
    (address,) = page.tree.xpath("//ul[@class='lb-files']//a[contains(@class, 'btn')]/@href")
    saved = screener.client.get(address)
    assert saved.data == PNG
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in saved.headers["Content-Security-Policy"]
    assert screener.client.get(address + "?view=1").headers["Content-Disposition"].startswith("inline")
    assert site.signed_in(HANDLER).client.get(address).status_code == 404
    other = with_attachment(site, PNG, "b.png")
    assert screener.client.get(address.replace(number, other)).status_code == 404
    assert screener.client.get(f"/desk/letters/{number}/attachments/{10**20}").status_code == 404


def test_a_document_is_never_opened_in_the_page(site: DeskSite) -> None:
    number = with_attachment(site, sample_files.pdf(), "a.pdf")
    screener = site.signed_in("screener")
    (address,) = screener.open(f"/desk/letters/{number}").tree.xpath("//ul[@class='lb-files']//a/@href")
    assert screener.client.get(address + "?view=1").headers["Content-Disposition"].startswith("attachment")


def test_from_the_letter_to_ones_own_task(site: DeskSite) -> None:
    number = accepted(site.county)
    browser = site.signed_in(HANDLER)
    (address,) = browser.open(f"/desk/letters/{number}").tree.xpath("//p[contains(@class, 'lb-own-task')]/a/@href")
    assert "签收" in browser.open(address).text
    assert (
        not site.signed_in("screener")
        .open(f"/desk/letters/{number}")
        .tree.xpath("//p[contains(@class, 'lb-own-task')]")
    )


def test_a_reviews_verdicts_stand_in_the_order_of_its_form(site: DeskSite) -> None:
    page = site.signed_in("screener").open(f"/desk/letters/{answered(site.county)}")
    said = [each.text_content().partition("：")[0] for each in page.tree.xpath("//*[@class='lb-rubric']/li")]
    assert said == ["逐点答复", "事实和依据", "未满足诉求的解释", "措施和期限", "用语和隐私"]


def test_past_the_last_page_are_still_letters(site: DeskSite) -> None:
    site.county.write()
    page = site.signed_in("screener").open("/desk/letters?page=99999")
    assert page.tree.xpath("//tr[@data-row]")


def test_the_look_is_chosen_without_leaving_the_desk(site: DeskSite) -> None:
    """Also on a page that says what was wrong with a form."""
    browser = site.signed_in("screener")
    browser.open("/desk/account")
    assert browser.submit("/desk/account/password", current="wrong").status == 422
    assert browser.submit("/preferences/theme", theme="dark").response.request.path == "/desk/account"


def test_paper_has_the_official_head(site: DeskSite) -> None:
    page = site.signed_in("screener").open(f"/desk/letters/{answered(site.county)}")
    (head,) = page.tree.xpath("//*[contains(@class, 'lb-official-head')]")
    assert "来信办理单" in head.text_content()
    assert page.tree.xpath("//button[@data-print and @hidden]")


def test_notices_are_counted_read_and_lead_to_their_letter(site: DeskSite) -> None:
    number = accepted(site.county)
    browser = site.signed_in(HANDLER)
    page = browser.open("/desk/notices")
    (entry,) = page.tree.xpath(f"//li[contains(@class, 'is-unread')][.//span[text()='{number}']]")
    before = unread(browser)
    ids = entry.xpath(".//input[@name='id']/@value")
    page = browser.submit("read", id=[str(ids[0])], open=number)
    assert page.response.request.path == f"/desk/letters/{number}"
    assert unread(browser) == before - 1
    other = site.signed_in("screener")
    other.open("/desk/notices")
    (token, *_) = other.page.tree.xpath("//input[@name='csrf_token']/@value")
    again = other.client.post("/desk/notices/read", data={"csrf_token": token, "id": ["abc", "99999999999999999999"]})
    assert again.status_code == 302


def unread(browser: Browser) -> int:
    page = browser.open("/desk/notices")
    found = page.tree.xpath("//nav//span[@class='lb-nav-count']/text()")
    return int(found[0]) if found else 0


def test_the_account_page_says_who_one_is(site: DeskSite) -> None:
    page = site.signed_in(HANDLER).open("/desk/account")
    assert "承办专人 · 交通运输局" in page.text
    assert "没有请假或代班" in page.text
