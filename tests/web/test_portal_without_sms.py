"""Where no SMS gateway is set, no page promises a message to a telephone."""

from __future__ import annotations

import pytest

from letterbox.services.intake.intake import SHOWN_AGAIN
from tests.support.writers.letters import EMAIL, PHONE, write_until
from tests.support.writers.portal import Portal
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.writers.portal_fixtures"]

PROMISES = ("短信或者", "手机短信", "手机（短信）", "发到那里", "通知到这里")


@pytest.fixture
def browser(portal: Portal) -> Browser:
    return Browser(portal.app_with(sms_url=None).test_client())


def test_who_writes_is_told_that_only_mail_brings_the_code(browser: Browser) -> None:
    page = write_until(browser, "writer")
    assert page.heading == "怎样联系您？"
    assert "没有开通短信" in page.text
    assert [words for words in PROMISES if words in page.text] == []


def test_a_lost_code_comes_by_mail_alone(browser: Browser) -> None:
    assert "没有开通短信" in browser.open("/recover").text
    page = browser.submit("/recover", number="SX20261100001", contact=EMAIL)
    assert page.heading == "请查收邮件"
    assert [words for words in PROMISES if words in page.text] == []


@pytest.mark.parametrize(("email", "told"), [("", "请联系"), (EMAIL, "已经发到您的邮箱")])
def test_a_letter_sent_long_after_it_had_come_promises_no_message(
    browser: Browser, portal: Portal, email: str, told: str
) -> None:
    check = write_until(browser, "check", phone=PHONE, email=email)
    browser.submit("/write/check", button="next")
    portal.clock.move(minutes=1, seconds=SHOWN_AGAIN.total_seconds())
    browser.client.delete_cookie("letterbox")
    browser.page = check
    assert browser.submit("/write/check", button="next").status == 400, "another session: the page comes back first"
    page = browser.submit("/write/check", button="next")
    assert len(portal.letters()) == 1
    assert told in page.text
    assert [words for words in PROMISES if words in page.text] == []
