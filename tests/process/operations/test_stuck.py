"""What stands still, in one list with its cause, and retries that tell the truth."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel, Role
from letterbox.outbox.commands import CommandKind
from letterbox.services.audit.log import AdminAction
from letterbox.services.operations.stuck.items import RetryOutcome, Stuck, StuckKind
from letterbox.services.operations.stuck.retry_kinds import Attempts
from letterbox.services.operations.stuck.retrying import Retried, Retrying
from letterbox.store.admin_events import AdminEvent
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.trouble import (
    OPERATOR,
    command_status,
    failed_external_task,
    failed_job,
    stopped_command,
    stuck_of,
    undelivered,
)
from tests.support.office.county import County, staff
from tests.support.stack.mail_server import Box

pytestmark = pytest.mark.engine


def retry(county: County, stuck: Stuck, reason: str = "原因已排除") -> Retried:
    """While an answer is waited for, the county's workers work."""
    services = county.services
    attempts = Attempts(services.database, services.engine, services.casebook, services.relay, services.mask)
    work = OperatorServices(services).stuck
    retrying = Retrying(work, attempts, services.administration, lambda _s: county.run_until_idle(stuck.letter or ""))
    (result,) = retrying.retry(OPERATOR, [stuck], reason, wait_s=10)
    return result


def record_of(county: County, number: str) -> list[AdminEvent]:
    query = select(AdminEvent).where(AdminEvent.subject_id == number).order_by(AdminEvent.id)
    with county.services.database.reading() as session:
        return list(session.scalars(query))


def submitted_only(county: County, email: str = "") -> str:
    """Sent in, its processes started, no worker yet."""
    writer = WriterDetails("李四", "13800000000", email=email)
    return county.services.intake.submit(LetterDraft(Channel.PORTAL, "路灯", "不亮。", True, writer), WRITER).number


def test_a_failed_step_is_listed_with_place_cause_and_time(county: County) -> None:
    number, job_id = failed_job(county)
    stuck = stuck_of(county, number)[StuckKind.JOB]
    assert (stuck.id, stuck.element, stuck.name) == (job_id, "Task_ScreenLetter", "甄别来信")
    assert stuck.failed_at.startswith("甄别结论")
    assert "Gateway_ScreeningOutcome" in stuck.cause
    assert "没有一条分支成立" in stuck.meaning
    assert stuck.process == "LetterHandlingProcess"
    assert stuck.tries_left == 0
    assert "Exception" in OperatorServices(county.services).stuck.trace(OPERATOR, stuck)


def test_a_retry_of_what_still_fails_says_so(county: County) -> None:
    number, _job = failed_job(county)
    result = retry(county, stuck_of(county, number)[StuckKind.JOB])
    assert result.outcome is RetryOutcome.FAILING
    assert "Gateway_ScreeningOutcome" in result.detail
    assert StuckKind.JOB in stuck_of(county, number)


def test_a_retry_after_the_cause_is_mended_resolves(county: County) -> None:
    number, _job = failed_job(county)
    (instance,) = county.services.engine.processes.of(number, "LetterHandlingProcess")
    county.services.engine.processes.set_variables(instance.id, {"screeningOutcome": "accept"})
    result = retry(county, stuck_of(county, number)[StuckKind.JOB], "变量已更正")
    assert result.outcome is RetryOutcome.RESOLVED
    assert stuck_of(county, number) == {}
    assert county.open_tasks(number) == ["Task_AssignLetter"]
    asked, ended = record_of(county, number)
    assert (asked.action, asked.reason, asked.by_name) == (AdminAction.RETRY_ASKED, "变量已更正", "孙运维")
    assert (ended.action, ended.after) == (
        AdminAction.RETRY_ENDED,
        {"place": "甄别来信", "outcome": "resolved", "cause": result.detail},
    )


def test_what_went_away_meanwhile_is_not_tried(county: County) -> None:
    number, _job = failed_job(county)
    stuck = stuck_of(county, number)[StuckKind.JOB]
    for instance in county.services.engine.processes.of(number):
        county.services.engine.processes.delete(instance.id)
    assert retry(county, stuck).outcome is RetryOutcome.GONE
    assert record_of(county, number) == []
    with pytest.raises(NotFound):
        OperatorServices(county.services).stuck.one(OPERATOR, "job", stuck.id)


def test_a_task_a_worker_gave_up_on_goes_back_to_the_workers(county: County) -> None:
    number = submitted_only(county)
    task_id = failed_external_task(county, number, "classify-letter")
    stuck = stuck_of(county, number)[StuckKind.EXTERNAL_TASK]
    assert (stuck.id, stuck.element, stuck.cause) == (task_id, "Task_ClassifyLetter", "数据库暂时无法连接")
    assert OperatorServices(county.services).stuck.trace(OPERATOR, stuck) == "Traceback …"
    assert retry(county, stuck).outcome is RetryOutcome.RESOLVED
    assert county.open_tasks(number) == ["Task_ScreenLetter"]


def test_a_task_that_nobody_takes_is_waiting_and_one_that_fails_again_failing(county: County) -> None:
    number = submitted_only(county)
    failed_external_task(county, number, "classify-letter")
    operator = OperatorServices(county.services)
    stuck = stuck_of(county, number)[StuckKind.EXTERNAL_TASK]
    (waiting,) = operator.retrying.retry(OPERATOR, [stuck], "再试", wait_s=0)
    assert waiting.outcome is RetryOutcome.WAITING
    failed_external_task(county, number, "classify-letter", "还是不行")
    again = stuck_of(county, number)[StuckKind.EXTERNAL_TASK]
    services = county.services
    attempts = Attempts(services.database, services.engine, services.casebook, services.relay, services.mask)

    def fail_again(_s: float) -> None:
        failed_external_task(county, number, "classify-letter", "第三次不行")

    (failing,) = Retrying(operator.stuck, attempts, services.administration, fail_again).retry(
        OPERATOR, [again], "再试", wait_s=10
    )
    assert (failing.outcome, failing.detail) == (RetryOutcome.FAILING, "第三次不行")


def test_a_refused_command_is_sent_again_and_those_behind_it_follow(county: County) -> None:
    number = county.write()
    (task,) = county.services.engine.tasks.of(number)
    row = stopped_command(county, number, CommandKind.COMPLETE, task.id, screeningOutcome="accept")
    stuck = stuck_of(county, number)[StuckKind.COMMAND]
    assert (stuck.id, stuck.element) == (str(row), task.id)
    assert "MismatchingCorrelation" in stuck.cause
    assert retry(county, stuck).outcome is RetryOutcome.RESOLVED
    assert command_status(county, row) == "done"
    county.run_until_idle(number)
    assert county.open_tasks(number) == ["Task_AssignLetter"]


def test_a_message_that_nobody_waits_for_stops_again_at_once(county: County) -> None:
    number = county.write()
    row = stopped_command(county, number, CommandKind.CORRELATE, "LetterEvaluated")
    behind = stopped_command(county, number, CommandKind.CORRELATE, "EvaluationLapsed")
    result = retry(county, stuck_of_row(county, number, row))
    assert result.outcome is RetryOutcome.FAILING
    assert command_status(county, row) == command_status(county, behind) == "stopped"


def stuck_of_row(county: County, number: str, row_id: int) -> Stuck:
    found = OperatorServices(county.services).stuck.all(OPERATOR).of(frozenset({number}))
    return next(each for each in found if each.id == str(row_id))


def test_a_notice_in_doubt_is_sent_again_by_a_process_of_its_own(posting: County, box: Box) -> None:
    number = submitted_only(posting, "li@example.org")
    posting.run_until_idle(number)
    assert len(box.mails) == 1
    undelivered(posting, number, status="in_doubt", body="您的来信已收到。")
    stuck = stuck_of(posting, number)[StuckKind.DELIVERY]
    assert "可能已经收到" in stuck.cause
    assert "example.org" not in str(stuck)
    assert retry(posting, stuck).outcome is RetryOutcome.RESOLVED
    assert len(box.mails) == 2
    assert box.mails[0]["Message-ID"] == box.mails[1]["Message-ID"]


def test_a_notice_refused_again_is_failing(posting: County, box: Box) -> None:
    number = submitted_only(posting, "li@example.org")
    posting.run_until_idle(number)
    undelivered(posting, number, status="failed", body="您的来信已收到。")
    box.answer = "550 no such user"
    result = retry(posting, stuck_of(posting, number)[StuckKind.DELIVERY])
    assert (result.outcome, result.detail) == (RetryOutcome.FAILING, "邮件服务器拒收（550）")


def test_a_notice_whose_text_held_a_code_cannot_be_sent_again(posting: County, box: Box) -> None:
    box.answer = "550 no such user"
    number = submitted_only(posting, "li@example.org")
    posting.run_until_idle(number)
    stuck = stuck_of(posting, number)[StuckKind.DELIVERY]
    assert not stuck.can_retry
    assert retry(posting, stuck).outcome is RetryOutcome.REFUSED


def test_a_retry_needs_a_reason_and_an_operator(county: County) -> None:
    number, _job = failed_job(county)
    stuck = stuck_of(county, number)[StuckKind.JOB]
    operator = OperatorServices(county.services)
    with pytest.raises(FieldErrors):
        operator.retrying.retry(OPERATOR, [stuck], "  ")
    for role in (Role.SCREENER, Role.SUPERVISOR):
        with pytest.raises(NotAllowed):
            operator.retrying.retry(staff(role), [stuck], "再试")
        with pytest.raises(NotAllowed):
            operator.stuck.all(staff(role))
    assert record_of(county, number) == []
