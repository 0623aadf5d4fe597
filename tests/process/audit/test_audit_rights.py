"""What each database role may do to the records nobody may change, tried on a real server as each role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, RaiseException

from letterbox.domain.audit import AuditAct, AuditResult, Thing
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.keys import Keys
from letterbox.domain.permissions import SYSTEM
from letterbox.services.audit.trail import AuditTrail
from letterbox.stack.postgres import AUDITOR, OWNER
from letterbox.store import migrate, rights
from letterbox.store.audit import AuditWriter
from tests.support.stack import stack
from tests.support.stack.clocks import SetClock

pytestmark = pytest.mark.engine
AT = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE_ZONE)
RECORDS = ("audit_events", "letter_events", "admin_events", "audit_checkpoints")
CHANGES = [
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} ADD COLUMN other int",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "DROP TABLE {table} CASCADE",
    "ALTER TABLE {table} OWNER TO CURRENT_USER",
]
COLUMNS = {"audit_events": "act", "letter_events": "by_name", "admin_events": "reason", "audit_checkpoints": "hash"}


@pytest.fixture(scope="module")
def urls(postgres: stack.PostgresStack) -> Iterator[dict[str, str]]:
    """One database with the three roles as an installation has them."""
    with stack.fresh_database(postgres.admin_url) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            name = url.rpartition("/")[2]
            connection.execute(f"ALTER DATABASE {name} OWNER TO {OWNER}")  # type: ignore[arg-type]  # our own name
        found = {role: postgres.as_role(url, role) for role in ("letterbox", OWNER, AUDITOR)}
        migrate.upgrade(found[OWNER])
        assert rights.grant(found[OWNER], "letterbox", AUDITOR)
        fill(found)
        yield {**found, "superuser": url}


def fill(urls: dict[str, str]) -> None:
    with closing(trail_of(urls, Path("/nonexistent"))) as trail:
        trail.note(AuditAct.SIGN_IN, actor=SYSTEM, object=Thing("person", "1"))
    with psycopg.connect(urls["letterbox"]) as connection:
        connection.execute(
            "INSERT INTO letters (number, channel, title, body, is_public, urgent, red_flag, important, received_at, status,"
            " accused_stated, failed_reviews, returns, rehandled, query_code_hash, is_watched)"
            " VALUES ('R1', 'portal', 't', 'b', true, false, false, false, now(), 'received', false, 0, 0, false, 'h', false)"
        )
        connection.execute(
            "INSERT INTO letter_events (letter_id, name, at, by_kind, by_name, data)"
            " SELECT id, 'LetterReceived', now(), 'system', 's', '{}' FROM letters"
        )
        connection.execute(
            "INSERT INTO admin_events (at, by_kind, by_name, action, subject_kind, subject_id, subject_name, reason)"
            " VALUES (now(), 'system', 's', 'a', 'unit', 'u', 'u', '')"
        )


def trail_of(urls: dict[str, str], folder: Path) -> AuditTrail:
    return AuditTrail(AuditWriter(urls[AUDITOR]), SetClock(AT), folder, Keys("a secret of these tests, long enough"))


@pytest.mark.parametrize("role", ["letterbox", AUDITOR])
@pytest.mark.parametrize("table", RECORDS)
@pytest.mark.parametrize("change", CHANGES)
def test_neither_the_application_nor_the_trails_writer_changes_a_record(
    urls: dict[str, str], role: str, table: str, change: str
) -> None:
    statement = change.format(table=table, column=COLUMNS[table])
    with psycopg.connect(urls[role]) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)  # type: ignore[arg-type]  # our own words


@pytest.mark.parametrize("table", RECORDS[:3])
@pytest.mark.parametrize("change", CHANGES[:3])
def test_the_owner_is_refused_by_the_table_itself(urls: dict[str, str], table: str, change: str) -> None:
    statement = change.format(table=table, column=COLUMNS[table])
    with psycopg.connect(urls[OWNER]) as connection, pytest.raises(RaiseException, match=r"append-only|are kept"):
        connection.execute(statement)  # type: ignore[arg-type]  # our own words


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM letters",
        "SET ROLE letterbox_owner",
        "CREATE TABLE mine (id int)",
        "INSERT INTO audit_events (at, act, result, by_kind, by_name, by_roles, address, request_id, object_kind, object_id,"
        " detail) VALUES (now(), 'sign_in', 'done', 'person', 'x', '', '', '', '', '', '{}')",
        "UPDATE audit_head SET position = 0",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_finds_no_way_around(urls: dict[str, str], statement: str) -> None:
    with psycopg.connect(urls["letterbox"]) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)  # type: ignore[arg-type]  # our own words


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM audit_events", "SELECT * FROM letters", "SELECT audit_expire(1, '')", "SELECT * FROM people"],
)
def test_the_trails_writer_reads_nothing(urls: dict[str, str], statement: str) -> None:
    with psycopg.connect(urls[AUDITOR]) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)  # type: ignore[arg-type]  # our own words


def test_position_and_hashes_are_not_the_writers_to_give(urls: dict[str, str]) -> None:
    with psycopg.connect(urls[AUDITOR]) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(
            "INSERT INTO audit_events (position, at, act, result, by_kind, by_name, by_roles, address, request_id,"
            " object_kind, object_id, detail, previous, hash)"
            " VALUES (1, now(), 'sign_in', 'done', 'person', 'x', '', '', '', '', '', '{}', '', '')"
        )


def test_an_entry_holds_who_what_where_and_is_chained(urls: dict[str, str], tmp_path: Path) -> None:
    trail = trail_of(urls, tmp_path)
    for _ in range(2):
        trail.note(
            AuditAct.SEARCHED,
            actor=SYSTEM,
            object=Thing("page", "letters"),
            result=AuditResult.DONE,
            address="10.0.0.1",
            detail={"filters": "电话 13812345678", "hits": 3, "words_of_the_letter": "不该留下"},
        )
    trail.close()
    with psycopg.connect(urls["letterbox"]) as connection:
        (before, after) = connection.execute(
            "SELECT position, previous, hash, act, by_kind, address, detail FROM audit_events ORDER BY id DESC LIMIT 2"
        ).fetchall()[::-1]
    assert after[0] == before[0] + 1
    assert after[1] == before[2]
    assert after[3:] == ("searched", "system", "10.0.0.1", {"filters": "电话 138****5678", "hits": 3})
