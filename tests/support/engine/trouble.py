"""Planting what goes wrong: failed steps and tasks, refused commands, undelivered notices."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.engine.errors import EngineRefused
from letterbox.engine.records import TopicRequest
from letterbox.outbox import queue as outbox
from letterbox.outbox.commands import CommandKind
from letterbox.services.operations.stuck.items import Stuck, StuckKind
from letterbox.store.commands import CommandStatus, OutboxCommand, OutboxLane
from letterbox.store.notices import Delivery, Notice
from letterbox.wiring.operators import OperatorServices
from tests.support.office.county import County

OPERATOR = Actor(ActorKind.PERSON, None, "孙运维", frozenset({Grant(Role.OPERATOR)}))
BREAKER = "test-breaker"


def failed_job(county: County) -> tuple[str, str]:
    """A letter whose step behind screening fails for want of a branch; its number and the job's id."""
    number = county.write()
    (task,) = county.services.engine.tasks.of(number)
    county.services.engine.tasks.complete(task.id, {"screeningOutcome": "nonsense"})
    instance = county.services.engine.processes.of(number, "LetterHandlingProcess")[0]
    (job,) = county.services.engine.jobs.of_instance(instance.id)
    with suppress(EngineRefused):
        county.services.engine.jobs.execute(job.id)
    county.services.engine.jobs.set_retries(job.id, 0)
    return number, job.id


def failed_external_task(county: County, number: str, topic: str, message: str = "数据库暂时无法连接") -> str:
    """Whoever takes the letter's waiting task gives up on it; the task's id."""
    engine = county.services.engine.external_tasks
    fetched = engine.fetch_and_lock(BREAKER, [TopicRequest(topic, 60_000)], 100, 0)
    (own,) = [task for task in fetched if task.business_key == number]
    for task in fetched:
        if task.id != own.id:
            engine.unlock(task.id)
    engine.failure(own.id, BREAKER, message=message, details="Traceback …", retries=0, retry_timeout_ms=0)
    return own.id


def queued(
    county: County,
    session: Session,
    number: str,
    kind: CommandKind,
    target: str,
    *,
    task_id: str | None = None,
    variables: dict[str, Any] | None = None,
) -> OutboxCommand:
    """A command of the letter's lane as the outbox holds it before it is sent."""
    return outbox.add(
        session,
        letter_id=county.letter(number).id,
        lane=OutboxLane.LETTER,
        number=number,
        kind=kind,
        target=target,
        by_name="甄别测试员",
        variables=variables or {},
        task_id=task_id,
    )


def completion_that_the_engine_lost(county: County, session: Session, number: str, task_id: str) -> None:
    """The outbox says that the task's completion was applied; the engine still has the task."""
    row = queued(county, session, number, CommandKind.COMPLETE, task_id, task_id=task_id)
    row.status = CommandStatus.DONE


def stopped_command(county: County, number: str, kind: CommandKind, target: str, **variables: str) -> int:
    """A command that was refused for good as the last of many tries."""
    with county.services.database.transaction() as session:
        row = queued(county, session, number, kind, target, variables=dict(variables))
        row.status, row.attempts, row.last_error = CommandStatus.STOPPED, 40, "400 MismatchingCorrelation: nobody waits"
        session.flush()
        return row.id


def command_status(county: County, row_id: int) -> str:
    with county.services.database.reading() as session:
        return str(session.get_one(OutboxCommand, row_id).status)


def undelivered(county: County, number: str, **values: object) -> int:
    """The letter's only delivery, with these columns set; its id."""
    query = select(Delivery.id).join(Notice).where(Notice.letter_id == county.letter(number).id)
    with county.services.database.transaction() as session:
        (delivery_id,) = session.scalars(query)
        session.execute(update(Delivery).where(Delivery.id == delivery_id).values(**values))
        return delivery_id


def stuck_of(county: County, number: str) -> dict[StuckKind, Stuck]:
    found = OperatorServices(county.services).stuck.all(OPERATOR).of(frozenset({number}))
    return {each.kind: each for each in found}
