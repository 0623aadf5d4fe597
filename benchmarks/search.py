"""How long a search takes in a full mailbox, by how frequent its words are and who asks.

    python -m benchmarks.search [--letters 1000000] [--rounds 40] [--json]

Starts a PostgreSQL of its own with generated letters: words by Zipf's law, names of three characters, telephones, one word
that was frequent only in the oldest tenth. Times are those of ``Records.search``: from the words to the lines of the first
page with what was found in them. Milliseconds, median and 95th percentile, everything in memory that fits. Exit code 1 if
a 95th percentile is over ``GOAL_MS`` or a plan reads a whole table.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.letters_by_zipf import BURST, Maker, filled
from letterbox.domain.clock import SystemClock
from letterbox.domain.keys import Keys
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.search import block_of
from letterbox.domain.vocabulary import Role
from letterbox.seeds import values as seeds
from letterbox.services.case.findable import make_findable
from letterbox.services.records.finding import by_blocks, sought
from letterbox.services.records.records import Records
from letterbox.services.rules.rulebook import LiveRules, Rulebook
from letterbox.services.visibility.rule import visible_to
from letterbox.stack import parts
from letterbox.stack.postgres import AUDITOR, OWNER, EmbeddedPostgres
from letterbox.store import migrate, rights
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.people import Unit

GOAL_MS = 150
OFFICE = Actor(ActorKind.PERSON, "7", "陈晓岚", frozenset({Grant(Role.SCREENER)}))
Times = dict[str, float]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    with _server() as server, closing(Database(server.url("letterbox"), KEYS)) as database:
        codes = _units(database)
        begun = time.perf_counter()
        maker = filled(server.url("letterbox", OWNER), options.letters, codes)
        report: dict[str, Any] = {"letters": options.letters, "fill_seconds": round(time.perf_counter() - begun)}
        report["sizes_mb"] = _sizes(server)
        report["change_ms"] = _changed(database, options.rounds)
        records = Records(database, SystemClock(), Rulebook(LiveRules(database), timedelta(days=1)), _unread)
        unit = Actor(ActorKind.PERSON, "8", "经办", frozenset({Grant(Role.UNIT_HANDLER, codes[3])}))
        report["search_ms"] = {
            name: _timed(partial(records.search, actor), asked, options.rounds)
            for name, actor, asked in _questions(maker, unit, codes, options.letters)
        }
        with database.transaction() as session:
            report["whole_tables_read"] = [
                name
                for name, actor, asked in _questions(maker, unit, codes, options.letters)
                if "Seq Scan on letter" in _plan(session, actor, next(asked)["q"])
            ]
    report["slowest_p95"] = max(each["p95"] for each in report["search_ms"].values())
    print(json.dumps(report, ensure_ascii=False, indent=None if options.json else 2))
    return 0 if report["slowest_p95"] <= GOAL_MS and not report["whole_tables_read"] else 1


KEYS = Keys("a secret of this benchmark, long enough")


def _questions(
    maker: Maker, unit: Actor, codes: Sequence[str], letters: int
) -> Iterator[tuple[str, Actor, Iterator[dict[str, Any]]]]:
    """What is asked, by whom, and with which words: one after the other, for ever."""
    draw = random.Random(5)  # a benchmark

    def words(*ranks: tuple[int, int], **more: Any) -> Iterator[dict[str, Any]]:
        while True:
            yield {"q": " ".join(maker.word(draw.randrange(*each)) for each in ranks), **more}

    day = maker.day_of(letters // 2)
    yield "frequent word", OFFICE, words((0, 5))
    yield "usual word", OFFICE, words((20, 60))
    yield "seldom word", OFFICE, words((300, 400))
    yield "rare name", OFFICE, ({"q": maker.rare(draw)} for _ in iter(int, 1))
    yield "absent word", OFFICE, ({"q": "龘靐"} for _ in iter(int, 1))
    yield "one character", OFFICE, ({"q": maker.word(draw.randrange(0, 40))[0]} for _ in iter(int, 1))
    yield "two frequent words", OFFICE, words((0, 5), (5, 10))
    yield "three usual words", OFFICE, words((20, 40), (40, 60), (60, 80))
    yield "once frequent word", OFFICE, ({"q": BURST} for _ in iter(int, 1))
    yield "once frequent and frequent", OFFICE, ({"q": f"{BURST} {maker.word(0)}"} for _ in iter(int, 1))
    yield "last digits", OFFICE, ({"q": f"{draw.randrange(10_000):04d}"} for _ in iter(int, 1))
    yield "part of a telephone", OFFICE, ({"q": f"1{draw.randrange(10**6):06d}"} for _ in iter(int, 1))
    yield "usual word, half way back", OFFICE, words((20, 60), since=day - timedelta(days=30), until=day)
    yield "usual word of a unit", OFFICE, words((20, 60), unit=codes[5])
    yield "usual word, open letters", OFFICE, words((20, 60), status="handling")
    yield "unit: frequent word", unit, words((0, 5))
    yield "unit: usual word", unit, words((20, 60))
    yield "unit: absent word", unit, ({"q": "龘靐"} for _ in iter(int, 1))


def _timed(search: Callable[..., object], asked: Iterator[dict[str, Any]], rounds: int) -> Times:
    search(**next(asked))
    times = []
    for _ in range(rounds):
        question = next(asked)
        begun = time.perf_counter()
        search(**question)
        times.append((time.perf_counter() - begun) * 1000)
    return {"p50": round(statistics.median(times), 1), "p95": round(sorted(times)[rounds * 95 // 100], 1)}


def _changed(database: Database, rounds: int) -> Times:
    """What keeping the index costs a change of a letter: nothing to be written, and everything."""
    quiet: list[float] = []
    written: list[float] = []
    with database.transaction() as session:
        for each in session.query(Letter).order_by(Letter.id.desc()).limit(rounds):
            for times, change in ((quiet, ""), (written, "又及")):
                each.body += change
                session.flush()
                begun = time.perf_counter()
                make_findable(session, each)
                times.append((time.perf_counter() - begun) * 1000)
        session.rollback()
    return {"nothing_new": round(statistics.median(quiet), 2), "written_anew": round(statistics.median(written), 2)}


def _plan(session: Session, actor: Actor, typed: str) -> str:
    last = block_of(session.execute(text("SELECT max(letter_id) FROM letter_search")).scalar_one())
    query = by_blocks(sought(session, typed), [visible_to(actor)], 0, last, oldest_first=False)
    compiled = query.compile(dialect=session.get_bind().dialect, compile_kwargs={"render_postcompile": True})
    rows = session.connection().exec_driver_sql(f"EXPLAIN {compiled}", compiled.params)
    return "\n".join(rows.scalars())


def _unread(actor: Actor, number: str, *, is_report: bool) -> None:
    """Nobody keeps a trail here."""


def _units(database: Database) -> list[str]:
    units = seeds.load_units()
    with database.transaction() as session:
        for position, each in enumerate(units):
            kinds = {"code": each.code, "name": each.name, "short_name": each.short_name, "kind": each.kind}
            session.add(Unit(**kinds, territory=[], matters=[], position=position))
    return [each.code for each in units]


def _sizes(server: EmbeddedPostgres) -> dict[str, int]:
    with psycopg.connect(server.url("letterbox", OWNER)) as connection:
        asked = "SELECT name, pg_total_relation_size(name::regclass) / 1000000 FROM unnest(%s::text[]) AS name"
        return dict(connection.execute(asked, (["letters", "letter_search", "ix_letter_search_words", "writer_keys"],)))


@contextmanager
def _server() -> Iterator[EmbeddedPostgres]:
    with tempfile.TemporaryDirectory(prefix="letterbox-search-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        server, running = parts.start_postgres(folder, parts.secrets_of(folder), lambda _line: None)
        try:
            owner = server.url("letterbox", OWNER)
            migrate.upgrade(owner)
            rights.grant(owner, "letterbox", AUDITOR)
            yield server
        finally:
            running.stop()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
