"""The desk while the engine or the database is away: nothing is lost, and the pages say what is the matter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from letterbox.engine.patience import READING_S
from letterbox.settings import Settings
from letterbox.stack.programs import free_port
from letterbox.wiring import Services
from tests.support.engine.wire import Fault, Wire
from tests.support.office.county import County
from tests.support.office.desk_site import DeskSite
from webapp.services import EXTENSION

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine


def test_a_submit_while_the_engine_is_away_is_taken_and_finished_when_it_is_back(
    site: DeskSite, remote: DeskSite, wire: Wire
) -> None:
    number = site.county.write()
    address = remote.task(number, "Task_ScreenLetter", "screener")
    browser = remote.signed_in("screener")
    browser.open(address)
    wire.fault = Fault.CUT
    page = browser.submit(address, outcome="supplement", question="在哪条路上？")
    assert page.status == 200
    assert page.response.request.path == f"/desk/letters/{number}"
    assert "正在处理" in page.text
    assert "SupplementRequested" in site.county.names(number)
    wire.fault = Fault.NONE
    remote.county.run_until_idle(number)
    assert "正在处理" not in browser.open(f"/desk/letters/{number}").text
    assert site.county.names(number).count("SupplementRequested") == 1
    assert site.county.open_tasks(number) == []


def test_a_submit_while_the_engine_hangs_is_taken_soon_and_finished_when_it_goes_on(
    site: DeskSite, remote: DeskSite, wire: Wire
) -> None:
    number = site.county.write()
    address = remote.task(number, "Task_ScreenLetter", "screener")
    browser = remote.signed_in("screener")
    browser.open(address)
    wire.fault = Fault.SILENT
    began = time.monotonic()
    page = browser.submit(address, outcome="supplement", question="在哪条路上？")
    took_s = time.monotonic() - began
    assert (page.status, "正在处理" in page.text) == (200, True)
    assert READING_S <= took_s < 3 * READING_S, (
        "it did hang; the task, the submit and the letter's page wait together so long"
    )
    assert "SupplementRequested" in site.county.names(number)
    wire.fault = Fault.CUT
    wire.fault = Fault.NONE
    remote.county.run_until_idle(number)
    assert site.county.names(number).count("SupplementRequested") == 1
    assert site.county.open_tasks(number) == []


def test_a_task_opened_before_can_be_filled_in_and_corrected_meanwhile(remote: DeskSite, wire: Wire) -> None:
    number = remote.county.write()
    address = remote.task(number, "Task_ScreenLetter", "screener")
    browser = remote.signed_in("screener")
    browser.open(address)
    wire.fault = Fault.CUT
    page = browser.open(address)
    assert page.status == 200
    assert "可以照常填写和提交" in page.text
    page = browser.submit(address, outcome="decline", reason="写了理由但没有选情形")
    assert page.status == 422
    assert "写了理由但没有选情形" in page.source


def test_claiming_needs_the_engine_and_says_so(remote: DeskSite, wire: Wire) -> None:
    number = remote.county.write()
    address = remote.task(number, "Task_ScreenLetter", "screener")
    browser = remote.signed_in("screener")
    browser.open(address)
    wire.fault = Fault.CUT
    page = browser.submit("claim")
    assert page.status == 503
    assert "流程引擎暂时连不上" in page.text


@pytest.fixture
def no_database(site: DeskSite, desk_settings: Settings) -> Iterator[DeskSite]:
    """Becomes the application's services when a test says so; nothing listens at its database's port."""
    url = f"postgresql://nobody:x@127.0.0.1:{free_port()}/letterbox"
    services = Services(replace(desk_settings, database_url=url), site.county.clock)
    yield DeskSite(site.app, County(services, site.county.clock))
    services.close()


def test_without_the_database_a_page_says_so_and_gives_the_text_back(
    site: DeskSite, no_database: DeskSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = site.county.write()
    address = site.task(number, "Task_ScreenLetter", "screener")
    browser = site.signed_in("screener")
    texts = browser.open("/desk/texts/new")
    browser.open(address)
    monkeypatch.setitem(site.app.extensions, EXTENSION, no_database.county.services)
    page = browser.submit(address, outcome="supplement", question="写了很久的问题<b>，\n第二行")
    assert page.status == 503
    assert "数据库暂时无法连接" in page.text
    assert "自动恢复" in page.text
    assert "写了很久的问题<b>，\n第二行" in page.tree.xpath("string(//textarea[@readonly])")
    browser.page = texts
    page = browser.submit("/desk/texts/new", title="新文本", body="写了很久的文本，没有谁替它存草稿")
    assert page.status == 503
    assert "自动恢复" not in page.text
    assert "写了很久的文本，没有谁替它存草稿" in page.source
    assert browser.open("/desk/").status == 503
    assert browser.open("/desk/sign-in").status == 503
    monkeypatch.undo()
    assert browser.open(address).heading == "路灯不亮"
