"""The operators' pages: what stands still, why, trying it again with the truth told, and who may."""

from __future__ import annotations

import pytest

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel
from letterbox.outbox.commands import CommandKind
from tests.support.engine.trouble import command_status, failed_job, stopped_command, undelivered
from tests.support.engine.wire import Fault, Wire
from tests.support.office.county import County
from tests.support.office.desk_site import DeskSite
from webapp.shared.http.access import declared_roles

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine
OTHERS = ("screener", "reviewer", "coordinator", "supervisor.gov", "leader", "owner", "handler.transport")


def test_the_list_names_letter_place_and_cause_and_filters(site: DeskSite) -> None:
    number, _job = failed_job(site.county)
    operator = site.signed_in("operator")
    page = operator.open(f"/ops/stuck?q={number}")
    assert number in page.text
    assert "甄别来信 → 甄别结论" in page.text
    assert "Gateway_ScreeningOutcome" in page.text
    assert "路灯不亮" not in page.source, "a letter's title is not the operator's to read"
    assert number in operator.open(f"/ops/stuck?q={number}&kind=job&again=no").text
    assert "没有符合条件的事项" in operator.open(f"/ops/stuck?q={number}&kind=delivery").text
    assert "没有符合条件的事项" in operator.open(f"/ops/stuck?q={number}&again=yes").text
    assert operator.open("/ops/stuck?kind=%00&page=99999&q=%3Cb%3E").status in (200, 400)


def test_one_is_shown_with_its_stack_trace_and_what_a_retry_does(site: DeskSite) -> None:
    number, job_id = failed_job(site.county)
    page = site.signed_in("operator").open(f"/ops/stuck/job/{job_id}")
    assert page.heading.startswith("甄别来信")
    assert number in page.text
    assert "立即再执行这一步" in page.text
    assert "ProcessEngineException" in page.source


def test_a_retry_tells_that_it_still_fails_and_later_that_it_worked(site: DeskSite) -> None:
    number, job_id = failed_job(site.county)
    operator = site.signed_in("operator")
    operator.open(f"/ops/stuck/job/{job_id}")
    page = operator.submit("/ops/retry", reason="再试一次")
    assert page.heading == "重试结果"
    assert "仍然失败" in page.text
    engine = site.county.services.engine
    (instance,) = engine.processes.of(number, ProcessKey.LETTER_HANDLING)
    engine.processes.set_variables(instance.id, {"screeningOutcome": "accept"})
    operator.open(f"/ops/stuck/job/{job_id}")
    assert "全部解决" in operator.submit("/ops/retry", reason="变量已更正").text
    assert site.county.open_tasks(number) == ["Task_AssignLetter"]
    assert operator.open(f"/ops/stuck/job/{job_id}").status == 404
    log = operator.open(f"/ops/record?letter={number}").text
    for said in ("变量已更正", "要求重试", "重试结果", "已解决", "仍然失败"):
        assert said in log


def test_a_retry_without_a_reason_does_nothing_and_keeps_what_was_typed(site: DeskSite) -> None:
    number, job_id = failed_job(site.county)
    operator = site.signed_in("operator")
    operator.open(f"/ops/stuck/job/{job_id}")
    page = operator.submit("/ops/retry", reason=" ")
    assert page.status == 422
    assert page.errors == ["请写明原因，它会记入变更记录"]
    page = operator.submit("/ops/retry", reason="长" * 201)
    assert page.status == 422
    assert "长" * 201 in page.source
    assert "没有这封来信的运维记录" in operator.open(f"/ops/record?letter={number}").text


def test_several_are_confirmed_first_and_then_retried_together(site: DeskSite) -> None:
    (first, one), (second, two) = failed_job(site.county), failed_job(site.county)
    operator = site.signed_in("operator")
    operator.open(f"/ops/stuck?q={first[:-5]}")
    page = operator.submit("/ops/retry/confirm", item=[f"job:{one}", f"job:{two}"])
    assert page.heading == "重试 2 项"
    assert first in page.text
    assert operator.submit("/ops/retry", reason="").status == 422
    page = operator.submit("/ops/retry", reason="一起再试")
    assert page.text.count("仍然失败") == 2
    assert second in page.text


def test_choosing_nothing_says_so(site: DeskSite) -> None:
    failed_job(site.county)
    operator = site.signed_in("operator")
    operator.open("/ops/stuck")
    assert "没有选中" in operator.submit("/ops/retry/confirm").text


def test_a_message_nobody_will_wait_for_is_given_up_and_those_behind_it_leave(site: DeskSite) -> None:
    county = site.county
    number = county.write()
    first = stopped_command(county, number, CommandKind.CORRELATE, "LetterEvaluated")
    (task,) = county.services.engine.tasks.of(number)
    behind = stopped_command(county, number, CommandKind.COMPLETE, task.id, screeningOutcome="accept")
    operator = site.signed_in("operator")
    operator.open(f"/ops/stuck/command/{first}")
    assert operator.submit("/ops/retry", reason="").status == 422
    refused = operator.client.post(
        "/ops/drop", data={"item": f"command:{first}", "reason": "", "csrf_token": _token(operator.page.source)}
    )
    assert refused.status_code == 422
    assert command_status(county, first) == "stopped"
    token = _token(operator.page.source)
    done = operator.client.post(
        "/ops/drop", data={"item": f"command:{first}", "reason": "来信已另行办理", "csrf_token": token}
    )
    assert done.status_code == 302
    assert command_status(county, first) == "superseded"
    kept = operator.client.post(
        "/ops/drop", data={"item": f"command:{behind}", "reason": "也放弃", "csrf_token": token}
    )
    assert kept.status_code == 409, "without the completion the letter would stand still for good"
    assert command_status(county, behind) == "stopped"


def _token(source: str) -> str:
    return source.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_a_notice_whose_text_is_gone_can_only_be_given_up(site: DeskSite) -> None:
    county = site.county
    number, delivery = refused_notice(county)
    operator = site.signed_in("operator")
    page = operator.open(f"/ops/stuck/delivery/{delivery}")
    assert "重试没有意义" in page.text
    assert "电话告知来信人" in page.text
    assert "example.org" not in page.source
    token = _token(page.source)
    done = operator.client.post(
        "/ops/drop", data={"item": f"delivery:{delivery}", "reason": "已电话告知", "csrf_token": token}
    )
    assert done.status_code == 302
    assert operator.open(f"/ops/stuck/delivery/{delivery}").status == 404
    assert "已电话告知" in operator.open(f"/ops/record?letter={number}").text


def refused_notice(county: County) -> tuple[str, int]:
    draft = LetterDraft(Channel.PORTAL, "路灯", "不亮。", True, WriterDetails("李四", email="li@example.org"))
    number = county.services.intake.submit(draft, WRITER).number
    return number, undelivered(county, number, status="failed", body=None, last_error="邮件服务器拒收（550）")


def test_the_overview_lists_every_part_and_works_without_the_engine(
    site: DeskSite, remote: DeskSite, wire: Wire
) -> None:
    page = site.signed_in("operator").open("/ops/")
    for said in ("流程引擎", "数据库", "工作日历", "待发指令", "未办结的来信"):
        assert said in page.text
    away = remote.signed_in("operator")
    wire.fault = Fault.CUT
    page = away.open("/ops/")
    assert page.status == 200
    assert "ENGINE_URL" in page.text
    assert away.open("/ops/stuck").status == 503


def test_database_and_engine_are_compared_and_mended_on_request(site: DeskSite) -> None:
    number = site.county.write()
    engine = site.county.services.engine
    (watch,) = engine.processes.of(number, ProcessKey.DEADLINE_WATCH)
    engine.processes.delete(watch.id)
    operator = site.signed_in("operator")
    assert "开始核对" in operator.open("/ops/differences").text
    page = operator.submit("/ops/differences", letters=f" {number.lower()}、 ")
    assert "没有时限守望" in page.text
    assert number in page.text
    assert "1 处不一致" in page.text
    assert engine.processes.of(number, ProcessKey.DEADLINE_WATCH) == ()
    repaired = operator.client.post(
        "/ops/differences", data={"csrf_token": _token(page.source), "repair": "yes", "letters": number}
    )
    assert "已修复" in repaired.get_data(as_text=True)
    assert len(engine.processes.of(number, ProcessKey.DEADLINE_WATCH)) == 1
    assert "修复差异" in operator.open(f"/ops/record?letter={number}").text


def test_a_letter_that_is_not_there_is_not_called_well(site: DeskSite) -> None:
    operator = site.signed_in("operator")
    operator.open("/ops/differences")
    page = operator.submit("/ops/differences", letters="SX20990100001")
    assert "没有找到这些来信" in page.text
    assert "两边一致" not in page.text


def test_only_operators_and_administrators_get_in(site: DeskSite) -> None:
    _number, job_id = failed_job(site.county)
    addresses = ("/ops/", "/ops/stuck", f"/ops/stuck/job/{job_id}", "/ops/differences", "/ops/record")
    for login in ("operator", "admin"):
        browser = site.signed_in(login)
        assert [browser.client.get(path).status_code for path in addresses] == [200] * 5
        assert 'href="/ops/"' in browser.open("/desk/").source
    for login in OTHERS:
        browser = site.signed_in(login)
        assert [browser.client.get(path).status_code for path in addresses] == [403] * 5
        assert 'href="/ops/"' not in browser.open("/desk/").source
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint.startswith("ops."):
            is_repair = rule.endpoint.startswith(("ops.mend", "ops.stalls_mend"))
            wanted = {"operator"} if is_repair else {"operator", "admin"}
            assert {str(role) for role in declared_roles(site.app, rule.endpoint) or ()} == wanted


def test_a_forged_form_changes_nothing(site: DeskSite) -> None:
    number, job_id = failed_job(site.county)
    client = site.signed_in("operator").client
    for path in ("/ops/retry", "/ops/retry/confirm", "/ops/drop", "/ops/differences"):
        data = {"item": f"job:{job_id}", "reason": "伪造", "csrf_token": "forged"}
        assert client.post(path, data=data).status_code == 400
    assert number in site.signed_in("operator").open(f"/ops/stuck?q={number}").text


def test_unknown_things_are_not_found(site: DeskSite) -> None:
    operator = site.signed_in("operator")
    for path in ("/ops/stuck/job/no-such-job", "/ops/stuck/nonsense/1", "/ops/stuck/command/999999999"):
        assert operator.open(path).status == 404
