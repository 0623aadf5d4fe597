"""A county in a test: the real services on the real engine and database, stepped by hand.

The engine's job executor is off; ``run_until_idle`` runs what waits (asynchronous continuations and external tasks), never a
timer: ``fire_timer`` does that, by job id.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from sqlalchemy import select

from letterbox.channels.mail import ChannelUnavailable
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Channel, Role
from letterbox.engine.records import ExternalTask, Job, TopicRequest
from letterbox.services.tasks.tasks import TaskRow
from letterbox.store.commands import OutboxCommand
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.limits import Limit
from letterbox.wiring import Services
from tests.support.engine.own_tasks import lock_tasks_of
from tests.support.stack.clocks import SetClock
from workers.handlers import HANDLERS
from workers.runtime import Complete

WORKER = "county-test"
LOCK_MS = 60_000
WORK = {handler.topic: handler.work for handler in HANDLERS}
TOPICS = [TopicRequest(handler.topic, LOCK_MS, handler.variables) for handler in HANDLERS]


def staff(role: Role, unit: str | None = None) -> Actor:
    return Actor(ActorKind.TOKEN, None, f"{role}测试员", frozenset({Grant(role, unit)}), acts_for=f"tester {role}")


class County:
    """Acts for everybody and looks at what came of it."""

    def __init__(self, services: Services, clock: SetClock) -> None:
        self.services = services
        self.clock = clock
        self._codes: dict[str, str] = {}

    def write(
        self,
        title: str = "路灯不亮",
        body: str = "中心路的路灯坏了半个月，晚上很黑。",
        *,
        name: str = "李四",
        phone: str = "13800000000",
        **details: Any,
    ) -> str:
        """A letter from the portal; returns its number, settled at its first human task."""
        draft = LetterDraft(Channel.PORTAL, title, body, is_public=True, writer=WriterDetails(name, phone), **details)
        receipt = self.services.intake.submit(draft, Actor(ActorKind.WRITER, None, "来信人"))
        assert receipt.query_code is not None
        self._codes[receipt.number] = receipt.query_code
        self.run_until_idle(receipt.number)
        return receipt.number

    def written(self) -> list[str]:
        """The letters of this test."""
        return list(self._codes)

    def code(self, number: str) -> str:
        return self._codes[number]

    def do(self, number: str, key: str, actor: Actor, **values: Any) -> None:
        """Complete the letter's one open task ``key`` and let everything that follows happen."""
        self.services.tasks.complete(self.task(number, key, actor).id, values, actor)
        self.run_until_idle(number)

    def do_without_notices(self, number: str, key: str, actor: Actor, **values: Any) -> None:
        """``do`` while no mail server answers: notices stay where they are."""
        self.services.tasks.complete(self.task(number, key, actor).id, values, actor)
        self.services.relay.relay_letter(self.letter(number).id)

    def act(self, number: str, action: str, actor: Actor, **values: Any) -> dict[str, Any]:
        """Do something beside the tasks and let everything that follows happen."""
        answer = self.services.actions.perform(number, action, values, actor)
        self.run_until_idle(number)
        return answer

    def task(self, number: str, key: str, actor: Actor) -> TaskRow:
        rows = self.services.tasks.of_letter(number, actor)
        found = [row for row in rows if row.key == key]
        assert len(found) == 1, f"{key} of {number} for {actor.name}: {[row.key for row in rows]}"
        return found[0]

    def open_tasks(self, number: str) -> list[str]:
        return [task.key for task in self.services.engine.tasks.of(number)]

    def due_of(self, number: str, key: str) -> datetime | None:
        """When the letter's one open task ``key`` is due."""
        (task,) = [task for task in self.services.engine.tasks.of(number) if task.key == key]
        return task.due_at

    def run_until_idle(self, number: str) -> None:
        """Run continuations, external tasks and waiting commands until the letter only waits for people or timers.

        Raises the trouble of a channel, after everything that does not need this channel was done.
        """
        deadline, troubles = time.monotonic() + 20, list[ChannelUnavailable]()
        while self._moves(number, troubles) or self._waits(number):
            assert time.monotonic() < deadline, f"{number} does not come to rest: {self._left(number)}"
        for trouble in troubles:
            raise trouble

    def _moves(self, number: str, troubles: list[ChannelUnavailable]) -> int:
        return self._run_jobs(number) + self._run_external_tasks(number, troubles) + self._send(number)

    def _left(self, number: str) -> list[tuple[str, ...]]:
        """Commands that still wait, and why: to be read by whoever looks into a failure."""
        row = OutboxCommand
        with self.services.database.reading() as session:
            query = select(row.kind, row.payload, row.status, row.attempts, row.last_error).where(row.number == number)
            return [tuple(map(str, each)) for each in session.execute(query.where(row.status != "done"))]

    def _run_jobs(self, number: str) -> int:
        engine, count = self.services.engine, 0
        for instance in engine.processes.of(number):
            for job in engine.jobs.of_instance(instance.id):
                if job.due_at is None:
                    engine.jobs.execute(job.id)
                    count += 1
        return count

    def _run_external_tasks(self, number: str, troubles: list[ChannelUnavailable]) -> int:
        external = self.services.engine.external_tasks
        own = lock_tasks_of(external, WORKER, TOPICS, number)
        for task in own:
            try:
                external.complete(task.id, WORKER, self._work(task))
            except ChannelUnavailable as trouble:
                troubles.append(trouble)
        return len(own)

    def _work(self, task: ExternalTask) -> dict[str, Any]:
        outcome = WORK[task.topic](self.services, task)
        assert isinstance(outcome, Complete), outcome
        return dict(outcome.variables)

    def _send(self, number: str) -> int:
        return self.services.relay.relay_letter(self.letter(number).id)

    def _waits(self, number: str) -> bool:
        """A command found its message catch busy and is tried again in a moment."""
        with self.services.database.reading() as session:
            query = select(OutboxCommand.id).where(OutboxCommand.number == number, OutboxCommand.status == "pending")
            return session.scalars(query).first() is not None

    def timers(self, number: str) -> tuple[Job, ...]:
        return self.services.engine.jobs.timers_of(number)

    def fire_timer(self, number: str) -> datetime:
        """Move the clock to the letter's one timer and fire it; returns its instant."""
        (timer,) = self.timers(number)
        assert timer.due_at is not None
        self.clock.at = max(self.clock.at, timer.due_at)
        self.services.engine.jobs.execute(timer.id)
        self.run_until_idle(number)
        return timer.due_at

    def letter(self, number: str) -> Letter:
        with self.services.database.reading() as session:
            return session.scalars(select(Letter).where(Letter.number == number)).one()

    def events(self, number: str) -> list[LetterEvent]:
        with self.services.database.reading() as session:
            query = select(LetterEvent).join(Letter).where(Letter.number == number).order_by(LetterEvent.id)
            return list(session.scalars(query))

    def names(self, number: str) -> list[str]:
        return [event.name for event in self.events(number)]

    def event(self, number: str, name: str) -> LetterEvent:
        """The last event of this name."""
        return [event for event in self.events(number) if event.name == name][-1]

    def limits(self, number: str) -> dict[str, Limit]:
        """The last limit of each kind."""
        with self.services.database.reading() as session:
            query = (
                select(Limit)
                .join(Letter, Letter.id == Limit.letter_id)
                .where(Letter.number == number)
                .order_by(Limit.id)
            )
            return {limit.kind: limit for limit in session.scalars(query)}
