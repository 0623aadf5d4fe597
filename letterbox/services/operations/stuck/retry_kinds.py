"""How each kind of stuck thing is tried once more, and how one sees what became of it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import update
from sqlalchemy.orm import Session

from letterbox.domain.errors import Unavailable
from letterbox.domain.permissions import Actor
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import AnswerLost, EngineNotFound, EngineRefused, EngineTroubled, LostRace
from letterbox.outbox import resend
from letterbox.outbox.relay import OutboxRelay
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.notices.notices import start_delivery
from letterbox.services.operations.stuck.items import RetryOutcome, Stuck, StuckKind
from letterbox.services.operations.stuck.rows import repairable
from letterbox.store.commands import CommandStatus, OutboxCommand
from letterbox.store.database import Database
from letterbox.store.notices import Delivery, DeliveryStatus

TRIES = 3
"""How often a worker may try again by itself after an operator's retry."""
GONE = (RetryOutcome.GONE, "已经不在了：办成了，或者随流程取消了，没有再做什么")
DONE_JOB = (RetryOutcome.RESOLVED, "这一步已经执行，流程继续")

Answer = tuple[RetryOutcome, str]
Attempt = Callable[[], Answer]
"""Looks how it stands now; WAITING means that it is worth looking again."""


class Attempts:
    def __init__(
        self,
        database: Database,
        engine: EngineClient,
        casebook: Casebook,
        relay: OutboxRelay,
        mask: Callable[[str], str],
    ) -> None:
        self._database = database
        self._engine = engine
        self._casebook = casebook
        self._relay = relay
        self._mask = mask

    def begin(self, stuck: Stuck, actor: Actor) -> Attempt:
        """Try it; whoever gets the answer may look again until it is settled."""
        try:
            return self._begin(stuck, actor)
        except AnswerLost:
            raise
        except Unavailable as error:
            return _finished(RetryOutcome.FAILING, f"{error.message}，没有执行")

    def _begin(self, stuck: Stuck, actor: Actor) -> Attempt:
        if stuck.kind is StuckKind.JOB:
            return self._job(stuck.id)
        if stuck.kind is StuckKind.EXTERNAL_TASK:
            return self._external_task(stuck.id)
        if stuck.kind is StuckKind.COMMAND:
            return self._command(int(stuck.id))
        if stuck.letter is None:
            return self._delivery_to_person(int(stuck.id))
        return self._delivery(int(stuck.id), stuck.letter, actor)

    def _job(self, job_id: str) -> Attempt:
        """Run by us and now: with no retry left the engine's own executor does not touch it."""
        try:
            self._engine.jobs.execute(job_id)
        except (EngineRefused, EngineTroubled):
            # the engine says 404 for a job that fails as well as for one that is gone, and tells a step's own error as its own
            return _finished(*self._job_now(job_id, RetryOutcome.FAILING))
        except (AnswerLost, LostRace):
            return lambda: self._job_now(job_id, RetryOutcome.WAITING)
        return _finished(*DONE_JOB)

    def _job_now(self, job_id: str, if_there: RetryOutcome) -> Answer:
        """The engine's own executor may have been at it at the same moment."""
        try:
            job = self._engine.jobs.get(job_id)
        except EngineNotFound:
            return DONE_JOB if self._engine.history.ran(job_id) else GONE
        return if_there, self._mask(job.exception or "")

    def _external_task(self, task_id: str) -> Attempt:
        try:
            self._engine.external_tasks.set_retries(task_id, TRIES)
        except EngineNotFound:
            return _finished(*GONE)
        return lambda: self._external_task_now(task_id)

    def _external_task_now(self, task_id: str) -> Answer:
        try:
            task = self._engine.external_tasks.get(task_id)
        except EngineNotFound:
            return (RetryOutcome.RESOLVED, "工作进程已经办成") if self._engine.history.worked(task_id) else GONE
        left = TRIES if task.retries is None else task.retries
        if left >= TRIES:
            return RetryOutcome.WAITING, "已交还给工作进程，还没有回音"
        again = f"（还会自动再试 {left} 次）" if left else ""
        return RetryOutcome.FAILING, self._mask(task.error_message or "") + again

    def _command(self, row_id: int) -> Attempt:
        with self._database.transaction() as session:
            lane = resend.reopen(session, row_id)
        if lane is None:
            return _finished(*GONE)
        self._relay.relay_lane(*lane)
        return lambda: self._command_now(row_id)

    def _command_now(self, row_id: int) -> Answer:
        with self._database.reading() as session:
            row = session.get_one(OutboxCommand, row_id)
        if row.status == CommandStatus.DONE:
            return RetryOutcome.RESOLVED, "流程引擎已经接受"
        if row.status == CommandStatus.SUPERSEDED:
            return RetryOutcome.RESOLVED, "这条指令已经没有对象，不再需要；后面的指令继续发送"
        if row.status == CommandStatus.STOPPED:
            return RetryOutcome.FAILING, row.last_error or ""
        return RetryOutcome.WAITING, row.last_error or "正在发送"

    def _delivery(self, delivery_id: int, number: str, actor: Actor) -> Attempt:
        with self._casebook.open(number, actor, act=Act.SEND_AGAIN) as case:
            notice_id = _waits_again(case.session, delivery_id, number)
            if notice_id is not None:
                start_delivery(case, notice_id)
        return _finished(*GONE) if notice_id is None else lambda: self._delivery_now(delivery_id)

    def _delivery_to_person(self, delivery_id: int) -> Attempt:
        """About no letter: the workers' next round sends it, and tries as often as the first time."""
        with self._database.transaction() as session:
            notice_id = _waits_again(session, delivery_id, None)
        return _finished(*GONE) if notice_id is None else lambda: self._delivery_now(delivery_id)

    def _delivery_now(self, delivery_id: int) -> Answer:
        with self._database.reading() as session:
            row = session.get_one(Delivery, delivery_id)
        if row.status == DeliveryStatus.SENT:
            return RetryOutcome.RESOLVED, "对方服务器已经接收"
        if row.status == DeliveryStatus.FAILED:
            return RetryOutcome.FAILING, row.last_error or ""
        return RetryOutcome.WAITING, row.last_error or "已排队，等候发送"


def _waits_again(session: Session, delivery_id: int, letter: str | None) -> int | None:
    """Its notice; None if it is no longer stuck or has no text."""
    change = update(Delivery).where(repairable(delivery_id, letter), Delivery.body.is_not(None))
    change = change.values(status=DeliveryStatus.PENDING, attempts=0, last_error=None)
    return session.execute(change.returning(Delivery.notice_id)).scalar()


def _finished(outcome: RetryOutcome, detail: str) -> Attempt:
    return lambda: (outcome, detail)
