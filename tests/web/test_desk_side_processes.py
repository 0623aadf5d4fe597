"""Supervisions, instructions, co-handling and promises on the desk: lists, the letter's page, documents."""

from __future__ import annotations

import pytest

from letterbox.domain.vocabulary import Role
from tests.support.office.county import County, staff
from tests.support.office.desk_site import DeskSite
from tests.support.office.side_processes import act, event
from tests.support.office.staffed import GOOD, HANDLER, REVIEWER, SCREENER, UNIT, accepted, submitted

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine
SUPERVISOR, LEADER = staff(Role.SUPERVISOR), staff(Role.LEADER)
NOTICE = {"office": "party", "request": "请查明<b>原因</b>", "due_on": "2026-09-11"}


def supervised(county: County) -> tuple[str, int]:
    number = accepted(county)
    act(county, number, "supervise", SUPERVISOR, **NOTICE)
    return number, int(event(county, number, "SupervisionOpened").data["supervision_id"])


def closed(county: County) -> tuple[str, int]:
    number, supervision_id = supervised(county)
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="已派人查看")
    county.do(number, "Task_AssessFeedback", SUPERVISOR, outcome="close", comment="情况属实")
    return number, supervision_id


def test_open_supervisions_by_what_they_wait_for(site: DeskSite) -> None:
    number, _ = supervised(site.county)
    browser = site.signed_in("supervisor.party")
    assert number in browser.read_all("/desk/supervisions")
    assert number in browser.read_all(f"/desk/supervisions?stage=feedback&office=party&cause=by_hand&unit={UNIT}")
    for other in ("stage=assessment", "stage=closed", "office=government", "cause=overdue", "unit=education"):
        assert number not in browser.read_all(f"/desk/supervisions?{other}")
    site.county.do(number, "Task_AnswerSupervision", HANDLER, feedback="已派人查看")
    assessed = browser.read_all("/desk/supervisions?stage=assessment")
    assert number in assessed
    assert "等督查室评定" in assessed


def test_closed_ones_lead_to_their_report(site: DeskSite) -> None:
    number, supervision_id = closed(site.county)
    browser = site.signed_in("leader")
    assert number not in browser.read_all("/desk/supervisions")
    link = f"/desk/letters/{number}/supervisions/{supervision_id}"
    assert any(link in page.source for page in browser.open_all("/desk/supervisions?stage=closed"))
    report = browser.open(f"/desk/letters/{number}/supervisions/{supervision_id}")
    for words in ("县委督查室", "县委、县政府：", "请查明<b>原因</b>", "已派人查看", "情况属实", "督查室决定"):
        assert words in report.text
    assert "还没有结束" not in report.text


def test_an_unfinished_report_says_so(site: DeskSite) -> None:
    number, supervision_id = supervised(site.county)
    report = site.signed_in("supervisor.gov").open(f"/desk/letters/{number}/supervisions/{supervision_id}")
    assert "督办还没有结束" in report.text


def test_who_may_not_see_them(site: DeskSite) -> None:
    number, supervision_id = supervised(site.county)
    handler = site.signed_in(f"handler.{UNIT}")
    assert handler.open("/desk/supervisions").status == 403
    assert handler.open(f"/desk/letters/{number}/supervisions/{supervision_id}").status == 200
    other = site.signed_in("handler.education")
    assert other.open(f"/desk/letters/{number}/supervisions/{supervision_id}").status == 404
    assert site.signed_in("leader").open(f"/desk/letters/{number}/supervisions/{supervision_id + 10_000}").status == 404


def test_the_letters_page_shows_everything_beside_it(site: DeskSite) -> None:
    county = site.county
    number, _ = supervised(county)
    act(county, number, "instruct", LEADER, instruction="请尽快办好")
    act(county, number, "add-co-handler", SCREENER, unit="housing")
    page = site.signed_in("screener").open(f"/desk/letters/{number}")
    for words in ("领导批示", "请尽快办好", "督办要求", "协办", "县住房和城乡建设局", "待提意见", "等单位反馈"):
        assert words in page.text
    told = site.signed_in("handler.housing").open(f"/desk/letters/{number}").text
    assert "待提意见" in told
    assert "督办要求" not in told, "supervision of the lead is not the co-handler's"


def test_an_instruction_is_printed_with_its_answer(site: DeskSite) -> None:
    county = site.county
    number = accepted(county)
    act(county, number, "instruct", LEADER, instruction="请尽快办好")
    found = int(event(county, number, "InstructionGiven").data["instruction_id"])
    browser = site.signed_in("leader")
    assert "还没有报告" in browser.open(f"/desk/letters/{number}/instructions/{found}").text
    county.do(number, "Task_AnswerInstruction", HANDLER, answer="已经修好")
    assert "已经修好" in browser.open(f"/desk/letters/{number}/instructions/{found}").text
    assert browser.open(f"/desk/letters/{number}/instructions/{found + 10_000}").status == 404


def test_a_supervisor_supervises_from_the_letters_page(site: DeskSite) -> None:
    number = accepted(site.county)
    browser = site.signed_in("supervisor.party")
    browser.open(f"/desk/letters/{number}/actions/supervise")
    page = browser.submit("supervise", office="party", request="")
    assert page.status == 422
    assert "party" in page.tree.xpath("//input[@name='office'][@checked]/@value")
    browser.submit("supervise", office="party", request="请查明原因")
    site.county.run_until_idle(number)
    assert event(site.county, number, "SupervisionOpened").by_name == "刘正方"


def test_a_broken_promise_stands_in_the_list(site: DeskSite) -> None:
    county = site.county
    number = submitted(county, promise_on="2026-09-16")
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass")
    browser = site.signed_in("screener")
    assert "没有符合条件的来信" in browser.open(f"/desk/letters?q={number}&broken_promise=1").text
    county.do(number, "Task_ReportPromise", HANDLER, kept=False, comment="材料没有到")
    page = browser.open(f"/desk/letters?q={number}&broken_promise=1")
    assert "承诺未兑现" in page.tree.xpath("string(//table)")
    assert "材料没有到" in browser.open(f"/desk/letters/{number}").text


def test_a_task_beside_the_letter_shows_what_is_asked(site: DeskSite) -> None:
    county = site.county
    number, _ = supervised(county)
    act(county, number, "instruct", LEADER, instruction="请尽快办好")
    act(county, number, "add-co-handler", SCREENER, unit="housing")
    handler = f"handler.{UNIT}"
    for key, login, words in (
        ("Task_AnswerSupervision", handler, "请查明<b>原因</b>"),
        ("Task_AnswerInstruction", handler, "请尽快办好"),
        ("Task_GiveOpinion", "handler.housing", "县交通运输局主办，请您单位协办"),
    ):
        page = site.signed_in(login).open(site.task(number, key, login))
        assert words in page.tree.xpath("string(//*[@class='lb-before'])")
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback="已派人查看")
    page = site.signed_in("supervisor.gov").open(site.task(number, "Task_AssessFeedback", "supervisor.gov"))
    assert "已派人查看" in page.tree.xpath("string(//*[@class='lb-before'])")


def test_the_form_opens_with_the_supervisors_own_office(site: DeskSite) -> None:
    number = accepted(site.county)
    page = site.signed_in("supervisor.gov").open(f"/desk/letters/{number}/actions/supervise")
    assert page.tree.xpath("//input[@name='office'][@checked]/@value") == ["government"]
