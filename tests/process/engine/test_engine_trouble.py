"""A database that dies under the engine's commands is trouble, not a refusal: everything is applied by itself, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import psycopg
import pytest
from sqlalchemy import select

from letterbox.domain.errors import Unavailable
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel, Role
from letterbox.services.operations.reconcile.repairs import Repairs
from letterbox.services.operations.reconcile.run import Reconciling
from letterbox.store.commands import CommandStatus, OutboxCommand
from letterbox.wiring import Services
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.engine_locks import nothing_is_written
from tests.support.engine.trouble import OPERATOR
from tests.support.office.county import staff
from tests.support.stack.waiting import until
from tests.support.stack.whole_system import whole_system

pytestmark = pytest.mark.engine

SCREENER = staff(Role.SCREENER)
ASK = {"outcome": "supplement", "question": "请写明地点"}
PATIENCE_S = 60
"""With delays that grow; a crashed database needs a second or two to come back."""
TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'engine' AND wait_event_type = 'Lock'"
)


@dataclass(frozen=True, slots=True)
class System:
    """Everything that runs in production, on a database of its own."""

    services: Services

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.services.settings.database_url or "", autocommit=True) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]  # the constants above

    def terminate_what_waits(self) -> int:
        return len(self.ask(TERMINATE))

    def write(self) -> str:
        writer = WriterDetails("王五", "13900000000")
        draft = LetterDraft(Channel.PORTAL, "断路", "村口的路断了。", is_public=True, writer=writer)
        return self.services.intake.submit(draft, WRITER).number

    def unsent(self) -> list[tuple[str, str, str | None]]:
        open_ones = [CommandStatus.PENDING, CommandStatus.STOPPED]
        query = select(OutboxCommand.kind, OutboxCommand.status, OutboxCommand.last_error)
        with self.services.database.reading() as session:
            return [
                (kind, status, error)
                for kind, status, error in session.execute(query.where(OutboxCommand.status.in_(open_ones)))
            ]

    def stopped(self) -> list[tuple[str, str, str | None]]:
        return [each for each in self.unsent() if each[1] == CommandStatus.STOPPED]

    def open_tasks(self, number: str) -> list[str]:
        return [task.key for task in self.services.engine.tasks.of(number)]

    def own_processes(self, number: str) -> list[str]:
        found = self.services.engine.history.instances(number)
        return sorted(each.process_key for each in found if each.process_key != "NoticeDeliveryProcess")

    def differences(self, *numbers: str) -> list[tuple[str, str]]:
        services = self.services
        cleanup = OperatorServices(services).cleanup
        repairs = Repairs(services.database, services.engine, services.casebook, services.relay, cleanup)
        comparing = Reconciling(
            services.database, services.engine, services.rulebook, services.administration, repairs, lambda _s: None
        )
        return [(str(each.kind), each.detail) for each in comparing.compare(OPERATOR, numbers).differences]


@pytest.fixture(scope="module")
def system(lane: str) -> Iterator[System]:
    with whole_system(lane) as running:
        yield System(running.services)


def struck(system: System, act: Callable[[], object]) -> object:
    """``act`` sends a command; the engine's connection is ended while it writes."""
    with ThreadPoolExecutor(1) as pool:
        with nothing_is_written(system.services.engine.url) as waiting:
            acting = pool.submit(act)
            until(waiting, within_s=10, what="a command at its writing")
            assert system.terminate_what_waits() >= 1
        return acting.result()


def at_rest(system: System, number: str, task: str) -> None:
    def is_at_rest() -> bool:
        with suppress(Unavailable):
            assert system.stopped() == []
            return task in system.open_tasks(number) and not system.unsent()
        return False

    until(is_at_rest, within_s=PATIENCE_S, what=f"{number} at {task}")
    assert system.own_processes(number) == ["DeadlineWatchProcess", "LetterHandlingProcess"]
    assert system.differences(number) == []


def test_a_start_whose_connection_is_ended_is_tried_again_by_itself(system: System) -> None:
    number = str(struck(system, system.write))
    at_rest(system, number, "Task_ScreenLetter")


def test_completions_and_messages_too(system: System) -> None:
    number = system.write()
    at_rest(system, number, "Task_ScreenLetter")
    (task,) = system.services.engine.tasks.of(number)
    struck(system, lambda: system.services.tasks.complete(task.id, ASK, SCREENER))
    until(lambda: not system.unsent() and not system.open_tasks(number), within_s=PATIENCE_S, what="the question asked")
    struck(system, lambda: system.services.writers_side.supplement(number, "中心路 8 号"))
    at_rest(system, number, "Task_ScreenLetter")
