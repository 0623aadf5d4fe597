"""Many changes of one letter at once: each command leaves once, in its lane's order, and nobody waits for ever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from letterbox.bundle.vocabulary import MessageName, ProcessKey
from letterbox.domain.permissions import WORKER
from letterbox.outbox.commands import Command
from letterbox.outbox.relay import OutboxRelay
from letterbox.services.case.casebook import Casebook
from letterbox.store.commands import OutboxCommand, OutboxLane, OutboxLease
from tests.support.office.county import County

pytestmark = pytest.mark.engine

THREADS, CHANGES = 6, 12


class Listener:
    """An engine that takes every command and remembers in which order they came."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._lock = threading.Lock()

    def send(self, command: Command) -> None:
        with self._lock:
            self.heard.append(command.id)

    def was_applied(self, command: Command) -> bool:
        return command.id in self.heard


def test_a_crowd_on_one_letter(county: County) -> None:
    number = county.write()
    services, listener = county.services, Listener()
    relay = OutboxRelay(services.database, listener)
    casebook = Casebook(services.database, services.clock, services.rulebook, relay)

    def change(_index: int) -> None:
        with casebook.open(number, WORKER) as case:
            case.commands.correlate(MessageName.WRITER_SUPPLIED)
            case.commands.start_process(ProcessKey.NOTICE_DELIVERY, {})

    before = len(commands(county, number))
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(change, range(CHANGES * THREADS)))
    relay.relay_letter(county.letter(number).id)
    added = commands(county, number)[before:]
    assert {row.status for row in added} == {"done"}
    assert sorted(listener.heard) == sorted(row.command_id for row in added)
    for lane in (OutboxLane.LETTER, OutboxLane.NOTICE):
        in_order = [row.command_id for row in added if row.lane == lane]
        assert [each for each in listener.heard if each in in_order] == in_order
    with services.database.reading() as session:
        leased = session.scalars(select(OutboxLease.lane).where(OutboxLease.letter_id == county.letter(number).id))
        assert list(leased) == []


def commands(county: County, number: str) -> list[OutboxCommand]:
    with county.services.database.reading() as session:
        query = select(OutboxCommand).where(OutboxCommand.number == number).order_by(OutboxCommand.id)
        return list(session.scalars(query))
