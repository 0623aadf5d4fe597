"""A link that asks whether a contact is the writer's, once it is good no longer: what became of it and what to do."""

from __future__ import annotations

import pytest

from tests.support.writers.script_free_browser import Browser, Page

pytest_plugins = ["tests.support.writers.portal_fixtures"]


def assert_says_what_to_do(page: Page) -> None:
    assert page.status == 404
    assert page.heading == "这个确认链接不能用了"
    assert "再发一次确认消息" in page.text
    assert page.tree.xpath("//main//a[contains(@class, 'btn-primary')]/@href") == ["/track"]


@pytest.mark.parametrize("address", ["/confirm", "/confirm?key=cut-off"])
def test_a_dead_link_says_how_to_get_another(browser: Browser, address: str) -> None:
    assert_says_what_to_do(browser.open(address))


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_so_does_an_answer_that_comes_too_late(browser: Browser, answer: str) -> None:
    token = browser.open("/").tree.xpath("//input[@name='csrf_token']/@value")[0]
    sent = browser.client.post("/confirm", data={"csrf_token": token, "key": "cut-off", "answer": answer})
    assert_says_what_to_do(Page(sent))
