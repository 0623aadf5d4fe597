"""What the audit trail's chain costs: entries a second with and without it, by one writer and by four.

    python -m benchmarks.audit_chain [--entries 2000] [--rounds 3] [--json]

Starts a durable PostgreSQL of its own with the three roles. ``chained`` adds entries to the trail as the product does, one
commit each; ``plain`` adds the same rows to a table with the same columns and indexes that nothing numbers or hashes. Both
take turns. ``note_ms`` is what a page waits for its entry: masking and all, as ``AuditTrail.note`` does it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, MetaData, Table, create_engine, insert

from letterbox.domain.audit import AuditAct, Thing
from letterbox.domain.clock import SystemClock
from letterbox.domain.keys import Keys
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.services.audit.reading import AuditReading
from letterbox.services.audit.trail import AuditTrail
from letterbox.stack import parts
from letterbox.stack.postgres import AUDITOR, OWNER, EmbeddedPostgres
from letterbox.store import migrate, rights
from letterbox.store.audit import WRITTEN, AuditWriter
from letterbox.store.database import Database, dialect_url

WRITERS = (1, 4)
PLAIN = """
CREATE TABLE audit_plain (LIKE audit_events INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
ALTER TABLE audit_plain ALTER previous SET DEFAULT repeat('0', 64), ALTER hash SET DEFAULT repeat('0', 64);
ALTER TABLE audit_plain ALTER position SET DEFAULT nextval(pg_get_serial_sequence('audit_plain', 'id'));
GRANT USAGE ON SEQUENCE audit_plain_id_seq TO {writer};
GRANT INSERT ({columns}) ON audit_plain TO {writer};
"""
READER = Actor(
    kind=ActorKind.PERSON, id="7", name="陈晓岚", grants=frozenset({Grant(Role.SCREENER), Grant(Role.REVIEWER)})
)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    with _server() as server:
        engine = create_engine(dialect_url(server.url("letterbox", AUDITOR)), pool_size=4, isolation_level="AUTOCOMMIT")
        tables = {name: _table(server, name) for name in ("audit_plain", "audit_events")}
        rates: dict[tuple[str, int], list[float]] = {}
        for writers in WRITERS:
            for _round in range(options.rounds):
                for name, table in tables.items():
                    rates.setdefault((name, writers), []).append(_rate(engine, table, options.entries, writers))
        engine.dispose()
        report = {
            "entries": options.entries,
            "rounds": options.rounds,
            **{
                f"{'plain' if name == 'audit_plain' else 'chained'}_a_second_{writers}": round(statistics.median(found))
                for (name, writers), found in rates.items()
            },
            "note_ms": _noted(server, options.entries),
        }
        with closing(Database(server.url("letterbox"))) as database:
            proof = AuditReading(database, KEYS).verify()
        report |= {"verified": proof.rows, "whole": proof.ok}
    print(json.dumps(report, ensure_ascii=False, indent=None if options.json else 2))
    return 0 if proof.ok else 1


KEYS = Keys("a secret of this benchmark, long enough")


@contextmanager
def _server() -> Iterator[EmbeddedPostgres]:
    with tempfile.TemporaryDirectory(prefix="letterbox-chain-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        server, running = parts.start_postgres(folder, parts.secrets_of(folder), lambda _line: None)
        try:
            owner = server.url("letterbox", OWNER)
            migrate.upgrade(owner)
            rights.grant(owner, "letterbox", AUDITOR)
            with psycopg.connect(owner, autocommit=True) as connection:
                connection.execute(PLAIN.format(writer=AUDITOR, columns=", ".join(WRITTEN)))
            yield server
        finally:
            running.stop()


def _table(server: EmbeddedPostgres, name: str) -> Table:
    engine = create_engine(dialect_url(server.url("letterbox", OWNER)))
    try:
        return Table(name, MetaData(), autoload_with=engine)
    finally:
        engine.dispose()


def _row() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC),
        "act": "letter_read",
        "result": "done",
        "by_kind": "person",
        "by_id": "7",
        "by_name": "陈晓岚",
        "by_roles": "reviewer,screener",
        "address": "10.0.0.1",
        "request_id": "0123456789abcdef",
        "object_kind": "letter",
        "object_id": "SX20260900001",
        "detail": {},
    }


def _rate(engine: Engine, table: Table, entries: int, writers: int) -> float:
    def write(count: int) -> None:
        for _ in range(count):
            with engine.connect() as connection:
                connection.execute(insert(table).values(**_row()).inline())

    return entries / _seconds(lambda: _all_at_once(write, entries, writers))


def _all_at_once(write: Callable[[int], None], entries: int, writers: int) -> None:
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, [entries // writers] * writers))


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _noted(server: EmbeddedPostgres, entries: int) -> dict[str, float]:
    """Median and 95th percentile of what one page after the other waits."""
    trail = AuditTrail(AuditWriter(server.url("letterbox", AUDITOR)), SystemClock(), Path("/nonexistent"), KEYS)
    with closing(trail):
        thing = Thing("letter", "SX20260900001")
        times = [_seconds(lambda: trail.note(AuditAct.LETTER_READ, actor=READER, object=thing)) for _ in range(entries)]
    return {
        "p50": round(statistics.median(times) * 1000, 2),
        "p95": round(sorted(times)[entries * 95 // 100] * 1000, 2),
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
