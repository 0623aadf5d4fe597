"""PostgreSQL killed under a burst of letters and tasks: nothing lost, nothing doubled, all at rest without anybody's hand.

Slow: a stack of its own that is killed five times; measured 132 s and a minute to start it, on two cores with a load of nine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.errors import TaskGone, Unavailable
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel, Role
from letterbox.services.operations.reconcile.repairs import Repairs
from letterbox.services.operations.reconcile.run import Reconciling
from letterbox.store.commands import CommandStatus, OutboxCommand, OutboxLane
from letterbox.store.letters import Letter, LetterEvent
from letterbox.wiring import Services
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.trouble import OPERATOR
from tests.support.office.county import staff
from tests.support.office.staffed import UNIT
from tests.support.stack import stack
from tests.support.stack.killed_database import KillableServer, killable_server
from tests.support.stack.waiting import until
from tests.support.stack.whole_system import whole_system

pytestmark = pytest.mark.engine

SCREENER = staff(Role.SCREENER)
ACCEPT = {"outcome": "accept", "category": "complaint", "scope": "5"}
LETTERS, AT_ONCE = 16, 4
PATIENCE_S = 90.0
ONCE = ("LetterReceived", "LetterClassified", "LetterScreened", "LetterAssigned", "LetterDispatched")


@dataclass(frozen=True, slots=True)
class System:
    services: Services
    server: KillableServer
    database: str
    completed: list[str] = field(default_factory=list)

    def sent_again(self, act: Callable[[], object]) -> None:
        """As a browser does it whose page says that it should be tried again."""

        def is_done() -> bool:
            with suppress(Unavailable):
                act()
                return True
            return False

        until(is_done, within_s=PATIENCE_S, what="an answer")

    def one_letter(self, index: int) -> str:
        """Written, screened and assigned while the database comes and goes."""
        writer = WriterDetails("王五", "13900000000")
        draft = LetterDraft(
            Channel.PORTAL, f"断路{index}", "村口的路断了。", is_public=True, writer=writer, source_key=f"kill-{index}"
        )
        self.sent_again(lambda: self.services.intake.submit(draft, WRITER))
        number = self.number(index)
        self.done(number, "Task_ScreenLetter", ACCEPT)
        self.done(number, "Task_AssignLetter", {"lead_unit": UNIT})
        return number

    def number(self, index: int) -> str:
        found: list[str] = []

        def look() -> None:
            with self.services.database.reading() as session:
                found.extend(session.scalars(select(Letter.number).where(Letter.source_key == f"kill-{index}")))

        self.sent_again(look)
        (number,) = found
        return number

    def done(self, number: str, key: str, values: dict[str, str]) -> None:
        """Whoever hears nothing sends it again, and is told if it was done already."""
        task_id = self.task(number, key)

        def complete() -> None:
            with suppress(TaskGone):
                self.services.tasks.complete(task_id, values, SCREENER)

        self.sent_again(complete)
        self.completed.append(task_id)

    def task(self, number: str, key: str) -> str:
        found: list[str] = []

        def is_there() -> bool:
            with suppress(Unavailable):
                found.extend(each.id for each in self.services.engine.tasks.of(number) if each.key == key)
            return bool(found)

        until(is_there, within_s=PATIENCE_S, what=f"{key} of {number}")
        return found[0]

    def killed(self) -> None:
        """Each time when so many tasks have been done, with others just under way."""

        def server_gone() -> None:
            self.server.kill()
            self.server.start()

        kills: list[Callable[[], None]] = [
            lambda: self.server.kill_a_backend("engine"),
            lambda: self.server.kill_a_backend(self.database),
            server_gone,
            lambda: self.server.kill_a_backend("engine"),
            server_gone,
        ]
        for index, kill in enumerate(kills, 1):
            wanted = index * 2 * LETTERS // (len(kills) + 1)
            until(lambda: len(self.completed) >= wanted, within_s=PATIENCE_S, what=f"{wanted} tasks done")  # noqa: B023  # waited for here
            kill()

    def unfinished_commands(self) -> list[tuple[str, str, str, str | None]]:
        query = select(OutboxCommand.number, OutboxCommand.kind, OutboxCommand.status, OutboxCommand.last_error)
        is_open = OutboxCommand.status.in_([CommandStatus.PENDING, CommandStatus.STOPPED])
        with self.services.database.reading() as session:
            return [
                tuple(row) for row in session.execute(query.where(is_open, OutboxCommand.lane != OutboxLane.NOTICE))
            ]

    def names(self, number: str) -> Counter[str]:
        query = select(LetterEvent.name).join(Letter).where(Letter.number == number)
        with self.services.database.reading() as session:
            return Counter(session.scalars(query))

    def differences(self, numbers: list[str]) -> list[tuple[str, str]]:
        services = self.services
        cleanup = OperatorServices(services).cleanup
        repairs = Repairs(services.database, services.engine, services.casebook, services.relay, cleanup)
        comparing = Reconciling(
            services.database, services.engine, services.rulebook, services.administration, repairs, lambda _s: None
        )
        return [(each.letter, each.detail) for each in comparing.compare(OPERATOR, numbers).differences]


@pytest.fixture(scope="module")
def system(lane: str) -> Iterator[System]:
    with ExitStack() as held:
        server = held.enter_context(killable_server(held.enter_context(stack.data_folder())))
        running = held.enter_context(whole_system(lane, postgres=server.postgres))
        database = str(running.services.settings.database_url).rpartition("/")[2]
        yield System(running.services, server, database)


def test_nothing_is_lost_and_nothing_doubled(system: System) -> None:
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        killing = pool.submit(system.killed)
        written: list[Future[str]] = [pool.submit(system.one_letter, index) for index in range(LETTERS)]
        killing.result()
        numbers = [each.result() for each in written]
    assert len(set(numbers)) == LETTERS
    with system.services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == LETTERS
    for number in numbers:
        system.task(number, "Task_ReceiveLetter")
        assert {name: system.names(number)[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
        began = Counter(each.process_key for each in system.services.engine.history.instances(number))
        del began[ProcessKey.NOTICE_DELIVERY]
        assert began == {ProcessKey.LETTER_HANDLING: 1, ProcessKey.DEADLINE_WATCH: 1, ProcessKey.UNIT_HANDLING: 1}
    until(
        lambda: not system.unfinished_commands(),
        within_s=PATIENCE_S,
        what=f"every command settled: {system.unfinished_commands()}",
    )
    assert system.differences(numbers) == []
