"""Whoever accuses is asked whom, offices too; the answer goes with the letter, and no other letter is asked."""

from __future__ import annotations

import pytest

from letterbox.services.case.accused import NO_UNIT
from tests.support.writers.letters import send, start, write_until
from tests.support.writers.portal import Portal
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.writers.portal_fixtures"]


@pytest.mark.parametrize(("accused", "unit"), [("egov", "egov"), ("town-chengdong", "town-chengdong"), (NO_UNIT, None)])
def test_the_answer_goes_with_an_accusation(browser: Browser, portal: Portal, accused: str, unit: str | None) -> None:
    send(browser, category="report", accused=accused)
    letter = portal.only_letter()
    assert (letter.accused_unit, letter.accused_stated) == (unit, True)


def test_the_question_may_be_passed_over(browser: Browser, portal: Portal) -> None:
    page = write_until(browser, "place", category="report")
    assert page.heading == "事情在哪里，和哪个单位有关？"
    send(browser, category="report")
    letter = portal.only_letter()
    assert (letter.accused_unit, letter.accused_stated) == (None, False)


def test_no_other_letter_is_asked(browser: Browser, portal: Portal) -> None:
    start(browser)
    page = browser.submit("/write/category", button="next", category="complaint")
    assert page.heading == "事情在哪里，和哪个单位有关？"
    send(browser)
    letter = portal.only_letter()
    assert (letter.accused_unit, letter.accused_stated) == (None, False)


def test_what_is_not_on_offer_is_refused_at_the_field(browser: Browser) -> None:
    write_until(browser, "accused", category="report")
    page = browser.submit("/write/accused", button="next", accused="no-such-unit")
    assert page.status == 422
    assert page.errors == ["请从列表中选一项；不想现在说就选“现在不说”"]


def test_the_answer_is_shown_again_and_can_be_changed(browser: Browser, portal: Portal) -> None:
    page = write_until(browser, "check", category="report", accused="town-chengdong")
    assert "城东街道" in page.text
    page = browser.submit("/write/check", button="change:accused")
    assert page.heading == "您检举控告的是哪个单位？"
    page = browser.submit("/write/accused", button="next", accused="egov")
    assert page.heading == "请核对，然后提交"
    browser.submit("/write/check", button="next")
    assert portal.only_letter().accused_unit == "egov"


def test_an_accusation_that_becomes_another_letter_accuses_nobody(browser: Browser, portal: Portal) -> None:
    write_until(browser, "check", category="report", accused="egov")
    browser.submit("/write/check", button="change:category")
    browser.submit("/write/category", button="next", category="complaint")
    browser.submit("/write/check", button="change:visibility")
    browser.submit("/write/visibility", button="next", is_public="no")
    browser.submit("/write/check", button="next")
    letter = portal.only_letter()
    assert (letter.accused_unit, letter.accused_stated) == (None, False)
