"""Every effect exactly once: the engine stopped before, during and after a submit, and tasks cancelled in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from letterbox.bundle.vocabulary import MessageName
from letterbox.domain.errors import TaskGone
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WORKER, WRITER
from letterbox.domain.vocabulary import Channel, Role
from letterbox.engine.records import TaskState
from letterbox.outbox import queue as rows
from letterbox.store.commands import CommandStatus, OutboxCommand, OutboxLane, OutboxLease
from letterbox.wiring import Services
from tests.support.engine.wire import Fault, Wire
from tests.support.office.county import County, staff
from tests.support.stack.clocks import SetClock
from tests.support.stack.stack import EngineStack

pytestmark = pytest.mark.engine

SCREENER = staff(Role.SCREENER)
ACCEPT = {"outcome": "accept", "category": "complaint", "scope": "5"}


@pytest.fixture
def wire(engine_stack: EngineStack) -> Iterator[Wire]:
    parts = urlsplit(engine_stack.engine_url)
    with Wire((parts.hostname or "", parts.port or 0)) as wire:
        yield wire


@pytest.fixture
def remote(county: County, wire: Wire, engine_stack: EngineStack) -> Iterator[County]:
    """The same county, its engine behind a wire that can be cut."""
    url = engine_stack.engine_url.replace(urlsplit(engine_stack.engine_url).netloc, f"127.0.0.1:{wire.port}")
    clock = county.clock
    services = Services(replace(county.services.settings, engine_url=url), SetClock(clock.at))
    yield County(services, clock)
    services.close()


def commands(county: County, number: str, lane: OutboxLane = OutboxLane.LETTER) -> list[OutboxCommand]:
    with county.services.database.reading() as session:
        query = select(OutboxCommand).where(OutboxCommand.number == number, OutboxCommand.lane == lane)
        return list(session.scalars(query.order_by(OutboxCommand.id)))


def make_available(county: County, number: str) -> None:
    """Do not wait for the back-off."""
    with county.services.database.transaction() as session:
        session.execute(
            update(OutboxCommand)
            .where(OutboxCommand.number == number)
            .values(available_at=datetime.now(UTC) - timedelta(1))
        )


def statuses(county: County, number: str) -> list[str]:
    return [command.status for command in commands(county, number)]


def test_engine_away_during_submit_is_completed_when_it_returns(county: County, remote: County, wire: Wire) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    remote.services.tasks.open(task.id, SCREENER)
    wire.fault = Fault.CUT
    remote.services.tasks.complete(task.id, ACCEPT, SCREENER)
    assert county.letter(number).status == "screened"
    assert statuses(county, number) == ["done", "pending"]
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    wire.fault = Fault.NONE
    make_available(county, number)
    county.run_until_idle(number)
    assert statuses(county, number) == ["done", "done"]
    assert county.open_tasks(number) == ["Task_AssignLetter"]


def test_a_letter_written_while_the_engine_is_away_starts_once(county: County, remote: County, wire: Wire) -> None:
    wire.fault = Fault.CUT
    number = remote_write(remote)
    assert county.services.engine.history.instances(number) == ()
    wire.fault = Fault.NONE
    make_available(county, number)
    county.run_until_idle(number)
    make_available(county, number)
    county.run_until_idle(number)
    keys = sorted(instance.process_key for instance in county.services.engine.history.instances(number))
    assert keys == ["DeadlineWatchProcess", "LetterHandlingProcess"]


def remote_write(remote: County) -> str:
    draft = LetterDraft(
        Channel.PORTAL, "断路", "村口的路断了。", is_public=True, writer=WriterDetails("王五", "13900000000")
    )
    return remote.services.intake.submit(draft, WRITER).number


def test_lost_answer_of_a_start_is_looked_up_not_sent_again(county: County, remote: County, wire: Wire) -> None:
    wire.fault = Fault.LOSE_ANSWERS
    number = remote_write(remote)
    assert [command.is_uncertain for command in commands(county, number)] == [True]
    wire.fault = Fault.NONE
    make_available(county, number)
    county.run_until_idle(number)
    instances = county.services.engine.history.instances(number)
    assert sorted(instance.process_key for instance in instances) == ["DeadlineWatchProcess", "LetterHandlingProcess"]
    assert statuses(county, number) == ["done"]


def test_lost_answer_of_a_completion_is_looked_up(county: County, remote: County, wire: Wire) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    remote.services.tasks.open(task.id, SCREENER)
    wire.fault = Fault.LOSE_ANSWERS
    remote.services.tasks.complete(task.id, ACCEPT, SCREENER)
    assert county.services.engine.history.task(task.id).state is TaskState.COMPLETED
    assert commands(county, number)[-1].is_uncertain
    wire.fault = Fault.NONE
    make_available(county, number)
    county.run_until_idle(number)
    assert statuses(county, number) == ["done", "done"]
    assert county.names(number).count("LetterScreened") == 1
    assert "CommandSuperseded" not in county.names(number)
    assert county.open_tasks(number) == ["Task_AssignLetter"]


def test_lost_answer_of_a_message_moves_one_token(county: County, remote: County, wire: Wire) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="supplement", question="请写明地点")
    wire.fault = Fault.LOSE_ANSWERS
    remote.services.writers_side.supplement(number, "在中心路 8 号")
    wire.fault = Fault.NONE
    make_available(county, number)
    county.run_until_idle(number)
    assert statuses(county, number) == ["done"] * 3
    assert county.open_tasks(number) == ["Task_ScreenLetter"]


def test_a_sender_that_died_before_sending_is_replaced(county: County) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    county.services.tasks.open(task.id, SCREENER)
    dead = datetime.now(UTC) - timedelta(minutes=5)
    with county.services.casebook.open(number, WORKER) as case:
        case.commands.complete(task.id, {"screeningOutcome": "decline"})
        letter_id = case.letter.id
        case.session.flush()
        assert rows.lease(case.session, letter_id, [OutboxLane.LETTER], "a relay that dies", dead + timedelta(days=1))
        case.session.execute(update(OutboxLease).values(until=dead))
    county.run_until_idle(number)
    assert statuses(county, number) == ["done", "done"]
    assert county.services.engine.history.task(task.id).state is TaskState.COMPLETED


def test_a_leased_queue_is_left_alone(county: County) -> None:
    number = county.write()
    letter_id = county.letter(number).id
    with county.services.database.transaction() as session:
        session.add(
            OutboxLease(
                letter_id=letter_id,
                lane=OutboxLane.LETTER,
                owner="another",
                until=datetime.now(UTC) + timedelta(minutes=1),
            )
        )
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    county.services.tasks.complete(task.id, ACCEPT, SCREENER)
    assert statuses(county, number) == ["done", "pending"]
    with county.services.database.transaction() as session:
        session.execute(update(OutboxLease).values(until=datetime.now(UTC) - timedelta(minutes=1)))
    county.run_until_idle(number)
    assert statuses(county, number) == ["done", "done"]


def test_a_command_added_while_another_is_sent_leaves_with_that_sender(county: County) -> None:
    """The second change finds the lane leased and leaves its command to whoever holds it."""
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    with county.services.casebook.open(number, WORKER) as case:
        case.commands.complete(task.id, {"screeningOutcome": "supplement"})
        letter_id, relay = case.letter.id, county.services.relay
        leased = relay.lease(case.session, letter_id, case.commands.lanes)
        case.commands.lanes.clear()  # committed and leased, sent by hand below
    with county.services.casebook.open(number, WORKER) as case:
        case.commands.correlate(MessageName.WRITER_SUPPLIED, {"screeningDueAt": "2026-09-09T17:30:00+08:00"})
    assert statuses(county, number) == ["done", "pending", "pending"]
    assert relay.relay(leased) >= 1
    make_available(county, number)
    county.run_until_idle(number)
    assert statuses(county, number) == ["done", "done", "done"]
    assert county.open_tasks(number) == ["Task_ScreenLetter"]


def test_a_sender_that_dies_with_its_commit_leaves_nothing_out_and_doubles_nothing(county: County) -> None:
    """The commit itself hands the command to its relay; whoever comes after him looks it up before sending."""
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    with county.services.casebook.open(number, WORKER) as case:
        case.commands.complete(task.id, {"screeningOutcome": "decline"})
        county.services.relay.lease(case.session, case.letter.id, case.commands.lanes)
        case.commands.lanes.clear()
    county.services.relay.relay_waiting()
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    assert commands(county, number)[-1].is_uncertain
    with county.services.database.transaction() as session:
        session.execute(update(OutboxLease).values(until=datetime.now(UTC) - timedelta(minutes=1)))
    county.run_until_idle(number)
    assert statuses(county, number) == ["done", "done"]
    assert county.services.engine.history.task(task.id).state is TaskState.COMPLETED


def test_second_command_waits_for_the_first(county: County, remote: County, wire: Wire) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    remote.services.tasks.open(task.id, SCREENER)
    wire.fault = Fault.CUT
    remote.services.tasks.complete(task.id, {"outcome": "supplement", "question": "请写明地点"}, SCREENER)
    remote.services.writers_side.supplement(number, "在中心路 8 号")
    assert statuses(county, number) == ["done", "pending", "pending"]
    wire.fault = Fault.NONE
    make_available(county, number)
    county.run_until_idle(number)
    assert statuses(county, number) == ["done", "done", "done"]
    assert county.open_tasks(number) == ["Task_ScreenLetter"]


def test_completion_of_a_task_cancelled_meanwhile_is_seen_by_its_author(
    county: County, remote: County, wire: Wire
) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    remote.services.tasks.open(task.id, SCREENER)
    wire.fault = Fault.CUT
    remote.services.tasks.complete(task.id, ACCEPT, SCREENER)
    for instance in county.services.engine.processes.of(number, "LetterHandlingProcess"):
        county.services.engine.processes.delete(instance.id)
    wire.fault = Fault.NONE
    make_available(county, number)
    county.run_until_idle(number)
    assert commands(county, number)[-1].status == CommandStatus.SUPERSEDED
    assert "CommandSuperseded" in county.names(number)


def test_the_slower_of_two_is_told_who_was_faster(county: County) -> None:
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    county.services.tasks.complete(task.id, ACCEPT, SCREENER)
    with pytest.raises(TaskGone) as gone:
        county.services.tasks.complete(task.id, {**ACCEPT, "category": "opinion"}, staff(Role.REVIEWER))
    assert gone.value.done_by == SCREENER.name
    assert gone.value.done_at is not None
    assert county.names(number).count("LetterScreened") == 1


def test_a_command_refused_for_good_stops_only_its_queue(county: County) -> None:
    number = county.write()
    with county.services.casebook.open(number, WORKER) as case:
        case.commands.correlate("NoSuchMessage")  # type: ignore[arg-type]  # a mistake of a future diagram
        case.commands.start_process("NoSuchProcess", {})  # type: ignore[arg-type]
    with county.services.database.transaction() as session:
        session.execute(
            update(OutboxCommand)
            .where(OutboxCommand.number == number, OutboxCommand.status == "pending")
            .values(attempts=100)
        )
    make_available(county, number)
    county.services.relay.relay_letter(county.letter(number).id)
    assert statuses(county, number) == ["done", "stopped", "pending"]
    other = county.write()
    assert statuses(county, other) == ["done"]
