"""Fixtures every suite shares: one PostgreSQL and one engine a session, one migrated database for the product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from letterbox.stack.engine import lanes
from letterbox.store import migrate, rights
from tests.support.drawn import flow_report
from tests.support.stack import stack


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--lane", choices=list(lanes.BY_NAME), help="the engine that tests run on")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if found := config.stash.get(flow_report.FLOWS, None):
        flow_report.write(terminalreporter, found)


@pytest.fixture(scope="session")
def stack_folder() -> Iterator[Path]:
    with stack.data_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres(stack_folder: Path) -> Iterator[stack.PostgresStack]:
    running = stack.reused()
    if running is not None:
        yield running[0]
        return
    with stack.postgres_stack(stack_folder) as started:
        yield started


@pytest.fixture(scope="session")
def lane(request: pytest.FixtureRequest) -> str:
    """The engine of this run: ``--lane``, or what the reused pair runs on; the two may not differ."""
    asked, running = request.config.getoption("--lane"), stack.reused()
    if running is None:
        return asked or lanes.DEFAULT.name
    if asked not in {None, running[1].lane}:
        pytest.exit(f"--lane {asked}, but {stack.REUSE} names a pair that runs {running[1].lane}", 4)
    return running[1].lane


@pytest.fixture(scope="session")
def engine_stack(lane: str, stack_folder: Path, postgres: stack.PostgresStack) -> Iterator[stack.EngineStack]:
    """The engine's URL, user and password; test profile, job executor off."""
    running = stack.reused()
    if running is not None:
        yield running[1]
        return
    with stack.engine_stack(stack_folder, postgres.engine_database_url, lane) as started:
        yield started


@pytest.fixture(scope="session")
def migrated(postgres: stack.PostgresStack) -> Iterator[str]:
    """The name of a database that was brought up to date once, for copies: nobody may be connected to it."""
    with stack.fresh_database(postgres.admin_url) as url:
        migrate.upgrade(url)
        yield url.rpartition("/")[2]


@pytest.fixture(scope="session")
def database_url(postgres: stack.PostgresStack, migrated: str) -> Iterator[str]:
    """A database of the product as the application reaches it: migrated, with no more rights than it has in production."""
    with stack.fresh_database(postgres.admin_url, migrated) as url:
        rights.grant(url, "letterbox", "letterbox")
        yield postgres.as_role(url, "letterbox")


@pytest.fixture(autouse=True)
def nobody_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whoever a test makes leaves with it: every test finds the county's own people, and no one else is told anything."""
    if "database_url" not in request.fixturenames:
        yield
        return
    with psycopg.connect(request.getfixturevalue("database_url"), autocommit=True) as connection:
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM people").fetchone() or (0,)
        yield
        connection.execute("UPDATE people SET is_active = false WHERE id > %s", (last,))


@pytest.fixture
def empty_database_url(postgres: stack.PostgresStack) -> Iterator[str]:
    """A database with nothing in it, for this test alone."""
    with stack.fresh_database(postgres.admin_url) as url:
        yield url
