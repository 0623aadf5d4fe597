"""The doctor: what is well is said to be well, and each planted fault is found with its remedy."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from letterbox.cli import run
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel
from letterbox.outbox.commands import CommandKind
from letterbox.services.deployment.design import REPOSITORY, repository_files
from letterbox.services.operations.doctor.data import DataChecks
from letterbox.services.operations.doctor.engine import EngineChecks
from letterbox.services.operations.doctor.run import TITLES, Check, CheckFinding, Doctor
from letterbox.services.rules.office_calendar import library_years, work_calendar
from letterbox.services.rules.rulebook import Rulebook
from letterbox.settings import Settings
from letterbox.stack.engine import lanes
from letterbox.wiring import Services
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.trouble import failed_job, stopped_command, undelivered
from tests.support.office.county import County
from tests.support.stack.clocks import SetClock
from tests.support.stack.environment import commands_work_on
from tests.support.stack.mail_server import mail_server

pytestmark = pytest.mark.engine


def examined(services: Services) -> dict[str, Check]:
    return {check.name: check for check in OperatorServices(services).doctor.examine().checks}


def with_settings(county: County, **changed: object) -> Iterator[Services]:
    services = Services(replace(county.services.settings, **changed), county.clock)  # type: ignore[arg-type]  # its fields
    yield services
    services.close()


def engine_checks(services: Services, settings: Settings, ahead: timedelta = timedelta()) -> EngineChecks:
    operator = OperatorServices(services)

    def engine_now() -> datetime:
        return operator._engine_now() + ahead

    return EngineChecks(
        services.engine, services.design, operator.names, settings, engine_now, lambda: datetime.now(UTC)
    )


def test_a_county_at_work_is_well_where_it_is(county: County, lane: str) -> None:
    county.services.design.deploy(repository_files(), REPOSITORY, "tests")  # whatever other tests left live
    with mail_server() as box:
        for services in with_settings(county, smtp_url=box.url):
            found = examined(services)
    assert list(found) == list(TITLES)
    for name in ("engine", "database", "migrations", "bundle", "clocks", "disk", "attachments", "mail", "calendar"):
        assert found[name].ok, found[name]
        assert found[name].remedy == ""
    assert found["engine"].detail.startswith(f"版本 {lanes.BY_NAME[lane].version}，")
    assert "与程序自带的一致" in found["bundle"].detail


def test_the_day_of_a_deployment_is_the_offices(county: County) -> None:
    county.clock.at = datetime(2026, 9, 8, 6, 30, tzinfo=OFFICE_ZONE)
    county.services.design.deploy(repository_files(), REPOSITORY, "tests")
    for services in with_settings(county):
        assert "2026年9月8日由 tests 部署" in examined(services)["bundle"].detail


def test_somebody_deployed_past_us(county: County) -> None:
    alone = {"notice-delivery.bpmn": repository_files()["notice-delivery.bpmn"]}
    past_us = county.services.engine.deployments.deploy("by hand", alone, "cockpit")
    try:
        check = examined(county.services)["bundle"]
    finally:
        county.services.engine.deployments.delete(past_us.id, cascade=True)
    assert not check.ok
    assert "NoticeDeliveryProcess" in check.detail
    assert "--replace" in check.remedy


def test_a_bundle_older_than_the_programs_is_named(county: County) -> None:
    services = county.services
    newer = {**repository_files(), "routing.dmn": b"<newer/>"}
    checks = EngineChecks(
        services.engine,
        services.design,
        OperatorServices(services).names,
        services.settings,
        county.clock.now,
        county.clock.now,
        lambda: newer,
    )
    assert "letterbox diagrams deploy" in checks.bundle().remedy


def test_incidents_commands_and_notices_that_stand_still_are_counted(county: County) -> None:
    failed_job(county)
    number = county.write()
    stopped_command(county, number, CommandKind.CORRELATE, "LetterEvaluated")
    found = examined(county.services)
    assert not found["incidents"].ok
    assert "“甄别来信”" in found["incidents"].detail
    assert not found["outbox"].ok
    assert "被拒停下" in found["outbox"].detail
    assert "instances stuck" in found["outbox"].remedy


def test_a_notice_that_waits_too_long_is_found(county: County) -> None:
    number = submit(county)
    county.clock.move(minutes=16)
    check = examined(county.services)["notices"]
    assert not check.ok
    assert "邮件服务器" in check.remedy
    undelivered(county, number, status="sent", body=None)


def submit(county: County) -> str:
    """A letter whose confirmation goes by mail, before any worker has done anything."""
    draft = LetterDraft(Channel.PORTAL, "路灯", "不亮。", True, WriterDetails("李四", email="li@example.org"))
    return county.services.intake.submit(draft, WRITER).number


@pytest.mark.parametrize(("month", "day", "ok"), [(11, 30, True), (12, 1, False)])
def test_next_years_calendar_must_be_there_from_december(county: County, month: int, day: int, ok: bool) -> None:
    year = max(library_years())
    rulebook = Rulebook(lambda: ({}, work_calendar()))
    clock = SetClock(datetime(year, month, day, 9, tzinfo=OFFICE_ZONE))
    checks = DataChecks(county.services.database, rulebook, clock)
    assert (checks.calendar().remedy == "") is ok
    clock.at = datetime(year + 1, 3, 1, 9, tzinfo=OFFICE_ZONE)
    assert f"{year + 1} 年没有公布" in checks.calendar().detail


def test_a_database_of_an_older_version_is_named(county: County, empty_database_url: str) -> None:
    for services in with_settings(county, database_url=empty_database_url):
        found = examined(services)
    assert not found["migrations"].ok
    assert found["migrations"].remedy == "运行 letterbox prepare，更新数据库结构"
    assert not found["outbox"].ok


def test_a_folder_that_takes_nothing_and_a_mail_server_that_is_away(county: County, tmp_path: Path) -> None:
    (tmp_path / "attachments").write_text("a file where the folder should be")
    for services in with_settings(county, data_dir=tmp_path, smtp_url="smtp://127.0.0.1:1"):
        found = examined(services)
    assert not found["attachments"].ok
    assert "所有者和权限" in found["attachments"].remedy
    assert not found["mail"].ok
    assert "SMTP_URL" in found["mail"].remedy


def test_tasks_that_nobody_takes_mean_that_no_worker_runs(county: County) -> None:
    submit(county)
    late = engine_checks(county.services, county.services.settings, timedelta(minutes=3)).workers()
    assert "classify-letter" in late.detail
    assert "python -m workers" in late.remedy


def test_a_worker_that_no_longer_polls_is_named(county: County) -> None:
    with worker_saying({"topic": "classify-letter", "ok": False, "last_poll_s": 120.0}) as url:
        found = engine_checks(county.services, replace(county.services.settings, workers_url=url)).workers()
    assert found.detail == "没有在取任务：classify-letter"


class worker_saying:  # noqa: N801  # a context manager
    """A worker's health page with one topic."""

    def __init__(self, topic: dict[str, object]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the server's name
                self.send_response(503)
                self.end_headers()
                self.wfile.write(json.dumps([topic]).encode())

            def log_message(self, *_arguments: object) -> None:
                """Nothing on the test's own output."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on() -> None:
    def broken() -> CheckFinding:
        raise KeyError("nobody thought of it")

    found = Doctor({"disk": broken, "mail": lambda: CheckFinding("可以连接")}).examine()
    assert [(check.name, check.ok) for check in found.checks] == [("disk", False), ("mail", True)]
    assert not found.ok


def test_the_command_tells_all_and_its_exit_code(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = county.services.settings
    commands_work_on(monkeypatch, settings, ENGINE_URL="http://127.0.0.1:1/engine-rest")
    assert run(["doctor", "--json"]) == 3
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert [each["name"] for each in answer["checks"]] == list(TITLES)
    by_name = {each["name"]: each for each in answer["checks"]}
    assert "ENGINE_URL" in by_name["engine"]["remedy"]
    assert by_name["database"] == {**by_name["database"], "ok": True, "remedy": ""}
    monkeypatch.setenv("ENGINE_URL", settings.engine_url)
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:1")
    assert run(["doctor"]) == 1
    assert "不正常  邮件服务器：连不上邮件服务器" in capsys.readouterr().out
