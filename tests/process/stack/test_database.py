"""Readings cannot write, and a connection that died while it rested is replaced before anybody uses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from letterbox.store import database as module
from letterbox.store.database import Database, DatabaseUnavailable

pytestmark = pytest.mark.engine


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def own_backend(database: Database, *, writes: bool) -> int:
    with database.transaction() if writes else database.reading() as session:
        return int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())


def end(database_url: str, backend: int) -> None:
    """As a restart of the server does it."""
    other = Database(database_url)
    with other.transaction() as session:
        session.execute(text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})
    other.close()


def test_the_database_itself_refuses_to_write_in_a_reading(database: Database) -> None:
    with pytest.raises(InternalError, match="read-only"), database.reading() as session:
        session.execute(text("INSERT INTO state (key, value) VALUES ('a reading', '{}')"))


def test_each_statement_of_a_reading_sees_what_is_committed_by_then(database: Database) -> None:
    count = text("SELECT count(*) FROM state WHERE key = 'seen by a reading'")
    with database.reading() as session:
        assert session.execute(count).scalar_one() == 0
        with database.transaction() as writing:
            writing.execute(text("INSERT INTO state (key, value) VALUES ('seen by a reading', '{}')"))
        assert session.execute(count).scalar_one() == 1
    with database.transaction() as session:
        session.execute(text("DELETE FROM state WHERE key = 'seen by a reading'"))


@pytest.mark.parametrize("writes", [True, False], ids=["transaction", "reading"])
def test_a_connection_that_died_while_resting_is_replaced(
    database: Database, database_url: str, writes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = own_backend(database, writes=writes)
    end(database_url, dead)
    monkeypatch.setattr(module, "TRUSTED_IDLE_S", 0.0)
    assert own_backend(database, writes=writes) != dead


def test_one_that_dies_in_use_is_told_once_and_replaced(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TRUSTED_IDLE_S", 3600.0)
    end(database_url, own_backend(database, writes=False))
    with pytest.raises(DatabaseUnavailable):
        own_backend(database, writes=False)
    assert own_backend(database, writes=False)


def test_a_connection_in_steady_use_is_not_tried_each_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TRUSTED_IDLE_S", 3600.0)
    first = own_backend(database, writes=False)
    monkeypatch.setattr(database._reading.dialect, "do_ping", lambda _connection: pytest.fail("tried without need"))
    assert own_backend(database, writes=False) == first
