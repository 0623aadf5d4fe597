"""Standard texts: a unit's own, common ones, and the letter's facts filled in when a reply starts from them."""

from __future__ import annotations

import pytest

from letterbox.seeds import values as seeds
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import DEPUTY, HANDLER, accepted

pytest_plugins = ["tests.support.office.desk_fixtures"]
LOGIN = "handler.transport"


def add(
    site: DeskSite, login: str, title: str, body: str = "您反映的“{title}”已办结。{other}", unit: str = "transport"
) -> int:
    browser = site.signed_in(login)
    browser.open("/desk/texts/new")
    return browser.submit("/desk/texts/new", unit=unit, title=title, body=body).status


def test_a_units_text_is_for_the_unit_alone(site: DeskSite) -> None:
    assert add(site, LOGIN, "路灯答复甲") == 200
    assert "路灯答复甲" in site.signed_in("deputy.transport").open("/desk/texts").text
    assert "路灯答复甲" not in site.signed_in("handler.housing").open("/desk/texts").text


def test_a_unit_may_not_write_for_all_or_for_another(site: DeskSite) -> None:
    for unit in ("", "housing"):
        browser = site.signed_in(LOGIN)
        browser.open("/desk/texts/new")
        assert browser.submit("/desk/texts/new", unit=unit, title="越权", body="文字").status == 403


def test_a_common_text_is_for_every_unit_and_changed_by_the_office_only(site: DeskSite) -> None:
    assert add(site, "screener", "通用答复乙", unit="") == 200
    page = site.signed_in("handler.housing").open("/desk/texts")
    assert "通用答复乙" in page.text
    links = page.tree.xpath("//a[contains(., '通用答复乙')]/@href")
    assert links == []
    (link,) = site.signed_in("screener").open("/desk/texts").tree.xpath("//a[contains(., '通用答复乙')]/@href")
    browser = site.signed_in("handler.housing")
    assert browser.client.get(str(link)).status_code == 200
    browser.open(str(link))
    assert browser.submit(str(link), title="改掉", body="改掉").status == 403


def test_a_name_that_is_taken_and_an_empty_text_are_said_at_the_field(site: DeskSite) -> None:
    add(site, LOGIN, "路灯答复丙")
    browser = site.signed_in(LOGIN)
    browser.open("/desk/texts/new")
    page = browser.submit("/desk/texts/new", unit="transport", title="路灯答复丙", body="第二篇")
    assert (page.status, page.errors) == (422, ["已经有同名的范文，请换一个名称"])
    assert "第二篇" in page.text
    page = browser.submit("/desk/texts/new", unit="transport", title="空的", body=" ")
    assert page.errors == ["请写范文的内容"]


def test_a_reply_starts_from_a_text_with_the_letters_facts_in_it(site: DeskSite) -> None:
    add(site, LOGIN, "路灯答复丁")
    county = site.county
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER)
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请办")
    task = county.task(number, "Task_DraftReply", HANDLER)
    page = site.signed_in(LOGIN).open(f"/desk/tasks/{task.id}")
    assert f"您反映的“{task.title}”已办结。{{other}}" in page.text


@pytest.mark.parametrize("path", ["/desk/texts/999999", "/desk/texts/new"])
def test_others_find_no_texts(site: DeskSite, path: str) -> None:
    assert site.signed_in("supervisor.gov").client.get(path).status_code == 403


def test_the_shipped_texts_are_there_once(site: DeskSite) -> None:
    services = site.county.services
    shipped = seeds.load_standard_texts()
    assert len(shipped) >= 4
    services.standard_texts.seed(shipped)
    assert services.standard_texts.seed(shipped) == 0
