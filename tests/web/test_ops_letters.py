"""One letter's processes on the operators' pages: looked at, moved, restarted, migrated, cancelled."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.vocabulary import Role
from letterbox.outbox.commands import CommandKind
from letterbox.services.deployment.design import STUDIO, repository_files
from letterbox.store.letters import Letter
from tests.support.engine.doubles import start_double
from tests.support.engine.trouble import command_status, failed_job, stopped_command
from tests.support.office.county import County, staff
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import HANDLER, SCREENER, accepted
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine
ACTIONS = ("move", "restart", "migrate", "cancel", "settle", "hold", "go_on")


def repair_page(number: str, action: str) -> str:
    return f"/ops/letters/{number}/mend/{action}"


def change(county: County, number: str, **values: object) -> None:
    with county.services.database.transaction() as session:
        session.execute(update(Letter).where(Letter.number == number).values(**values))


def end_process(county: County, number: str) -> None:
    (instance,) = county.services.engine.processes.of(number, ProcessKey.LETTER_HANDLING)
    county.services.engine.processes.delete(instance.id)


def token(browser: Browser) -> str:
    return browser.page.source.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_the_page_shows_what_runs_and_nothing_the_writer_said(site: DeskSite) -> None:
    county = site.county
    number = accepted(county)
    county.act(number, "add-co-handler", SCREENER, unit="water")
    county.act(number, "supervise", staff(Role.SUPERVISOR), office="party", request="请查明原因")
    page = site.signed_in("operator").open(f"/ops/letters/{number}")
    for said in ("办理来信", "单位办理", "协办单位协办", "督办来信", "签收", "提出协办意见", "反馈督办事项", "定时"):
        assert said in page.text, said
    for secret in ("路灯", "李四", "13800000000", "请查明原因"):
        assert secret not in page.source, secret
    found = site.signed_in("operator").open(f"/ops/letters?number={number.lower()}")
    assert found.heading.startswith(number)


def test_a_number_that_is_not_there_says_so(site: DeskSite) -> None:
    operator = site.signed_in("operator")
    page = operator.open("/ops/letters?number=SX20990100001")
    assert (page.status, "没有编号为 SX20990100001 的来信" in page.text) == (404, True)
    for path in (
        "/ops/letters/SX20990100001",
        repair_page("SX20990100001", "move"),
        repair_page(site.county.write(), "explode"),
    ):
        assert operator.open(path).status == 404, path


def test_a_process_in_the_wrong_place_is_moved_after_its_page_said_so(site: DeskSite) -> None:
    county = site.county
    number = accepted(county)
    row = stopped_command(county, number, CommandKind.CORRELATE, "LetterEvaluated")
    change(county, number, status="screened")
    operator = site.signed_in("operator")
    page = operator.open(repair_page(number, "move"))
    for said in ("移到“交办来信”", "1 条被拒的指令作废", "守望不受影响", "状态和记录不变"):
        assert said in page.text, said
    page = operator.submit(repair_page(number, "move"), reason=" ")
    assert (page.status, page.errors) == (422, ["请写明原因，它会记入变更记录"])
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]
    page = operator.submit(repair_page(number, "move"), reason="状态已按记录更正")
    assert "已经做了" in page.text
    assert county.open_tasks(number) == ["Task_AssignLetter"]
    assert command_status(county, row) == "superseded"
    log = operator.open(f"/ops/record?letter={number}").text
    assert ("移动流程" in log, "状态已按记录更正" in log) == (True, True)


def test_a_lost_process_is_restarted_where_the_unit_was(site: DeskSite) -> None:
    county = site.county
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    operator = site.signed_in("operator")
    assert "不能再启动一个" in operator.open(repair_page(number, "restart")).text
    end_process(county, number)
    assert "没有流程" in operator.open(f"/ops/letters/{number}").text
    assert "从“呈报分管负责人”开始" in operator.open(repair_page(number, "restart")).text
    page = operator.submit(repair_page(number, "restart"), reason="引擎恢复自较旧的备份")
    assert "已经做了" in page.text
    assert county.open_tasks(number) == ["Task_SubmitToDeputy"]


def test_a_letter_that_changed_meanwhile_is_shown_again_and_not_touched(site: DeskSite) -> None:
    county = site.county
    number = county.write()
    operator = site.signed_in("operator")
    operator.open(repair_page(number, "cancel"))
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    page = operator.submit(repair_page(number, "cancel"), reason="测试来信", number=number)
    assert page.status == 409
    assert "这封来信变了" in page.text
    assert "测试来信" in page.source
    assert county.letter(number).status == "screened"


def test_a_move_sent_twice_leaves_the_new_task_alone(site: DeskSite) -> None:
    county = site.county
    number = accepted(county)
    operator = site.signed_in("operator")
    operator.open(repair_page(number, "move"))
    twice = {each.name: each.value for each in operator.page.tree.xpath("//form[contains(@action, '/mend/')]//input")}
    assert "已经做了" in operator.submit(repair_page(number, "move"), reason="任务打不开").text
    (task,) = county.services.engine.tasks.of(number)
    again = operator.client.post(repair_page(number, "move"), data={**twice, "reason": "任务打不开"})
    assert (again.status_code, "这封来信变了" in again.get_data(as_text=True)) == (409, True)
    assert [each.id for each in county.services.engine.tasks.of(number)] == [task.id]


def test_a_cancelled_letter_asks_for_its_number_and_says_what_ended(site: DeskSite) -> None:
    county = site.county
    number = accepted(county)
    county.act(number, "add-co-handler", SCREENER, unit="water")
    operator = site.signed_in("operator")
    page = operator.open(repair_page(number, "cancel"))
    for said in ("协办单位协办（", "停止", "4 个未了时限作废", "不算按时", "来信人收到撤回的通知", "不能恢复"):
        assert said in page.text, said
    page = operator.submit(repair_page(number, "cancel"), reason="测试来信", number="SX1")
    assert page.status == 422
    assert county.letter(number).status == "handling"
    page = operator.submit(repair_page(number, "cancel"), reason="测试来信", number=number.lower())
    assert "已撤回" in page.text
    county.run_until_idle(number)
    assert county.services.engine.processes.of(number) == ()
    assert county.event(number, "LetterWithdrawn").data["reason"] == "测试来信"
    assert "现在不能这样做" in operator.open(repair_page(number, "cancel")).text


def test_one_letter_is_migrated_and_what_stays_behind_is_named(site: DeskSite) -> None:
    county = site.county
    number, other = accepted(county), accepted(county)
    county.do(other, "Task_ReceiveLetter", HANDLER)
    files = repository_files()
    files["unit-handling.bpmn"] = files["unit-handling.bpmn"].replace(b"Task_ReceiveLetter", b"Task_TakeLetter")
    county.services.design.deploy(files, STUDIO, "tests")
    try:
        operator = site.signed_in("operator")
        assert "停在“签收登记”" in operator.open(repair_page(number, "migrate")).text
        page = operator.submit(repair_page(number, "migrate"), reason="流程图修正")
        assert "只做成一部分" in page.text
        assert "没有迁移，仍按原来的版本办理：“签收登记”" in page.text
        operator.open(repair_page(other, "migrate"))
        assert "已经做了" in operator.submit(repair_page(other, "migrate"), reason="流程图修正").text
        assert "都已经按第" in operator.open(repair_page(other, "migrate")).text
        assert "迁移运行中的流程" in operator.open(f"/ops/record?letter={other}").text
    finally:
        county.services.design.deploy_repository(repository_files(), "tests", replace=True)
        county.services.rulebook.refresh()


def test_what_cannot_be_done_says_why_and_does_nothing(site: DeskSite) -> None:
    county = site.county
    number = accepted(county)
    operator = site.signed_in("operator")
    for action in ("restart", "migrate"):
        assert "现在不能这样做" in operator.open(repair_page(number, action)).text
    operator.open(repair_page(number, "move"))
    data = {"csrf_token": token(operator), "reason": "再来", "seen": "", "to": ""}
    assert operator.client.post(repair_page(number, "restart"), data=data).status_code == 409
    assert operator.client.post(repair_page(number, "move"), data=data).status_code == 409, "not what was shown"
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]


def test_mending_is_the_operators_alone(site: DeskSite) -> None:
    number = site.county.write()
    admin = site.signed_in("admin")
    page = admin.open(f"/ops/letters/{number}")
    assert page.status == 200
    assert "只有运维员能做" in page.text
    for login in ("admin", "screener", "handler.transport"):
        browser = site.signed_in(login)
        assert {browser.client.get(repair_page(number, each)).status_code for each in ACTIONS} == {403}
        assert {browser.client.post(repair_page(number, each)).status_code for each in ACTIONS} <= {400, 403}
    forged = {"csrf_token": "forged", "reason": "伪造", "number": number}
    assert site.signed_in("operator").client.post(repair_page(number, "cancel"), data=forged).status_code == 400
    assert site.county.letter(number).status == "received"


def test_stuck_things_and_differences_lead_to_the_letter(site: DeskSite) -> None:
    number, job_id = failed_job(site.county)
    operator = site.signed_in("operator")
    link = f'href="/ops/letters/{number}"'
    assert link in operator.open(f"/ops/stuck?q={number}").source
    assert link in operator.open(f"/ops/stuck/job/{job_id}").source
    page = operator.open(f"/ops/letters/{number}")
    assert f"/ops/stuck/job/{job_id}" in page.source
    wrong = accepted(site.county)
    (instance,) = site.county.services.engine.processes.of(wrong, ProcessKey.LETTER_HANDLING)
    site.county.services.engine.moves.move(instance.id, "Task_ReviewReply", {"reviewDueAt": None}, "elsewhere")
    operator.open("/ops/differences")
    page = operator.submit("/ops/differences", letters=wrong)
    assert "状态不符" in page.text
    assert repair_page(wrong, "move") in page.source


def test_a_process_too_much_is_ended_from_the_list_of_differences(site: DeskSite) -> None:
    county = site.county
    number = accepted(county)
    engine = county.services.engine
    about = {"letterId": county.letter(number).id, "screeningDueAt": "2026-09-09T17:30:00+08:00"}
    second = start_double(engine, ProcessKey.LETTER_HANDLING, number, about, at="Task_AssignLetter")
    address = f"/ops/letters/{number}/processes/{second}/end"
    operator = site.signed_in("operator")
    operator.open("/ops/differences")
    assert address in operator.submit("/ops/differences", letters=number).source
    page = operator.open(address)
    for said in ("交办来信", "有 2 个流程在办这一封来信", "记录、时限和守望都不变"):
        assert said in page.text, said
    assert operator.submit(address, reason="").status == 422
    assert "启动指令执行了两次" in operator.submit(address, reason="启动指令执行了两次").text
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]
    assert "现在不能这样做" in operator.open(address).text
    assert site.signed_in("admin").client.get(address).status_code == 403
