"""Writing a letter on the portal, without scripts."""

from __future__ import annotations

import pytest
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from letterbox.domain.letter import BODY_MAX
from tests.support.writers.letters import BODY, NAME, PHONE, TITLE, picture, send, start, write_until
from tests.support.writers.portal import Portal, enter, receipt_on
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.writers.portal_fixtures"]


def test_a_letter_written_page_by_page_arrives_whole(browser: Browser, portal: Portal) -> None:
    page = send(
        browser,
        unit="town-chengdong",
        place="复兴路口",
        email="zhang@example.com",
        attachments=[picture("一.png"), picture("二.png")],
        is_public="no",
    )
    letter, receipt = portal.only_letter(), receipt_on(page)
    assert page.heading == "您的信已经收到"
    assert receipt.number == letter.number
    assert enter(browser, receipt).heading == TITLE
    assert (letter.title, letter.body, letter.category, letter.place) == (
        TITLE,
        BODY,
        "complaint",
        "城东街道 · 复兴路口",
    )
    assert (letter.writer.name, letter.writer.phone, letter.writer.email) == (NAME, PHONE, "zhang@example.com")
    assert not letter.is_public
    assert [(file.filename, file.letter_id) for file in portal.files()] == [
        ("一.png", letter.id),
        ("二.png", letter.id),
    ]


def test_consent_is_asked_first(browser: Browser) -> None:
    browser.open("/write")
    page = browser.submit("/write/notice", button="next")
    assert page.status == 422
    assert page.errors == ["请先勾选同意，才能继续写信"]


@pytest.mark.parametrize("blank", ["", "   ", "　　", "\n\r\n", "\u200b"])
def test_an_empty_letter_stays_on_its_page(browser: Browser, blank: str) -> None:
    write_until(browser, "letter")
    page = browser.submit("/write/letter", button="next", title=blank, body=blank)
    assert page.status == 422
    assert page.errors == ["请写一个标题，用一句话说明什么事", "请写下要反映的内容"]


def test_twenty_thousand_characters_fit_and_one_more_does_not(browser: Browser, portal: Portal) -> None:
    write_until(browser, "letter")
    page = browser.submit("/write/letter", button="next", title=TITLE, body="信" * (BODY_MAX + 1))
    assert page.status == 422
    assert "正文最多 20000 字，现有 20001 字" in page.errors[0]
    assert "信" * (BODY_MAX + 1) in page.source, "nothing typed is lost"
    send(browser, body="😀" * BODY_MAX)
    assert portal.only_letter().body == "😀" * BODY_MAX


@pytest.mark.parametrize(
    ("step", "field", "error"),
    [
        ("category", "category", "请从列出的选项中选一项"),
        ("visibility", "is_public", "请从列出的选项中选一项"),
        ("place", "unit", "请从列表中选一个单位；不清楚就选“不清楚，或者不涉及”"),
    ],
)
def test_what_no_page_offers_is_refused_in_plain_words(browser: Browser, step: str, field: str, error: str) -> None:
    write_until(browser, step)
    page = browser.submit(f"/write/{step}", button="next", **{field: "forged"})
    assert (page.status, page.errors) == (422, [error])


def test_a_long_place_is_counted_not_cut(browser: Browser) -> None:
    page = write_until(browser, "place")
    assert page.tree.get_element_by_id("place").get("maxlength") is None
    page = browser.submit("/write/place", button="next", place="路" * 101)
    assert page.errors == ["具体地点最多 100 字，现有 101 字"]
    assert page.tree.get_element_by_id("place").get("value") == "路" * 101


@pytest.mark.parametrize("field", ["title", "body", "name", "place"])
def test_markup_is_text(browser: Browser, portal: Portal, field: str) -> None:
    markup = "<script>alert(1)</script>"
    send(browser, **{field: markup})
    letter = portal.only_letter()
    kept = {"title": letter.title, "body": letter.body, "name": letter.writer.name, "place": letter.place}
    assert kept[field] == markup
    page = write_until(browser, "check", **{field: markup})
    assert markup not in page.source
    assert markup in page.text


def test_a_name_and_a_way_to_reach_the_writer_are_needed(browser: Browser) -> None:
    write_until(browser, "writer")
    page = browser.submit("/write/writer", button="next", name="", phone="", email="")
    assert page.status == 422
    assert page.errors == ["请填写您的姓名", "请至少填写手机号码或电子邮箱中的一项，以便通知您办理结果"]


def test_errors_link_to_their_fields(browser: Browser) -> None:
    write_until(browser, "writer")
    page = browser.submit("/write/writer", button="next", name=NAME, phone="123", email="")
    (link,) = page.tree.xpath("//*[contains(@class, 'lb-errors')]//a")
    field = page.tree.get_element_by_id(link.get("href").lstrip("#"))
    assert field.get("value") == "123"
    assert field.get("aria-invalid") == "true"
    assert page.tree.get_element_by_id("phone-error") is not None


def test_going_back_keeps_what_was_typed(browser: Browser) -> None:
    write_until(browser, "writer")
    page = browser.submit("/write/writer", button="back", name=NAME)
    assert page.heading == "有照片或者材料要附上吗？"
    page = browser.submit("/write/files", button="next")
    assert page.tree.get_element_by_id("name").get("value") == NAME


def test_choosing_the_look_keeps_step_and_text(browser: Browser) -> None:
    page = write_until(browser, "letter")
    buttons = page.tree.xpath("//form[contains(@class, 'lb-theme')]//button")
    assert {(button.get("form"), button.get("name")) for button in buttons} == {("write-form", "go")}
    page = browser.submit("/write/letter", button="theme:dark", title="新的标题", body="")
    assert page.response.request.path == "/write/letter"
    assert page.tree.get_element_by_id("title").get("value") == "新的标题"
    assert page.tree.xpath("//link[contains(@href, 'dark')]/@media") == ["screen"]
    assert browser.open("/").tree.xpath("//link[contains(@href, 'dark')]/@media") == ["screen"]


def test_changing_one_answer_returns_to_the_check_page(browser: Browser) -> None:
    write_until(browser, "check")
    browser.submit("/write/check", button="change:letter")
    page = browser.submit("/write/letter", button="next", title="新的标题", body=BODY)
    assert page.heading == "请核对，然后提交"
    assert "新的标题" in page.text
    assert PHONE in page.text


def test_an_accusation_is_never_public(browser: Browser, portal: Portal) -> None:
    page = write_until(browser, "check", category="report")
    assert "检举控告类来信一律不公开" in page.text
    browser.submit("/write/check", button="next", is_public="yes")
    assert portal.only_letter().is_public is False


def test_skipped_pages_are_found_at_submission(browser: Browser, portal: Portal) -> None:
    """Somebody posts the last page only: the first missing answer is asked for."""
    start(browser)
    browser.submit("/write/category", button="change:check")
    page = browser.submit("/write/check", button="next")
    assert page.status == 422
    assert page.heading == "您来信是为了什么？"
    assert not portal.letters()


def test_a_forged_form_token_loses_nothing(browser: Browser, portal: Portal) -> None:
    write_until(browser, "check")
    page = browser.submit("/write/check", button="next", csrf_token="forged")
    assert page.status == 400
    assert not portal.letters()
    assert TITLE in page.text
    browser.submit("/write/check", button="next")
    assert len(portal.letters()) == 1


def test_an_old_mans_letter_outlives_his_session(browser: Browser, portal: Portal) -> None:
    """He wrote for hours; the cookie with the form's token is gone when he presses the button."""
    write_until(browser, "letter")
    browser.client.delete_cookie("letterbox")
    page = browser.submit("/write/letter", button="next", title=TITLE, body="写了一下午的话。\n第二段。")
    assert page.status == 400
    assert page.tree.get_element_by_id("title").get("value") == TITLE
    assert page.tree.get_element_by_id("body").text.strip() == "写了一下午的话。\n第二段。"
    assert browser.submit("/write/letter", button="next").heading == "有照片或者材料要附上吗？"


def test_the_same_submission_twice_is_one_letter(browser: Browser, portal: Portal) -> None:
    check = write_until(browser, "check")
    first = browser.submit("/write/check", button="next")
    browser.page = check
    second = browser.submit("/write/check", button="next")
    assert len(portal.letters()) == 1
    assert receipt_on(first).number == portal.only_letter().number
    assert receipt_on(second) == receipt_on(first), "the code is still shown in this browser"
    assert "先前已经收到" not in first.text
    assert "先前已经收到" in second.text


def test_a_letter_changed_after_sending_is_another_letter(browser: Browser, portal: Portal) -> None:
    """Somebody goes back in the browser, changes the text and sends again: nothing of it is dropped."""
    check = write_until(browser, "check")
    browser.submit("/write/check", button="next")
    browser.page = check
    second = browser.submit("/write/check", button="next", body="改过的正文，请以这一封为准。")
    assert [letter.body for letter in portal.letters()] == [BODY, "改过的正文，请以这一封为准。"]
    assert receipt_on(second).number == portal.letters()[-1].number
    assert "先前已经收到" not in second.text


def test_while_the_database_is_away_the_page_keeps_everything(browser: Browser, portal: Portal) -> None:
    write_until(browser, "check", unit="town-chengdong", attachments=[picture("照片.png")])
    with portal.database_away():
        page = browser.submit("/write/check", button="next")
    assert page.status == 503
    assert "数据库暂时无法连接" in page.text
    for kept in (TITLE, NAME, PHONE, "城东街道", "照片.png"):
        assert kept in page.text
    browser.submit("/write/check", button="next")
    letter, (file,) = portal.only_letter(), portal.files()
    assert file.letter_id == letter.id


def test_the_place_can_be_written_while_units_are_unknown(browser: Browser, portal: Portal) -> None:
    start(browser)
    with portal.database_away():
        page = browser.submit("/write/category", button="next", category="help")
        assert page.status == 200
        page = browser.submit("/write/place", button="next", unit="", place="复兴路口")
    assert page.heading == "您想说什么？"


def test_no_personal_data_and_no_code_in_cookies(browser: Browser, client: FlaskClient) -> None:
    receipt = receipt_on(send(browser, email="zhangsan@example.com"))
    cookie = client.get_cookie("letterbox")
    assert cookie is not None
    serializer = SecureCookieSessionInterface().get_signing_serializer(client.application)
    assert serializer is not None
    content = str(serializer.loads(cookie.value))
    assert "receipt" in content
    for personal in (NAME, PHONE, "zhangsan", TITLE, BODY[:5], receipt.code, receipt.number):
        assert personal not in content


def test_the_confirmation_is_shown_for_half_an_hour(browser: Browser, portal: Portal) -> None:
    send(browser)
    assert browser.open("/write/done").heading == "您的信已经收到"
    portal.clock.move(minutes=31)
    assert browser.open("/write/done").heading == "查询来信"


PERSONAL = "我叫王建军，身份证432924198612277587，手机13800138000。"


def test_the_page_after_the_text_says_what_is_personal_in_it_without_scripts(browser: Browser) -> None:
    write_until(browser, "letter")
    page = browser.submit(
        "/write/letter",
        button="next",
        title="低保被取消",
        body="我叫王建军，身份证432924198612277587，手机13800138000。",
    )
    assert "您在信里写到了：姓名 1 处、身份证号 1 处、电话号码 1 处" in page.text
    assert "如果公开，这些内容会隐去" in page.text
    assert "回去修改" in page.text


def test_no_page_with_what_was_written_is_kept_by_a_cache(browser: Browser) -> None:
    write_until(browser, "letter")
    page = browser.submit("/write/letter", button="next", title="标题", body="正文" * 10)
    assert page.response.headers["Cache-Control"] == "no-store"
    assert browser.open("/letters").response.headers["Cache-Control"] == "private, no-cache"
