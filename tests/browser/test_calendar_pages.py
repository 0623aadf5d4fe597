"""The calendar in a real browser: accessible wide and narrow, light and dark; a notice pasted, read, staged and published."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from letterbox.store.calendar import CalendarDay, CalendarDraft, CalendarYear
from letterbox.wiring import Services
from tests.browser.accessibility import findings
from tests.support.office.office_pages import Office
from tests.support.office.staffed import accepted

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.office_fixtures"]
pytestmark = [pytest.mark.browser, pytest.mark.engine]
LOOKS = [(1280, "light"), (390, "light"), (1280, "dark")]
NOTICE = "元旦：1月1日（周五）至3日（周日）放假，共3天。劳动节：5月1日至5日放假调休，共5天。5月8日（周六）上班。"


@pytest.fixture(autouse=True)
def nothing_announced(desk_services: Services) -> Iterator[None]:
    yield
    with desk_services.database.transaction() as session:
        for table in (CalendarDay, CalendarDraft, CalendarYear):
            session.execute(delete(table))
    desk_services.rulebook.refresh()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_year_from_the_pasted_notice_to_its_publication(office: Office, width: int, scheme: str) -> None:
    page = office.page("admin", width, color_scheme=scheme, bypass_csp=True)
    page.goto("/admin/calendar?year=2027")
    assert findings(page) == []
    page.get_by_role("link", name="导入放假安排").click()
    assert findings(page) == []
    page.get_by_label("粘贴放假通知").fill(NOTICE)
    page.get_by_role("button", name="读一读，先看结果").click()
    expect(page.get_by_role("heading", name="读出 2027 年的安排")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("button", name="核对无误，暂存").click()
    expect(page.get_by_text("下面是暂存的安排，还没有生效")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="看看会变动哪些时限").click()
    assert findings(page) == []
    page.get_by_role("button", name="公布 2027 年工作日历").click()
    expect(page.get_by_text("2027 年工作日历已公布")).to_be_visible()


def test_a_day_is_reached_by_keyboard_and_by_its_cell(office: Office) -> None:
    page = office.page("admin", bypass_csp=True)
    page.goto("/admin/calendar?year=2027")
    page.get_by_label("改一天的安排").fill("2027-01-04")
    page.get_by_label("改一天的安排").press("Enter")
    expect(page.get_by_role("heading", name="2027年1月4日（周一）")).to_be_visible()
    assert findings(page) == []
    page.goto("/admin/calendar?year=2027")
    page.locator("td[title^='2027年1月5日'] a").click()
    expect(page.get_by_role("heading", name="2027年1月5日（周二）")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_why_this_date_is_accessible(office: Office, width: int, scheme: str) -> None:
    number = accepted(office.site.county)
    page = office.page("screener", width, color_scheme=scheme, bypass_csp=True)
    page.goto(f"/desk/letters/{number}/limits/{office.site.county.limits(number)['reply'].id}")
    expect(page.get_by_role("heading", name="答复：")).to_be_visible()
    assert findings(page) == []


def test_a_phone_shows_the_near_months_the_chosen_one_or_all(office: Office) -> None:
    page = office.page("admin", 390, bypass_csp=True)
    page.goto("/admin/calendar?year=2027")
    months, links = page.locator("table.lb-month:visible"), page.get_by_role("navigation", name="月份")
    expect(months.locator("caption")).to_contain_text(["1 月", "2 月", "3 月"])
    assert int(page.evaluate("document.documentElement.scrollHeight")) < 2600
    links.get_by_role("link", name="11 月").click()
    expect(months.locator("caption")).to_contain_text(["11 月"])
    links.get_by_role("link", name="全年").click()
    expect(months).to_have_count(12)
    assert findings(page) == []


def test_a_desk_shows_all_months_at_once(office: Office) -> None:
    page = office.page("admin")
    page.goto("/admin/calendar?year=2027#month-11")
    expect(page.locator("table.lb-month:visible")).to_have_count(12)
    expect(page.get_by_role("navigation", name="月份")).to_be_hidden()
