"""An engine that pauses longer than the relay waits, at every moment of a command: one process, one watch, no difference."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel, Role
from letterbox.outbox.commands import Command
from letterbox.outbox.relay import EngineCommands
from letterbox.services.operations.reconcile.repairs import Repairs
from letterbox.services.operations.reconcile.run import Reconciling
from letterbox.store.commands import OutboxCommand
from letterbox.wiring import Services
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.engine_locks import nothing_is_written
from tests.support.engine.trouble import OPERATOR
from tests.support.office.county import County, staff
from tests.support.stack.clocks import SetClock
from tests.support.stack.stack import EngineStack
from tests.support.stack.waiting import until

pytestmark = pytest.mark.engine

SCREENER = staff(Role.SCREENER)
ACCEPT = {"outcome": "accept", "category": "complaint", "scope": "5"}
ASK = {"outcome": "supplement", "question": "请写明地点"}
PATIENCE_S = 0.3
"""How long this relay waits for an answer."""
MOMENTS_S = (0.0, 0.004, 0.01, 0.02, 0.04, 0.08)
"""How long after a command leaves the engine stops: before, while and after it works on it."""
TRIES_MEANWHILE = 3


class Leaving:
    """The way to the engine; ``left`` is set when a command is about to leave."""

    def __init__(self, engine: EngineCommands) -> None:
        self._engine = engine
        self.left = threading.Event()

    def send(self, command: Command) -> None:
        self.left.set()
        self._engine.send(command)

    def was_applied(self, command: Command) -> bool:
        return self._engine.was_applied(command)


@pytest.fixture
def hasty(county: County, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    """The same county with a relay that loses patience soon."""
    services = Services(replace(county.services.settings), SetClock(county.clock.at))
    services.engine.session.read_timeout_s = PATIENCE_S
    monkeypatch.setattr(services.relay, "_engine", Leaving(services.relay._engine))
    yield County(services, services.clock)  # type: ignore[arg-type]  # the clock that was given
    services.close()


@contextmanager
def paused(engine: EngineStack) -> Iterator[None]:
    assert engine.pid, "the pair was started without its process number"
    os.kill(engine.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(engine.pid, signal.SIGCONT)


def sent_while_it_stops(engine: EngineStack, hasty: County, act: Callable[[], object], moment_s: float) -> None:
    """``act`` sends commands; the engine stops a moment after the first leaves. The relay tries again and again meanwhile."""
    leaving = hasty.services.relay._engine
    assert isinstance(leaving, Leaving)
    leaving.left.clear()
    with ThreadPoolExecutor(1) as pool:
        acting = pool.submit(act)
        assert leaving.left.wait(10)
        with suppress(TimeoutError):
            acting.result(moment_s)
        with paused(engine):
            acting.result()
            for _ in range(TRIES_MEANWHILE):
                make_available(hasty)
                hasty.services.relay.relay_waiting()


def make_available(county: County) -> None:
    """Do not wait for the back-off."""
    with county.services.database.transaction() as session:
        session.execute(
            update(OutboxCommand)
            .where(OutboxCommand.status == "pending")
            .values(available_at=datetime.now(UTC) - timedelta(1))
        )


def rest(county: County, number: str) -> None:
    """Until nothing of the letter waits to be sent."""

    def is_quiet() -> bool:
        make_available(county)
        county.run_until_idle(number)
        return not county.services.engine.external_tasks.of_instance(number)

    until(is_quiet, within_s=30)


def differences(county: County, number: str) -> list[object]:
    services = county.services
    cleanup = OperatorServices(services).cleanup
    repairs = Repairs(services.database, services.engine, services.casebook, services.relay, cleanup)
    comparing = Reconciling(
        services.database, services.engine, services.rulebook, services.administration, repairs, lambda _s: None
    )
    return [(each.kind, each.detail) for each in comparing.compare(OPERATOR, [number]).differences]


def own_processes(county: County, number: str) -> list[str]:
    """Every process the letter ever had, those for notices and those that another process called left out."""
    every = county.services.engine.history.instances(number)
    return sorted(
        each.process_key for each in every if each.caller_id is None and each.process_key != "NoticeDeliveryProcess"
    )


def write(county: County) -> str:
    writer = WriterDetails("王五", "13900000000")
    draft = LetterDraft(Channel.PORTAL, "断路", "村口的路断了。", is_public=True, writer=writer)
    return county.services.intake.submit(draft, WRITER).number


def sent_while_it_is_leased(hasty: County, act: Callable[[], object]) -> None:
    """The engine answers questions, but what it writes waits: a look says that nothing was applied, and the relay asks again."""
    with nothing_is_written(hasty.services.engine.url) as waiting:
        act()
        for _ in range(TRIES_MEANWHILE):
            make_available(hasty)
            hasty.services.relay.relay_waiting()
        until(lambda: waiting() > TRIES_MEANWHILE, what="each try waiting in the engine")


def test_a_start_that_is_still_on_its_way_is_asked_for_again(county: County, hasty: County) -> None:
    numbers: list[str] = []
    sent_while_it_is_leased(hasty, lambda: numbers.append(write(hasty)))
    (number,) = numbers
    rest(county, number)
    assert own_processes(county, number) == ["DeadlineWatchProcess", "LetterHandlingProcess"]
    assert differences(county, number) == []


def test_a_message_that_is_still_on_its_way_is_sent_again(county: County, hasty: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, **ASK)
    sent_while_it_is_leased(hasty, lambda: hasty.services.writers_side.supplement(number, "中心路 8 号"))
    rest(county, number)
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    assert differences(county, number) == []


@pytest.mark.parametrize("moment_s", MOMENTS_S)
def test_starts(county: County, hasty: County, engine_stack: EngineStack, moment_s: float) -> None:
    numbers: list[str] = []
    sent_while_it_stops(engine_stack, hasty, lambda: numbers.append(write(hasty)), moment_s)
    (number,) = numbers
    rest(county, number)
    assert own_processes(county, number) == ["DeadlineWatchProcess", "LetterHandlingProcess"]
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    assert differences(county, number) == []


@pytest.mark.parametrize("moment_s", MOMENTS_S)
def test_completions_and_messages(county: County, hasty: County, engine_stack: EngineStack, moment_s: float) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    sent_while_it_stops(engine_stack, hasty, lambda: hasty.services.tasks.complete(task.id, ASK, SCREENER), moment_s)
    rest(county, number)
    sent_while_it_stops(
        engine_stack, hasty, lambda: hasty.services.writers_side.supplement(number, "中心路 8 号"), moment_s
    )
    rest(county, number)
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    assert "CommandSuperseded" not in county.names(number)
    assert differences(county, number) == []


@pytest.mark.parametrize("moment_s", MOMENTS_S)
def test_due_dates_and_watches(county: County, hasty: County, engine_stack: EngineStack, moment_s: float) -> None:
    """A co-handler's process, its limit, and the watch that is told of it."""
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, **ACCEPT)
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit="water")

    def ask() -> None:
        hasty.services.actions.perform(number, "add-co-handler", {"unit": "traffic-police"}, SCREENER)

    sent_while_it_stops(engine_stack, hasty, ask, moment_s)
    rest(county, number)
    assert own_processes(county, number) == ["CoHandlingProcess", "DeadlineWatchProcess", "LetterHandlingProcess"]
    assert differences(county, number) == []
