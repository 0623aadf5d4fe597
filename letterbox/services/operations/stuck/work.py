"""What is stuck, everywhere, in one list: the engine's failed steps and tasks, refused commands, undelivered notices."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from letterbox.domain.clock import Clock
from letterbox.domain.errors import NotFound, Unavailable
from letterbox.domain.permissions import Actor, require_operator
from letterbox.engine.client import EngineClient
from letterbox.engine.records import ExternalTask, Incident, Instance, Job
from letterbox.services.deployment.element_names import ElementNames
from letterbox.services.operations.stuck import rows as stuck_rows
from letterbox.services.operations.stuck.items import Stuck, StuckKind, StuckList
from letterbox.services.visibility.hidden import HIDDEN_LETTER, NOT_YOURS, hidden_among
from letterbox.store.database import Database

MOST = 1000
"""Things read of a kind; more than that is said to be more."""
KEPT_S = 30.0
FAILED_JOB, FAILED_EXTERNAL_TASK = "failedJob", "failedExternalTask"
RETRY_JOB = "立即再执行这一步：成功则流程继续，不成功则仍停在这里并给出新的原因"
RETRY_EXTERNAL_TASK = "交还给工作进程再办一次，不成功的会自动再试几次"
LOOK_AT_ENGINE = "这不是一次失败的执行，重试没有意义：请在引擎控制台查看"


class StuckWork:
    """Reads it all afresh at each question. ``mask`` blanks personal data in what programs wrote about a failure."""

    def __init__(
        self, database: Database, engine: EngineClient, names: ElementNames, clock: Clock, mask: Callable[[str], str]
    ) -> None:
        self._database = database
        self._engine = engine
        self._names = names
        self._clock = clock
        self._mask = mask
        self._counted: tuple[float, int] | None = None

    def all(self, actor: Actor) -> StuckList:
        """Longest standing first. At most five engine calls. Raises NotAllowed, Unavailable."""
        require_operator(actor)
        found = self._shown_to(actor, [*self._in_engine(), *self._in_database()])
        items = tuple(sorted(found, key=lambda each: (each.since, each.kind, each.id)))
        self._counted = time.monotonic(), len(items)
        counts = [sum(each.kind is kind for each in items) for kind in StuckKind]
        return StuckList(items, is_cut=max(counts) >= MOST)

    def count(self, actor: Actor) -> int:
        """For the navigation: at most 30 seconds old, 0 while the engine is away."""
        if self._counted is None or time.monotonic() - self._counted[0] > KEPT_S:
            try:
                self.all(actor)
            except Unavailable:
                self._counted = time.monotonic(), 0
        return self._counted[1] if self._counted else 0

    def one(self, actor: Actor, kind: str, stuck_id: str) -> Stuck:
        """Raises NotFound if it is not (or no longer) stuck, NotAllowed, Unavailable."""
        for each in self.all(actor).items:
            if (each.kind, each.id) == (kind, stuck_id):
                return each
        raise NotFound("这件事已经不在停滞清单里：也许已经办成，也许已经取消")

    def trace(self, actor: Actor, stuck: Stuck) -> str:
        """The program's own account of the failure, personal data blanked; empty if there is none."""
        require_operator(actor)
        if stuck.letter == HIDDEN_LETTER:
            return ""
        if stuck.kind is StuckKind.JOB:
            return self._mask(self._engine.jobs.stacktrace(stuck.id))
        if stuck.kind is StuckKind.EXTERNAL_TASK:
            return self._mask(self._engine.external_tasks.error_details(stuck.id))
        return stuck.cause if stuck.kind is StuckKind.COMMAND else ""

    def _shown_to(self, actor: Actor, found: list[Stuck]) -> list[Stuck]:
        """What is stuck of a letter from which he is kept away is counted, and left to another operator (A5)."""
        with self._database.reading() as session:
            hidden = hidden_among(session, actor, (each.letter for each in found))
        return [
            replace(each, letter=HIDDEN_LETTER, cause="", obstacle=NOT_YOURS, discarding="")
            if each.letter in hidden
            else each
            for each in found
        ]

    def _in_engine(self) -> Iterator[Stuck]:
        jobs = self._engine.jobs.failing(limit=MOST)
        tasks = self._engine.external_tasks.failed(limit=MOST)
        incidents = [each for each in self._engine.incidents.list(limit=MOST) if each.root_cause_id in (None, each.id)]
        by_cause = {each.configuration: each for each in incidents if each.configuration}
        others = [each for each in incidents if each.kind not in (FAILED_JOB, FAILED_EXTERNAL_TASK)]
        instances = self._instances([*jobs, *tasks, *others])
        yield from (self._job(job, by_cause.get(job.id), instances) for job in jobs)
        yield from (self._external_task(task, by_cause.get(task.id), instances) for task in tasks)
        yield from (self._incident(incident, instances) for incident in others)

    def _in_database(self) -> list[Stuck]:
        with self._database.reading() as session:
            return [*stuck_rows.stopped_commands(session, MOST), *stuck_rows.undelivered(session, MOST)]

    def _instances(self, found: Iterable[Job | ExternalTask | Incident]) -> Mapping[str, Instance]:
        return self._engine.processes.by_ids({each.process_instance_id for each in found})

    def _job(self, job: Job, incident: Incident | None, instances: Mapping[str, Instance]) -> Stuck:
        element = job.activity_id or (incident.activity_id if incident else None) or ""
        failed_at = (incident.failed_activity_id if incident else None) or element
        since: datetime = (incident.at if incident else None) or job.created_at or self._clock.now()
        return Stuck(
            kind=StuckKind.JOB,
            id=job.id,
            letter=_number(instances, job.process_instance_id),
            process=job.process_key,
            element=element,
            name=self._names.name(element),
            failed_at="" if failed_at == element else self._names.name(failed_at),
            cause=self._mask(job.exception or ""),
            since=since,
            tries_left=job.retries,
            retrying=RETRY_JOB,
        )

    def _external_task(self, task: ExternalTask, incident: Incident | None, instances: Mapping[str, Instance]) -> Stuck:
        return Stuck(
            kind=StuckKind.EXTERNAL_TASK,
            id=task.id,
            letter=_number(instances, task.process_instance_id),
            process=task.process_key,
            element=task.activity_id,
            name=self._names.name(task.activity_id),
            failed_at="",
            cause=self._mask(task.error_message or ""),
            since=incident.at if incident else self._clock.now(),
            tries_left=0,
            retrying=RETRY_EXTERNAL_TASK,
        )

    def _incident(self, incident: Incident, instances: Mapping[str, Instance]) -> Stuck:
        element = incident.activity_id or ""
        return Stuck(
            kind=StuckKind.INCIDENT,
            id=incident.id,
            letter=_number(instances, incident.process_instance_id),
            process=incident.process_definition_id.split(":", 1)[0],
            element=element,
            name=self._names.name(element),
            failed_at="",
            cause=self._mask(incident.message or incident.kind),
            since=incident.at,
            tries_left=0,
            retrying="",
            obstacle=LOOK_AT_ENGINE,
        )


def _number(instances: Mapping[str, Instance], instance_id: str) -> str | None:
    instance = instances.get(instance_id)
    return instance.business_key if instance else None
