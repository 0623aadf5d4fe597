"""The trail's chain: whoever changes, takes out or puts in a row behind its back is found; old rows end, it stays provable."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import RaiseException

from letterbox.domain.audit import AuditAct, Thing
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import Unavailable
from letterbox.domain.keys import Keys
from letterbox.domain.permissions import SYSTEM
from letterbox.services.audit.reading import AuditReading, content_hash
from letterbox.services.audit.syslog import AuditSyslog, target_of
from letterbox.services.audit.trail import SPOOL, AuditTrail
from letterbox.stack.postgres import AUDITOR
from letterbox.store import migrate, rights
from letterbox.store.audit import AuditWriter
from letterbox.store.database import Database
from tests.support.stack import stack
from tests.support.stack.clocks import SetClock

pytestmark = pytest.mark.engine
AT = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE_ZONE)
KEYS = Keys("a secret of these tests, long enough")
NASTY = '引号" 反斜杠\\ 换行\n 制表\t 控制\x01\x1f \x7f 🚦 </script>'


RESET = "UPDATE audit_head SET position = 0, hash = repeat('0', 64)"


class Trail:
    """A database with the three roles, its writer and its reader."""

    def __init__(self, superuser: str, application: str, writer: str, folder: Path) -> None:
        self.superuser, self.application, self.folder = superuser, application, folder
        self.writer_url = writer
        self.database = Database(application)
        self.trail = AuditTrail(AuditWriter(writer), SetClock(AT), folder, KEYS)
        self.reading = AuditReading(self.database, KEYS)

    def fill(self, count: int) -> None:
        for number in range(count):
            self.trail.note(
                AuditAct.LETTER_READ, actor=SYSTEM, object=Thing("letter", f"SX{number}"), detail={"why": NASTY}
            )

    def tamper(self, statement: str) -> None:
        """As somebody who may do everything, without the triggers."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement)  # type: ignore[arg-type]  # a test's own words

    def broken(self) -> list[tuple[int, str]]:
        return [(each.position, each.why) for each in self.reading.verify().broken]


@pytest.fixture(scope="module")
def urls(postgres: stack.PostgresStack) -> Iterator[tuple[str, str, str]]:
    """One database as the superuser, the application and the trail's writer."""
    with stack.fresh_database(postgres.admin_url) as url:
        migrate.upgrade(url)
        rights.grant(url, "letterbox", AUDITOR)
        yield url, postgres.as_role(url, "letterbox"), postgres.as_role(url, AUDITOR)


@pytest.fixture
def trail(urls: tuple[str, str, str], tmp_path: Path) -> Iterator[Trail]:
    """An empty trail."""
    made = Trail(*urls, tmp_path)
    for statement in ("DELETE FROM audit_events", "DELETE FROM audit_checkpoints", "DELETE FROM state", RESET):
        made.tamper(statement)
    with closing(made.trail), closing(made.database):
        yield made


def test_an_untouched_trail_is_whole(trail: Trail) -> None:
    assert trail.reading.verify().ok
    trail.fill(5)
    proof = trail.reading.verify()
    assert (proof.ok, proof.rows) == (True, 5)


@pytest.mark.parametrize(
    "change",
    [
        "by_name = '别人'",
        "act = 'sign_in'",
        "result = 'refused'",
        "at = at + interval '1 second'",
        "address = '10.9.9.9'",
        "object_id = 'SX99'",
        "detail = '{}'",
        "by_roles = 'admin'",
        "recorded_at = recorded_at - interval '1 year'",
        "by_id = '7'",
        "request_id = 'x'",
        "hash = repeat('0', 64)",
    ],
)
def test_a_changed_row_is_named(trail: Trail, change: str) -> None:
    trail.fill(4)
    trail.tamper(f"UPDATE audit_events SET {change} WHERE position = 3")  # noqa: S608  # a test's own words
    assert trail.broken()[0] == (3, "内容和记下时不一样")


def test_a_row_that_was_changed_and_hashed_anew_breaks_the_next(trail: Trail) -> None:
    trail.fill(4)
    trail.tamper("UPDATE audit_events SET by_name = '别人' WHERE position = 2")
    trail.tamper(
        "UPDATE audit_events e SET hash = encode(sha256(convert_to(audit_content(e), 'UTF8')), 'hex') WHERE position = 2"
    )
    assert trail.broken() == [(3, "与上一条接不上")]


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ("position = 2", [(2, "缺少第 2 至 2 条")]),
        ("position IN (2, 3)", [(2, "缺少第 2 至 3 条")]),
        ("position = 1", [(1, "缺少第 1 至 1 条")]),
        ("position = 4", [(4, "末尾缺少：应到第 4 条")]),
        ("true", [(1, "末尾缺少：应到第 4 条")]),
    ],
)
def test_a_row_that_was_taken_out_is_missed(trail: Trail, taken: str, said: list[tuple[int, str]]) -> None:
    trail.fill(4)
    trail.tamper(f"DELETE FROM audit_events WHERE {taken}")  # noqa: S608  # a test's own words
    assert trail.broken() == said


def test_python_computes_the_hash_that_the_database_computed(trail: Trail) -> None:
    trail.fill(1)
    (row,) = trail.reading.after(0, 1)
    with psycopg.connect(trail.application) as connection:
        (detail,) = connection.execute("SELECT detail::text FROM audit_events").fetchone() or ("",)
    assert content_hash(row, detail) == row.hash


def test_many_writers_at_once_make_one_chain(trail: Trail) -> None:
    threads = [threading.Thread(target=trail.fill, args=(10,)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    proof = trail.reading.verify()
    assert (proof.ok, proof.rows) == (True, 80)
    assert not (trail.folder / SPOOL).exists()


def test_old_rows_end_and_the_rest_is_proved_from_the_signed_checkpoint(trail: Trail) -> None:
    trail.fill(6)
    old = "recorded_at = now() - interval '400 days'"
    with psycopg.connect(trail.superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for position in (1, 2, 3):
            connection.execute(
                f"UPDATE audit_events SET {old}, previous = coalesce((SELECT hash FROM audit_events WHERE position = "  # type: ignore[arg-type]  # noqa: S608
                f"{position - 1}), previous) WHERE position = {position}"
            )
            connection.execute(
                "UPDATE audit_events e SET hash = encode(sha256(convert_to(audit_content(e), 'UTF8')), 'hex') WHERE position = %s",
                (position,),
            )
        for position in (4, 5, 6):
            connection.execute(
                "UPDATE audit_events SET previous = (SELECT hash FROM audit_events WHERE position = %s) WHERE position = %s",
                (position - 1, position),
            )
            connection.execute(
                "UPDATE audit_events e SET hash = encode(sha256(convert_to(audit_content(e), 'UTF8')), 'hex') WHERE position = %s",
                (position,),
            )
        connection.execute("UPDATE audit_head SET hash = (SELECT hash FROM audit_events WHERE position = 6)")
    assert trail.reading.verify().ok
    assert trail.reading.expire(500) == 0
    assert trail.reading.expire(365) == 3
    proof = trail.reading.verify()
    assert (proof.ok, proof.rows) == (True, 3)
    assert trail.reading.expire(1) == 0, "younger than half a year"
    trail.tamper("UPDATE audit_checkpoints SET signature = repeat('0', 64)")
    assert trail.broken()[0][1].startswith("检查点的签名不对")


def test_the_application_cannot_end_what_is_young_however_it_asks(trail: Trail) -> None:
    trail.fill(2)
    with psycopg.connect(trail.application) as connection, pytest.raises(RaiseException, match="are kept"):
        connection.execute("SELECT audit_expire(2, 'signed')")


def test_while_the_trails_role_is_away_entries_wait_in_a_file_and_are_added_later(trail: Trail) -> None:
    trail.fill(1)
    away = AuditTrail(AuditWriter("postgresql://nobody:x@127.0.0.1:1/none"), SetClock(AT), trail.folder, KEYS)
    with closing(away):
        away.note(AuditAct.REPORT_READ, actor=SYSTEM, object=Thing("letter", "SX7"))
    assert json.loads((trail.folder / SPOOL).read_text(encoding="utf-8"))["object_id"] == "SX7"
    trail.trail.note(AuditAct.SIGN_IN, actor=SYSTEM)
    assert (trail.folder / SPOOL).read_text(encoding="utf-8") == ""
    late = trail.reading.after(0, 10)[-1]
    assert (late.act, late.object_id, late.detail["late"], late.at) == ("report_read", "SX7", True, AT)
    assert trail.reading.verify().ok


def test_after_the_database_cut_its_connections_the_next_entry_is_written_at_once(trail: Trail) -> None:
    trail.fill(1)
    with psycopg.connect(trail.superuser, autocommit=True) as connection:
        cut = connection.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE usename = %s", (AUDITOR,)
        ).fetchone()
    assert cut is not None
    assert cut[0] >= 1
    trail.fill(1)
    assert [row.detail.get("late") for row in trail.reading.after(0, 10)] == [None, None]
    assert not (trail.folder / SPOOL).exists()


def test_a_held_up_chain_costs_two_seconds_and_loses_nothing(trail: Trail) -> None:
    with psycopg.connect(trail.superuser) as holder:
        holder.execute("SELECT 1 FROM audit_head FOR UPDATE")
        trail.trail.note(AuditAct.LETTER_READ, actor=SYSTEM, object=Thing("letter", "SX8"))
    trail.trail.note(AuditAct.SIGN_OUT, actor=SYSTEM)
    assert [row.act for row in trail.reading.after(0, 10)] == ["sign_out", "letter_read"]


def test_without_any_trace_only_what_is_sensitive_is_refused(tmp_path: Path) -> None:
    nowhere = AuditTrail(AuditWriter("postgresql://nobody:x@127.0.0.1:1/none"), SetClock(AT), tmp_path / "gone", KEYS)
    with closing(nowhere):
        nowhere.note(AuditAct.SIGN_OUT, actor=SYSTEM)
        with pytest.raises(Unavailable, match="审计记录暂时写不进去"):
            nowhere.note(AuditAct.REPORT_READ, actor=SYSTEM)


def test_lines_of_a_period_are_exported_in_order(trail: Trail) -> None:
    trail.fill(3)
    lines = list(trail.reading.lines(AT.date(), AT.date()))
    assert [each["position"] for each in lines] == [1, 2, 3]
    assert list(trail.reading.lines((AT + timedelta(days=1)).date())) == []


@pytest.mark.parametrize("kind", ["udp", "tcp"])
def test_each_row_reaches_the_log_server_once_and_in_order(trail: Trail, kind: str) -> None:
    trail.fill(2)
    with socket.socket(type=socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        if kind == "tcp":
            server.listen()
        syslog = AuditSyslog(trail.database, trail.reading, target_of(f"{kind}://127.0.0.1:{server.getsockname()[1]}"))
        assert syslog.send() is False
        received = _received(server, kind)
        assert [f'position="{number}"' in each for number, each in enumerate(received, start=1)] == [True, True]
        assert received[0].startswith("<109>1 2")
        trail.fill(1)
        syslog.send()
        assert 'position="3"' in _received(server, kind, 1)[0]


def _received(server: socket.socket, kind: str, count: int = 2) -> list[str]:
    if kind == "udp":
        return [server.recv(65_535).decode() for _ in range(count)]
    connection, _address = server.accept()
    with connection:
        data = b"".join(iter(lambda: connection.recv(65_535), b""))
    found = []
    while data:
        length, _, rest = data.partition(b" ")
        found.append(rest[: int(length)].decode())
        data = rest[int(length) :]
    return found
