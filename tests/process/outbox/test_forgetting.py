"""The engine forgets the ids of commands that it applied long ago, never one that the outbox may still send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import update

from letterbox.outbox.forgetting import KEPT, ROUNDS, Forgetting
from letterbox.store.commands import CommandStatus, OutboxCommand
from letterbox.wiring.operators import OperatorServices
from tests.process.outbox.test_outbox import commands
from tests.support.office.county import County
from tests.support.stack import stack

pytestmark = pytest.mark.engine

LONG_AGO = datetime.now(UTC) - KEPT - timedelta(days=30)


def look(county: County) -> bool:
    return OperatorServices(county.services).forgetting.look()


@pytest.fixture
def ids(county: County) -> Iterator[psycopg.Connection]:
    with psycopg.connect(stack.database_of(county.services.engine.url), autocommit=True) as connection:
        yield connection
        connection.execute("DELETE FROM letterbox_commands WHERE id LIKE 'OLD-%'")


def applied(ids: psycopg.Connection, at: datetime, count: int = 1) -> list[str]:
    names = [f"OLD-{uuid4().hex}" for _ in range(count)]
    for name in names:
        ids.execute("INSERT INTO letterbox_commands (id, at) VALUES (%s, %s)", (name, at))
    return names


def left(ids: psycopg.Connection, names: list[str]) -> int:
    return (ids.execute("SELECT count(*) FROM letterbox_commands WHERE id = ANY(%s)", (names,)).fetchone() or (0,))[0]


def test_what_was_applied_over_a_year_ago_is_forgotten_and_the_rest_kept(
    county: County, ids: psycopg.Connection
) -> None:
    number = county.write()
    old, young = applied(ids, LONG_AGO), applied(ids, datetime.now(UTC) - KEPT + timedelta(hours=1))
    assert look(county) is False
    assert (left(ids, old), left(ids, young)) == (0, 1)
    assert left(ids, [each.command_id for each in commands(county, number)]) == 1


@pytest.mark.parametrize("status", [CommandStatus.PENDING, CommandStatus.STOPPED])
def test_nothing_younger_than_an_open_command_is_forgotten(
    county: County, ids: psycopg.Connection, status: CommandStatus
) -> None:
    """A command that has stood still for over a year may have been applied, and an operator may send it again."""
    number = county.write()
    (row,) = commands(county, number)
    written = LONG_AGO - timedelta(days=1)
    with county.services.database.transaction() as session:
        is_it = update(OutboxCommand).where(OutboxCommand.id == row.id)
        session.execute(is_it.values(created_at=written, status=status, available_at=datetime.now(UTC) + timedelta(1)))
    before, after = applied(ids, written - timedelta(minutes=1)), applied(ids, written + timedelta(seconds=1))
    look(county)
    assert (left(ids, before), left(ids, after)) == (0, 1)
    with county.services.database.transaction() as session:
        session.execute(update(OutboxCommand).where(OutboxCommand.id == row.id).values(status=CommandStatus.DONE))
    look(county)
    assert left(ids, after) == 0


def test_a_look_is_bounded_and_the_next_goes_on(county: County, ids: psycopg.Connection) -> None:
    few = Forgetting(county.services.database, county.services.engine, most=1)
    old = applied(ids, LONG_AGO, ROUNDS + 5)
    few.look()
    assert left(ids, old) == 5
    few.look()
    assert left(ids, old) == 0


def test_an_engine_that_is_away_is_asked_another_time(
    county: County, monkeypatch: pytest.MonkeyPatch, ids: psycopg.Connection
) -> None:
    old = applied(ids, LONG_AGO)
    with monkeypatch.context() as away:
        away.setattr(county.services.engine.applied, "_url", "http://127.0.0.1:9/letterbox/commands")
        assert look(county) is False
        assert left(ids, old) == 1
    look(county)
    assert left(ids, old) == 0
