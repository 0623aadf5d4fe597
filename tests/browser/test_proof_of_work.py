"""Where letters come thick and fast, the browser proves a bit of work by itself and the letter goes out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from letterbox.domain.letter import WriterDetails
from letterbox.services.intake.letter_allowance import OF_CLIENT
from tests.browser.accessibility import findings
from tests.browser.conftest import NewPage
from tests.browser.test_portal_writing import write_all
from tests.support.writers.live_site import Site

pytest_plugins = ["tests.support.writers.portal_fixtures"]
pytestmark = pytest.mark.browser


@pytest.fixture
def crowded(site: Site) -> Site:
    """As many letters as are free have come from this machine within the hour."""
    for n in range(OF_CLIENT.count):
        site.portal.services.letter_allowance.take("127.0.0.1", WriterDetails("赵六", f"1390000000{n}"))
    return site


def submit(page: Page) -> None:
    page.click(".lb-buttons button[value=next]")


def test_the_browser_proves_it_and_the_letter_goes_out(crowded: Site, new_page: NewPage) -> None:
    page = new_page(bypass_csp=False)
    write_all(page)
    said = page.locator("[data-proof-status][role=status]")
    expect(said).not_to_be_empty()
    expect(page.locator("altcha-widget input[name=altcha]")).not_to_have_value("", timeout=60_000)
    expect(said).to_have_text("验证完了，可以提交了。")
    assert findings(page) == []
    submit(page)
    expect(page.locator("h1")).to_have_text("您的信已经收到")


def test_without_scripts_one_is_told_to_wait_and_nothing_is_lost(crowded: Site, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    write_all(page)
    submit(page)
    expect(page.locator("[role=alert]").first).to_contain_text("请等 60 秒")
    expect(page.locator(".lb-proof")).to_contain_text("没有开启脚本")
