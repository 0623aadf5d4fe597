"""Pressing many at once from the cockpit: the letters of the filter, ticks, one message, and what came of each."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.store.letters import Letter, LetterEvent
from letterbox.wiring import Services
from tests.support.office.cockpit import OpenLimitsOfATest
from tests.support.office.office import SignIn
from tests.support.writers.script_free_browser import Browser, Page

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]

DUE = datetime(2026, 9, 9, 17, 30, tzinfo=OFFICE_ZONE)


@pytest.fixture
def limits(real: Services) -> OpenLimitsOfATest:
    return OpenLimitsOfATest(real)


def reminded(services: Services, number: str) -> list[dict[str, object]]:
    query = select(LetterEvent.data).join(Letter).where(Letter.number == number, LetterEvent.name == "LetterReminded")
    with services.database.reading() as session:
        return list(session.scalars(query))


def address(limits: OpenLimitsOfATest) -> str:
    return limits.address(unit="all").replace("/cockpit/", "/cockpit/remind")


def send(browser: Browser, page: Page, **values: object) -> Page:
    (action,) = page.tree.xpath("//form[contains(@action, '/cockpit/remind')]/@action")
    return browser.submit(str(action), **values)


def test_the_ticked_letters_of_a_filter_are_pressed_with_one_message(
    real: Services, limits: OpenLimitsOfATest, as_login: SignIn
) -> None:
    wanted, left = limits.add("reply", DUE, "transport"), limits.add("reply", DUE, "transport")
    browser = as_login("supervisor.gov")
    page = browser.open(address(limits))
    assert {str(each) for each in page.tree.xpath("//input[@name='number'][@checked]/@value")} == {wanted, left}
    page = send(browser, page, number=[wanted], message="请本周内办结")
    assert "已发出 1 封来信的催办" in page.text
    assert [event["message"] for event in reminded(real, wanted)] == ["请本周内办结"]
    assert reminded(real, left) == []


def test_a_letter_is_listed_once_however_many_limits_press(limits: OpenLimitsOfATest, as_login: SignIn) -> None:
    number = limits.add("reply", DUE, "transport")
    page = as_login("screener").open(address(limits))
    assert page.tree.xpath("//input[@name='number']/@value") == [number]


def test_nothing_ticked_or_too_long_a_message_is_said_and_nothing_is_lost(
    real: Services, limits: OpenLimitsOfATest, as_login: SignIn
) -> None:
    number = limits.add("reply", DUE, "transport")
    browser = as_login("supervisor.party")
    page = send(browser, browser.open(address(limits)), number=[], message="请办")
    assert page.status == 422
    assert "请至少勾选一封来信" in page.text
    page = send(browser, page, number=[number], message="急" * 501)
    assert page.status == 422
    assert "500" in page.text
    assert page.tree.xpath("//textarea[@name='message']")[0].text_content() == "急" * 501
    assert reminded(real, number) == []


def test_what_nobody_is_waited_for_is_refused_by_letter(limits: OpenLimitsOfATest, as_login: SignIn) -> None:
    over = limits.add("reply", DUE, "transport")
    waiting = limits.add("reply", DUE, "transport")
    browser = as_login("supervisor.gov")
    page = browser.open(address(limits))
    limits.end(over)
    page = send(browser, page, number=[over, waiting], message="")
    assert "没有催办的" in page.text
    assert "不用催办" in page.text


def test_whoever_was_just_pressed_is_left_out_and_the_page_says_until_when(
    real: Services, limits: OpenLimitsOfATest, as_login: SignIn
) -> None:
    number = limits.add("reply", DUE, "transport")
    browser = as_login("supervisor.gov")
    page = browser.open(address(limits))
    send(browser, page, number=[number])
    page = send(browser, browser.open(address(limits)), number=[number])
    assert "已发出 0 封来信的催办" in page.text
    assert "之后可以再催" in page.text
    assert len(reminded(real, number)) == 1


def test_whoever_was_just_pressed_is_shown_unticked_with_the_reason(
    limits: OpenLimitsOfATest, as_login: SignIn
) -> None:
    pressed, other = limits.add("reply", DUE, "transport"), limits.add("reply", DUE, "transport")
    browser = as_login("supervisor.gov")
    send(browser, browser.open(address(limits)), number=[pressed])
    page = browser.open(address(limits))
    assert page.tree.xpath("//input[@name='number'][@checked]/@value") == [other]
    (row,) = page.tree.xpath(f"//label[.//input[@value='{pressed}']]")
    assert re.search(r"\d\d:\d\d 刚催办过.*\d\d:\d\d 之后可以再催", row.text_content())
    assert "1 封一小时内催办过" in page.text
    assert page.text.count("刚催办过") == 1


def test_a_letter_that_waits_for_somebody_not_yet_told_stays_ticked(
    real: Services, limits: OpenLimitsOfATest, as_login: SignIn
) -> None:
    number = limits.add("reply", DUE, "transport")
    browser = as_login("supervisor.gov")
    send(browser, browser.open(address(limits)), number=[number])
    limits.also(number, "co_opinion", DUE, "education")
    page = browser.open(address(limits))
    assert page.tree.xpath("//input[@name='number'][@checked]/@value") == [number]
    assert "刚催办过" not in page.text


def test_a_tick_that_somebody_set_himself_is_kept_when_the_message_is_wrong(
    limits: OpenLimitsOfATest, as_login: SignIn
) -> None:
    pressed, other = limits.add("reply", DUE, "transport"), limits.add("reply", DUE, "transport")
    browser = as_login("supervisor.gov")
    send(browser, browser.open(address(limits)), number=[pressed])
    page = send(browser, browser.open(address(limits)), number=[pressed, other], message="急" * 501)
    assert page.status == 422
    assert set(page.tree.xpath("//input[@name='number'][@checked]/@value")) == {pressed, other}


@pytest.mark.parametrize("login", ["handler.transport", "coordinator", "leader"])
def test_only_the_office_and_the_supervisors_may(limits: OpenLimitsOfATest, as_login: SignIn, login: str) -> None:
    limits.add("reply", DUE, "transport")
    browser = as_login(login)
    assert browser.client.get(address(limits)).status_code == 403
