"""An installation from before the database's roles gets them: by the embedded start, or by the container's script, run twice."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from letterbox.stack import parts
from letterbox.stack.postgres import AUDITOR, OWNER, SUPERUSER, EmbeddedPostgres, binary
from letterbox.stack.programs import Running
from letterbox.store import migrate, rights
from tests.house.project import ROOT
from tests.support.stack import stack

SCRIPT = ROOT / "config/deploy/containers/create-databases.sh"
LATER = (OWNER, AUDITOR)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with stack.data_folder() as folder:
        yield folder


@pytest.fixture
def old(folder: Path) -> Iterator[tuple[EmbeddedPostgres, Running]]:
    """A server as an earlier version left it: the application owns its database and every table, and knows no other role."""
    server, running = parts.start_postgres(folder, parts.secrets_of(folder), lambda _line: None, is_durable=False)
    admin = server.url(SUPERUSER, SUPERUSER)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP DATABASE letterbox WITH (FORCE)")
        for role in LATER:
            connection.execute(f"DROP ROLE {role}")  # type: ignore[arg-type]  # our own names
        connection.execute("CREATE DATABASE letterbox OWNER letterbox")
    migrate.upgrade(server.url("letterbox"), "020")
    yield server, running
    running.stop()


def took_over(server: EmbeddedPostgres) -> None:
    """What every start does then; afterwards the application can no longer touch what it wrote."""
    migrate.upgrade(server.url("letterbox", OWNER))
    assert rights.grant(server.url("letterbox", OWNER), "letterbox", AUDITOR)
    with psycopg.connect(server.url("letterbox")) as connection:
        owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert connection.execute("SELECT count(*) FROM units").fetchone() == (0,)
    assert owners == [(OWNER,)]
    for statement in ("TRUNCATE letter_events", "DELETE FROM audit_events", "ALTER TABLE letters ADD COLUMN x int"):
        with psycopg.connect(server.url("letterbox")) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute(statement)  # type: ignore[arg-type]  # our own words
    with psycopg.connect(server.url("letterbox", AUDITOR)) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute("SELECT * FROM letters")


def test_an_older_data_folder_is_taken_over_at_the_next_start(
    folder: Path, old: tuple[EmbeddedPostgres, Running]
) -> None:
    old[1].stop()
    kept = json.loads((folder / parts.SECRETS_FILE).read_text(encoding="utf-8"))
    before = {role: secret for role, secret in kept["database"].items() if role not in LATER}
    parts.write_private(folder / parts.SECRETS_FILE, {**kept, "database": before})
    held = parts.secrets_of(folder)
    assert {role: held.database[role] for role in before} == before
    server, running = parts.start_postgres(folder, held, lambda _line: None, is_durable=False)
    try:
        took_over(server)
    finally:
        running.stop()


def test_the_containers_script_takes_an_older_database_over_and_may_run_again(
    old: tuple[EmbeddedPostgres, Running],
) -> None:
    server, _running = old
    run_script(server)
    took_over(server)
    run_script(server)
    took_over(server)
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER)) as connection:
        owners = connection.execute(
            "SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE datname IN ('letterbox', 'engine') ORDER BY 1"
        ).fetchall()
    assert owners == [("engine", "engine"), ("letterbox", OWNER)]
    for role, database in (("engine", "letterbox"), (AUDITOR, "engine"), ("letterbox", "engine")):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(server.url(database, role))


def run_script(server: EmbeddedPostgres) -> None:
    held = server.passwords
    environment = {
        "PATH": f"{binary('psql').parent}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGPASSWORD": held[SUPERUSER],
        "POSTGRES_USER": SUPERUSER,
        "LETTERBOX_DATABASE_PASSWORD": held["letterbox"],
        "LETTERBOX_OWNER_PASSWORD": held[OWNER],
        "LETTERBOX_AUDIT_PASSWORD": held[AUDITOR],
        "ENGINE_DATABASE_PASSWORD": held["engine"],
    }
    done = subprocess.run(["bash", str(SCRIPT)], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
