"""A real PostgreSQL and a real engine for tests; started once a session, or an already running pair is reused.

``LETTERBOX_TEST_STACK`` may name a JSON file written by ``python -m tests.support.stack.devstack FILE``.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from letterbox.stack import parts
from letterbox.stack.engine import lanes, launch
from letterbox.stack.engine.launch import EngineOptions
from letterbox.stack.postgres import ROLES, SUPERUSER, EmbeddedPostgres
from letterbox.stack.programs import LineSink, Running, free_port, until_ready

REUSE = "LETTERBOX_TEST_STACK"


@dataclass(frozen=True, slots=True)
class PostgresStack:
    """``admin_url`` may create databases; ``engine_database_url`` is the engine's own; ``passwords`` are the product's roles'."""

    admin_url: str
    engine_database_url: str
    passwords: dict[str, str] = field(default_factory=dict, repr=False)

    def as_superuser(self, url: str) -> str:
        """The same database, as somebody who may do everything."""
        return f"{self.admin_url.rpartition('/')[0]}/{url.rpartition('/')[2]}"

    def as_role(self, url: str, role: str) -> str:
        """The same database, as this role of the product."""
        return f"postgresql://{role}:{self.passwords[role]}@{url.rpartition('@')[2]}"


@dataclass(frozen=True, slots=True)
class EngineStack:
    """An engine in the test profile, its job executor off: timers fire only by ``POST /job/{id}/execute``."""

    engine_url: str
    engine_user: str
    engine_password: str
    clock_url: str
    flows_url: str
    lane: str = lanes.DEFAULT.name
    pid: int = 0
    """The engine's process, for stopping and continuing it."""

    @property
    def auth(self) -> tuple[str, str]:
        return self.engine_user, self.engine_password


_DATABASES: dict[str, str] = {}
"""URL of an engine that this session talks to → the URL of its database."""


def database_of(engine_url: str) -> str:
    """The database behind an engine that was started or reused here, for what its REST interface rightly refuses."""
    return _DATABASES[engine_url]


def reused() -> tuple[PostgresStack, EngineStack] | None:
    path = os.environ.get(REUSE)
    if not path:
        return None
    stored = json.loads(Path(path).read_text(encoding="utf-8"))
    postgres, engine = PostgresStack(**stored["postgres"]), EngineStack(**stored["engine"])
    _DATABASES[engine.engine_url] = postgres.engine_database_url
    return postgres, engine


def write(path: Path, postgres: PostgresStack, engine: EngineStack) -> None:
    parts.write_private(path, {"postgres": asdict(postgres), "engine": asdict(engine)})


@contextmanager
def data_folder() -> Iterator[Path]:
    """A fresh folder that the database's user can enter when tests run as root; removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="letterbox-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_stack(folder: Path) -> Iterator[PostgresStack]:
    with log(folder / "postgres.log") as sink:
        server, running = parts.start_postgres(folder, parts.secrets_of(folder), sink, is_durable=False)
        try:
            yield PostgresStack(
                _admin_url(server), server.url("engine"), {role: server.passwords[role] for role in ROLES}
            )
        finally:
            running.stop()


def started_engine(options: EngineOptions, sink: LineSink) -> Running:
    """Start the engine and wait until its REST API answers."""
    running = Running(launch.program(options), sink)
    try:
        until_ready(
            lambda: launch.version(options.url, options.user, options.password) is not None,
            running,
            launch.READY_TIMEOUT_S,
        )
    except BaseException:
        running.stop()
        raise
    return running


@contextmanager
def engine_stack(
    folder: Path, engine_database_url: str, lane: str = lanes.DEFAULT.name, *, job_executor: bool = False
) -> Iterator[EngineStack]:
    options = EngineOptions(
        jars=parts.engine_jars(lambda _: None, lanes.BY_NAME[lane]),
        port=free_port(),
        user=parts.ENGINE_USER,
        password=parts.secrets_of(folder).engine,
        database_url=engine_database_url,
        profile="test",
        job_executor=job_executor,
    )
    with log(folder / f"{lane}.log") as sink:
        running = started_engine(options, sink)
        _DATABASES[options.url] = engine_database_url
        base = f"http://127.0.0.1:{options.port}/letterbox"
        try:
            yield EngineStack(
                options.url, options.user, options.password, f"{base}/clock", f"{base}/flows", lane, running.pid
            )
        finally:
            running.stop()


@contextmanager
def fresh_database(admin_url: str, template: str = "template1") -> Iterator[str]:
    """The URL of a new database of the product, empty or a copy of ``template``, dropped at the end."""
    name = f"letterbox_{uuid4().hex[:12]}"
    with psycopg.connect(admin_url, autocommit=True) as connection:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        connection.execute(create)
    yield admin_url.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def log(path: Path) -> Iterator[Callable[[str], None]]:
    """A sink for a program's lines; they are shown if the block fails."""
    with path.open("w", encoding="utf-8") as file:

        def sink(line: str) -> None:
            if not file.closed:
                file.write(line + "\n")
                file.flush()

        yield sink


def _admin_url(server: EmbeddedPostgres) -> str:
    return f"postgresql://{SUPERUSER}:{server.passwords[SUPERUSER]}@127.0.0.1:{server.port}/postgres"


@contextmanager
def whole_stack(folder: Path, lane: str = lanes.DEFAULT.name) -> Iterator[tuple[PostgresStack, EngineStack]]:
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_stack(folder))
        yield postgres, stack.enter_context(engine_stack(folder, postgres.engine_database_url, lane))
