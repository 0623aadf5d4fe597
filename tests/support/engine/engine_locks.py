"""Locks in the engine's database that keep a command in the middle of its transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from tests.support.stack import stack

BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@contextmanager
def nothing_is_written(engine_url: str) -> Iterator[Callable[[], int]]:
    """Whatever the engine writes to its executions waits until the block ends; answers how many wait."""
    address = stack.database_of(engine_url)
    with psycopg.connect(address) as holder, psycopg.connect(address, autocommit=True) as looker:
        holder.execute("LOCK TABLE act_ru_execution IN SHARE MODE")
        yield lambda: int((looker.execute(BLOCKED).fetchone() or (0,))[0])
