"""A command that the engine answers with an error that nobody has named: it waits for an operator, and its letter with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.vocabulary import Role
from letterbox.engine.errors import EngineUnclear
from letterbox.outbox.commands import Command, CommandKind
from letterbox.outbox.relay import UNCLEAR_TRIES, EngineCommands
from letterbox.services.operations.stuck.items import RetryOutcome, StuckKind
from letterbox.services.operations.stuck.rows import UNCLEAR_SHOWN
from letterbox.store.commands import CommandStatus, OutboxCommand, OutboxLane
from letterbox.wiring.operators import OperatorServices
from tests.process.outbox.test_outbox import ACCEPT, commands, make_available, statuses
from tests.support.engine.trouble import OPERATOR, stuck_of
from tests.support.office.county import County, staff

pytestmark = pytest.mark.engine

SCREENER = staff(Role.SCREENER)


class Odd:
    """The engine with an answer to completions that nobody has met."""

    def __init__(self, engine: EngineCommands) -> None:
        self._engine = engine
        self.is_odd = True

    def send(self, command: Command) -> None:
        if self.is_odd and command.kind is CommandKind.COMPLETE:
            raise EngineUnclear(500, "OddException", "something that nobody has met yet")
        self._engine.send(command)

    def was_applied(self, command: Command) -> bool:
        return self._engine.was_applied(command)


@pytest.fixture
def odd(county: County, monkeypatch: pytest.MonkeyPatch) -> Odd:
    odd = Odd(county.services.relay._engine)
    monkeypatch.setattr(county.services.relay, "_engine", odd)
    return odd


def tried(county: County, number: str, times: int) -> None:
    for _ in range(times):
        make_available(county, number)
        county.services.relay.relay_letter(county.letter(number).id)


def test_it_stops_with_cause_and_remedy_and_the_letter_goes_on_afterwards(county: County, odd: Odd) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    county.services.tasks.complete(task.id, {"outcome": "supplement", "question": "请写明地点"}, SCREENER)
    county.services.writers_side.supplement(number, "在中心路 8 号")
    tried(county, number, UNCLEAR_SHOWN - 2)
    assert StuckKind.COMMAND not in stuck_of(county, number)
    tried(county, number, 1)
    shown = stuck_of(county, number)[StuckKind.COMMAND]
    assert "自动再试" in shown.retrying
    assert "原因不明" in shown.meaning
    assert "1 条" in shown.retrying
    tried(county, number, UNCLEAR_TRIES)
    assert statuses(county, number) == ["done", "stopped", "pending"]
    stopped = stuck_of(county, number)[StuckKind.COMMAND]
    assert "nobody has met" in stopped.cause
    assert "维护人员" in stopped.meaning
    assert "自动再试" not in stopped.retrying
    retrying = OperatorServices(county.services).retrying
    assert retrying.retry(OPERATOR, [stopped], "看看", wait_s=0)[0].outcome is RetryOutcome.FAILING
    odd.is_odd = False
    assert retrying.retry(OPERATOR, [stopped], "引擎已修好", wait_s=0)[0].outcome is RetryOutcome.RESOLVED
    make_available(county, number)
    county.run_until_idle(number)
    assert statuses(county, number) == ["done"] * 3
    assert county.names(number).count("SupplementRequested") == 1
    assert county.open_tasks(number) == ["Task_ScreenLetter"]


def test_a_watch_begun_right_behind_the_end_of_another_is_begun(county: County) -> None:
    """The first has taken the message and ends by a step of its own, which the engine does in its own time."""
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, **ACCEPT)
    engine = county.services.engine
    (first,) = engine.processes.of(number, ProcessKey.DEADLINE_WATCH)
    with county.services.casebook.open(number, OPERATOR) as case:
        case.watch.end()
        case.watch.start()
    (waiting,) = (each for each in commands(county, number, OutboxLane.WATCH) if each.status == CommandStatus.PENDING)
    assert (waiting.kind, waiting.payload["target"]) == (CommandKind.START, ProcessKey.DEADLINE_WATCH)
    assert [each.id for each in engine.processes.of(number, ProcessKey.DEADLINE_WATCH)] == [first.id]
    make_available(county, number)
    county.run_until_idle(number)
    (second,) = engine.processes.of(number, ProcessKey.DEADLINE_WATCH)
    assert second.id != first.id
    with county.services.database.reading() as session:
        is_started = session.scalars(select(OutboxCommand.status).where(OutboxCommand.id == waiting.id)).one()
    assert is_started == CommandStatus.DONE
