"""Whom an accusation is against (A5) on the desk's pages."""

from __future__ import annotations

import pytest

from letterbox.services.case.accused import NO_UNIT
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import SCREENER

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine


def test_who_is_accused_has_to_be_said_and_stands_where_the_letter_gets_its_unit(site: DeskSite) -> None:
    number = site.county.write()
    browser, address = site.signed_in("screener"), site.task(number, "Task_ScreenLetter", "screener")
    page = browser.open(address)
    (label,) = page.tree.xpath("//label[@for='f-accused_unit']")
    assert "选填" not in label.text_content()
    page = browser.submit(address, outcome="accept", category="report", scope="5")
    assert page.status == 422
    assert any("不针对单位" in error for error in page.errors)
    assert browser.submit(address, outcome="accept", category="report", scope="5", accused_unit=NO_UNIT).status == 200
    site.county.run_until_idle(number)
    page = browser.open(site.task(number, "Task_AssignLetter", "screener"))
    assert "检举控告，不针对单位" in page.text


def test_an_accusation_of_which_nobody_said_whom_it_is_against_warns_where_it_gets_its_unit(site: DeskSite) -> None:
    number, county = site.county.write(), site.county
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="report", scope="5")
    page = site.signed_in("screener").open(site.task(number, "Task_AssignLetter", "screener"))
    assert "没有单位被排除" in page.text
    assert "没有写明检举控告的是谁" in site.signed_in("screener").open(f"/desk/letters/{number}").text
