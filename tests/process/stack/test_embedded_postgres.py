"""PostgreSQL of our own: passwords, kills, leftovers, folders it cannot reach."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from letterbox.domain.errors import ConfigError
from letterbox.stack import parts
from letterbox.stack.postgres import OWNER, EmbeddedPostgres, check_reachable
from letterbox.stack.programs import Running
from letterbox.store.database import new_engine
from tests.support.stack import stack
from tests.support.stack.waiting import until


@pytest.fixture(scope="module")
def own_folder() -> Iterator[Path]:
    with stack.data_folder() as folder:
        yield folder


@pytest.fixture
def server(own_folder: Path) -> Iterator[tuple[EmbeddedPostgres, Running]]:
    lines: list[str] = []
    started, running = parts.start_postgres(own_folder, parts.secrets_of(own_folder), lines.append)
    yield started, running
    running.stop()


def test_each_role_has_its_own_database_and_password(server: tuple[EmbeddedPostgres, Running]) -> None:
    postgres, _ = server
    with psycopg.connect(postgres.url("letterbox")) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    wrong = postgres.url("engine").replace(postgres.passwords["engine"], postgres.passwords["letterbox"])
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(wrong)
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(postgres.url("letterbox").rpartition("/")[0] + "/engine")


def test_what_was_committed_survives_a_kill(own_folder: Path) -> None:
    held = parts.secrets_of(own_folder)
    postgres, running = parts.start_postgres(own_folder, held, lambda _: None)
    with psycopg.connect(postgres.url("letterbox", OWNER), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number text)")
        connection.execute("INSERT INTO kept VALUES ('SX2026110001')")
    os.kill(running.pid, signal.SIGKILL)
    running.stop(0)
    postgres, running = parts.start_postgres(own_folder, held, lambda _: None)
    with psycopg.connect(postgres.url("letterbox", OWNER)) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [("SX2026110001",)]
    running.stop()


def test_a_server_left_by_a_killed_supervisor_is_ended_first(own_folder: Path) -> None:
    held = parts.secrets_of(own_folder)
    _, left = parts.start_postgres(own_folder, held, lambda _: None)
    _, running = parts.start_postgres(own_folder, held, lambda _: None)
    assert left.wait(1) is not None
    assert running.exit_code() is None
    running.stop()
    left.stop()


def test_stopping_is_fast_although_clients_are_connected(server: tuple[EmbeddedPostgres, Running]) -> None:
    postgres, running = server
    with psycopg.connect(postgres.url("letterbox")):
        running.ask_to_stop()
        until(lambda: running.exit_code() is not None, within_s=8, what="a fast shutdown")
    assert running.exit_code() == 0


def test_a_refused_row_leaves_no_value_in_the_servers_log_or_in_ours(own_folder: Path) -> None:
    lines: list[str] = []
    postgres, running = parts.start_postgres(own_folder, parts.secrets_of(own_folder), lines.append)
    engine = new_engine(postgres.url("letterbox", OWNER))
    row = {"name": "钱多多", "phone": "13712345678"}
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE refused (id int NOT NULL, name text, phone text UNIQUE)"))
        connection.execute(text("INSERT INTO refused VALUES (1, :name, :phone)"), row)
    for number in (None, 2):
        with pytest.raises(IntegrityError) as refusal, engine.begin() as connection:
            connection.execute(text("INSERT INTO refused VALUES (:id, :name, :phone)"), {**row, "id": number})
        told = "".join(traceback.format_exception(refusal.value))
        assert "violates" in told
        assert [value for value in row.values() if value in told] == []
    engine.dispose()
    running.stop()
    logged = "\n".join(lines)
    assert "violates" in logged
    assert [value for value in row.values() if value in logged] == []


def test_the_server_never_runs_as_root(server: tuple[EmbeddedPostgres, Running]) -> None:
    assert psutil.Process(server[1].pid).uids().real != 0


def test_a_folder_the_database_user_cannot_enter_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    somebody_else = os.getuid() + 1
    with pytest.raises(ConfigError, match="LETTERBOX_DATA_DIR"):
        check_reachable(closed, somebody_else)
