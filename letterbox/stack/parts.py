"""The stack's own programs, ready to start: embedded PostgreSQL and the engine, from one folder and one set of secrets."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from letterbox.domain.errors import ConfigError
from letterbox.stack.engine import jars, lanes, lock
from letterbox.stack.postgres import ROLES, SUPERUSER, EmbeddedPostgres
from letterbox.stack.programs import LineSink, Running, free_port, until_ready

SECRETS_FILE = "secrets.json"
ENGINE_USER = "letterbox"
POSTGRES_READY_S = 60


@dataclass(frozen=True, slots=True)
class Secrets:
    """Random passwords of one data folder; made once, kept as long as the folder."""

    database: dict[str, str] = field(repr=False)
    engine: str = field(repr=False)
    secret_key: str = field(repr=False)


def secrets_of(data_dir: Path) -> Secrets:
    """Read or make the passwords of ``data_dir`` (file mode 0600)."""
    path = data_dir / SECRETS_FILE
    if path.exists():
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            found = Secrets(dict(stored["database"]), stored["engine"], stored["secret_key"])
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{path} 已损坏，无法读取其中的口令；请从备份恢复该文件 (unreadable secrets file)"
            ) from error
    else:
        found = Secrets({}, secrets.token_urlsafe(24), secrets.token_urlsafe(32))
    lacking = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES) if role not in found.database}
    if lacking:  # all of them at first, later those that a newer version knows
        found.database.update(lacking)
        write_private(path, {"database": found.database, "engine": found.engine, "secret_key": found.secret_key})
    return found


def write_private(path: Path, document: object) -> None:
    """Write JSON so that only the owner can read it and no reader ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def engine_jars(progress: Callable[[lock.Jar], None], lane: lanes.EngineLane = lanes.DEFAULT) -> list[Path]:
    """The engine's jars, fetched if they are not in the cache yet."""
    return jars.fetch(engine_lock(lane), jars.cache_dir(), progress)


def engine_lock(lane: lanes.EngineLane = lanes.DEFAULT) -> lock.Lock:
    return lock.read(jars.config_dir() / f"{lane.name}.lock")


def start_postgres(
    data_dir: Path, credentials: Secrets, sink: LineSink, *, is_durable: bool = True
) -> tuple[EmbeddedPostgres, Running]:
    """Start PostgreSQL with both databases there, and wait for it."""
    server = EmbeddedPostgres(
        folder=data_dir / "postgres", port=free_port(), passwords=credentials.database, is_durable=is_durable
    )
    server.initialise()
    server.stop_leftover()
    running = Running(server.program(), sink)
    try:
        until_ready(server.is_answering, running, POSTGRES_READY_S)
        server.create_databases()
    except BaseException:
        running.stop()
        raise
    return server, running
