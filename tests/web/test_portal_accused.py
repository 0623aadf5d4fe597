"""Whoever accuses is asked whom, offices too; the answer goes with the letter, and no other letter is asked."""

from __future__ import annotations

import pytest

from letterbox.services.case.accused import NO_UNIT
from tests.support.writers.fake_services import Memory, Stored
from tests.support.writers.letters import send, start, write_until
from tests.support.writers.script_free_browser import Browser


def only_letter(memory: Memory) -> Stored:
    (stored,) = memory.letters.values()
    return stored


@pytest.mark.parametrize("accused", ["egov", "town-chengdong", NO_UNIT])
def test_the_answer_goes_with_an_accusation(browser: Browser, memory: Memory, accused: str) -> None:
    send(browser, category="report", accused=accused)
    assert only_letter(memory).draft.accused == accused


def test_the_question_may_be_passed_over(browser: Browser, memory: Memory) -> None:
    page = write_until(browser, "place", category="report")
    assert page.heading == "事情在哪里，和哪个单位有关？"
    send(browser, category="report")
    assert only_letter(memory).draft.accused is None


def test_no_other_letter_is_asked(browser: Browser, memory: Memory) -> None:
    start(browser)
    page = browser.submit("/write/category", button="next", category="complaint")
    assert page.heading == "事情在哪里，和哪个单位有关？"
    send(browser)
    assert only_letter(memory).draft.accused is None


def test_what_is_not_on_offer_is_refused_at_the_field(browser: Browser) -> None:
    write_until(browser, "accused", category="report")
    page = browser.submit("/write/accused", button="next", accused="no-such-unit")
    assert page.status == 422
    assert page.errors == ["请从列表中选一项；不想现在说就选“现在不说”"]


def test_the_answer_is_shown_again_and_can_be_changed(browser: Browser, memory: Memory) -> None:
    page = write_until(browser, "check", category="report", accused="town-chengdong")
    assert "城东街道" in page.text
    page = browser.submit("/write/check", button="change:accused")
    assert page.heading == "您检举控告的是哪个单位？"
    page = browser.submit("/write/accused", button="next", accused="egov")
    assert page.heading == "请核对，然后提交"
    browser.submit("/write/check", button="next")
    assert only_letter(memory).draft.accused == "egov"


def test_an_accusation_that_becomes_another_letter_accuses_nobody(browser: Browser, memory: Memory) -> None:
    write_until(browser, "check", category="report", accused="egov")
    browser.submit("/write/check", button="change:category")
    browser.submit("/write/category", button="next", category="complaint")
    browser.submit("/write/check", button="change:visibility")
    browser.submit("/write/visibility", button="next", is_public="no")
    browser.submit("/write/check", button="next")
    assert only_letter(memory).draft.accused is None
