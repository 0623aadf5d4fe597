"""My tasks: what is to be done, most pressing first, and only what is one's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event

from letterbox.domain.clock import OFFICE_ZONE
from tests.support.engine.wire import Fault, Wire
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import UNIT, accepted
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine
HANDLER = f"handler.{UNIT}"
OTHER_UNIT = "handler.education"


def rows(page: Any) -> list[str]:
    return [each.text_content().strip() for each in page.tree.xpath("//tr[@data-row]//a[@data-row-link]")]


def numbers(page: Any) -> list[str]:
    return [str(each) for each in page.tree.xpath("//tr[@data-row]//span[@class='lb-number']/text()")]


@contextmanager
def statements(site: DeskSite) -> Iterator[list[str]]:
    """Every SQL statement sent meanwhile."""
    sent: list[str] = []
    database = site.county.services.database
    engines = (database._writing, database._reading)

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def test_a_unit_sees_its_own_tasks_and_nobody_elses(site: DeskSite) -> None:
    number = accepted(site.county)
    own = site.signed_in(HANDLER).open("/desk/?q=" + number)
    assert numbers(own) == [number]
    assert "签收" in own.text
    assert "还有" in own.text
    assert numbers(site.signed_in(OTHER_UNIT).open("/desk/?q=" + number)) == []


def test_a_date_in_a_year_not_announced_is_called_provisional(site: DeskSite) -> None:
    number = accepted(site.county)
    screener = site.signed_in(HANDLER)
    assert "暂定" not in screener.open("/desk/?q=" + number).text
    site.county.clock.at = datetime(2098, 12, 31, 10, tzinfo=OFFICE_ZONE)
    late = accepted(site.county)
    for path in ("/desk/?q=", "/desk/letters?q="):
        assert "（暂定）" in screener.open(path + late).text


def test_urgent_and_red_flagged_letters_stand_first(site: DeskSite) -> None:
    plain = accepted(site.county)
    site.county.clock.move(hours=30)
    urgent = accepted(site.county, urgent=True)
    page = site.signed_in(HANDLER).open("/desk/")
    listed = numbers(page)
    assert plain not in listed[: listed.index(urgent)], (
        "an ordinary letter, older though it is, comes after or on a later page"
    )
    assert "急件" in page.text


def test_filters_are_in_the_address_and_come_back_filled_in(site: DeskSite) -> None:
    number = accepted(site.county, urgent=True)
    browser = site.signed_in(HANDLER)
    page = browser.open(f"/desk/?q={number}&key=Task_ReceiveLetter&urgent=1")
    assert numbers(page) == [number]
    assert page.tree.xpath("//select[@id='key']/option[@selected]/@value") == ["Task_ReceiveLetter"]
    assert page.tree.xpath("//input[@name='urgent']/@checked")
    assert numbers(browser.open(f"/desk/?q={number}&key=Task_DraftReply")) == []
    assert numbers(browser.open(f"/desk/?q={number}&overdue=1")) == []
    assert numbers(browser.open(f"/desk/?q={number}&mine=1")) == []
    site.county.clock.move(days=4)
    assert numbers(browser.open(f"/desk/?q={number}&overdue=1")) == [number]


def test_what_somebody_claimed_says_so(site: DeskSite) -> None:
    number = accepted(site.county)
    browser = site.signed_in(HANDLER)
    browser.open(site.task(number, "Task_ReceiveLetter", HANDLER))
    assert "您已领取" in browser.submit("claim").text
    assert numbers(browser.open(f"/desk/?q={number}&mine=1")) == [number]
    assert "我已领取" in browser.page.text
    browser.open(site.task(number, "Task_ReceiveLetter", HANDLER))
    assert "还没有人领取" in browser.submit("release").text


@pytest.mark.parametrize(
    "q", ["'; DROP TABLE letters; --", "%", "_", "\\", "' OR '1'='1", '"><script>alert(1)</script>']
)
def test_a_search_is_only_ever_text(site: DeskSite, q: str) -> None:
    accepted(site.county)
    page = site.signed_in(HANDLER).client.get("/desk/", query_string={"q": q})
    source = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "没有符合条件的任务" in source
    assert "<script>alert" not in source


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=99999", "page=abc", "key=%01", "q=%ED%A0%80", "urgent=x"])
def test_a_senseless_address_still_shows_a_page(site: DeskSite, query: str) -> None:
    assert site.signed_in(HANDLER).client.get(f"/desk/?{query}").status_code == 200


@pytest.mark.parametrize("path", ["/desk/?key=%00", "/desk/?q=a%00b", "/desk/tasks/a%00b", "/desk/letters/%00"])
def test_a_nul_is_refused_before_anything_is_asked(site: DeskSite, path: str) -> None:
    assert site.signed_in(HANDLER).client.get(path).status_code in {400, 404}


def test_an_empty_list_says_what_would_be_here(site: DeskSite) -> None:
    page = site.signed_in("handler.tcm-hospital").open("/desk/")
    assert "现在没有要办的任务" in page.text
    assert "0 件" in page.heading


def cost(site: DeskSite, browser: Browser) -> list[str]:
    """What my tasks ask of the database when everything on the page was shown before and the tables were just read."""
    browser.open("/desk/")
    site.county.services.rulebook.refresh()
    with statements(site) as sent:
        browser.open("/desk/")
    return sent


def test_more_tasks_cost_no_more_queries(site: DeskSite) -> None:
    browser = site.signed_in(HANDLER)
    accepted(site.county)
    before = cost(site, browser)
    accepted(site.county)
    accepted(site.county)
    after = cost(site, browser)
    assert len(after) <= len(before)
    assert len(after) < 40


def test_while_the_engine_is_away_the_page_explains(remote: DeskSite, wire: Wire) -> None:
    browser = remote.signed_in(HANDLER)
    wire.fault = Fault.CUT
    page = browser.open("/desk/")
    assert page.status == 200
    assert "流程引擎暂时连不上" in page.text
    assert "现在没有要办的任务" not in page.text


def test_the_narrow_list_beside_a_task_marks_where_one_is(site: DeskSite) -> None:
    number = accepted(site.county)
    address = site.task(number, "Task_ReceiveLetter", HANDLER)
    answer = site.signed_in(HANDLER).client.get(
        "/desk/tasks/beside", query_string={"q": number, "current": address.rpartition("/")[2]}
    )
    source = answer.get_data(as_text=True)
    assert 'aria-current="page"' in source
    assert "<html" not in source
