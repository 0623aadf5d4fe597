"""The operators' pages in a real browser: readable, by keyboard, wide and narrow, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from letterbox.outbox.commands import CommandKind
from tests.browser.accessibility import findings
from tests.support.engine.trouble import failed_job, stopped_command
from tests.support.office.office_pages import Office

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.office_fixtures"]
pytestmark = [pytest.mark.browser, pytest.mark.engine]
LOOKS = [(1280, "light"), (390, "light"), (1280, "dark")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_pages_are_accessible(office: Office, width: int, scheme: str) -> None:
    number, job_id = failed_job(office.site.county)
    letter = office.site.county.write()
    row = stopped_command(office.site.county, letter, CommandKind.CORRELATE, "LetterEvaluated")
    page = office.page("operator", width, bypass_csp=True, color_scheme=scheme)
    for path in (
        "/ops/",
        "/ops/stuck",
        f"/ops/stuck/job/{job_id}",
        f"/ops/stuck/command/{row}",
        "/ops/differences",
        "/ops/record",
        "/ops/letters",
        f"/ops/letters/{number}",
        f"/ops/letters/{letter}/mend/cancel",
        f"/ops/letters/{letter}/mend/restart",
    ):
        page.goto(path)
        assert findings(page) == [], path
    page.goto(f"/ops/stuck?q={number}")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="重试选中的").click()
    expect(page.get_by_role("heading", name="重试 1 项")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("button", name="重试", exact=True).click()
    expect(page.get_by_text("请写明原因").first).to_be_visible()
    assert findings(page) == []
    page.get_by_label("原因").fill("再试一次")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="重试结果")).to_be_visible()
    expect(page.get_by_text("仍然失败")).to_be_visible()
    assert findings(page) == []


def test_enter_in_the_reason_retries_and_does_not_give_up(office: Office) -> None:
    letter = office.site.county.write()
    row = stopped_command(office.site.county, letter, CommandKind.CORRELATE, "LetterEvaluated")
    page = office.page("operator")
    page.goto(f"/ops/stuck/command/{row}")
    page.get_by_label("原因").fill("再试一次")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="重试结果")).to_be_visible()
