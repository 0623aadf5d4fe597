"""``place``: an installation with the database's three roles, its trail five entries long.

Test modules take it by ``pytest_plugins = ["tests.support.stack.trail_fixtures"]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from letterbox.stack.postgres import AUDITOR, OWNER
from letterbox.store import migrate, rights
from tests.support.stack import stack
from tests.support.stack.trail_place import Place, note


@pytest.fixture(scope="module")
def installed(postgres: stack.PostgresStack) -> Iterator[tuple[str, dict[str, str]]]:
    with stack.fresh_database(postgres.admin_url) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {url.rpartition('/')[2]} OWNER TO {OWNER}")
        urls = {role: postgres.as_role(url, role) for role in ("letterbox", OWNER, AUDITOR)}
        migrate.upgrade(urls[OWNER])
        assert rights.grant(urls[OWNER], "letterbox", AUDITOR)
        yield url, urls


@pytest.fixture
def place(installed: tuple[str, dict[str, str]], tmp_path: Path) -> Place:
    """Its trail holds five entries."""
    place = Place(tmp_path, *installed)
    for statement in (
        "DELETE FROM audit_events",
        "DELETE FROM audit_checkpoints",
        "UPDATE audit_head SET position = 0, hash = repeat('0', 64)",
    ):
        place.tamper(statement)
    note(place, 5)
    return place
