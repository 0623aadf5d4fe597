"""The embedded server's files as its own ``pg_basebackup`` sends them: one point for both databases, nothing on the disk."""

from __future__ import annotations

import os
import subprocess
import tarfile
import tempfile
from collections.abc import Generator
from typing import IO

import psycopg

from letterbox.domain.errors import Unavailable
from letterbox.stack.postgres import SUPERUSER, EmbeddedPostgres, binary
from letterbox.stack.programs import PASSED_ON

KEEP_LOG = "SELECT pg_create_physical_replication_slot(%s, true, true)"
"""Temporary, and from now on: however long the backup takes, the log that it needs is not recycled."""
CONNECT_S = 5
Entry = tuple[tarfile.TarInfo, IO[bytes] | None]
DOWN = "数据库没有应答，备份要在系统运行时做：请先运行 letterbox up (the database does not answer)"


def members(server: EmbeddedPostgres) -> Generator[Entry]:
    """Each entry and, for a file, its content, which must be read before the next. Raises Unavailable."""
    try:
        connection = psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True, connect_timeout=CONNECT_S)
    except psycopg.OperationalError as error:
        raise Unavailable(DOWN) from error
    with connection, tempfile.TemporaryFile() as said:
        connection.execute(KEEP_LOG, (f"letterbox_backup_{os.getpid()}",))
        with subprocess.Popen(
            _argv(server), stdout=subprocess.PIPE, stderr=said, env=_environment(server), start_new_session=True
        ) as process:
            try:
                yield from _entries(process)
            except tarfile.TarError as error:
                process.kill()
                raise Unavailable(_failed(said)) from error
            finally:
                if process.poll() is None:
                    process.kill()
        if process.returncode != 0:
            raise Unavailable(_failed(said))


def _entries(process: subprocess.Popen[bytes]) -> Generator[Entry]:
    stream = process.stdout
    if stream is None:
        return
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for entry in tar:
            if not (entry.isreg() or entry.isdir()):
                raise tarfile.ReadError(f"neither a file nor a folder: {entry.name}")
            yield entry, tar.extractfile(entry)
    while stream.read(65536):  # it ends when all is taken
        pass
    process.wait()


def _argv(server: EmbeddedPostgres) -> list[str]:
    """``fetch``: the log stands in the same stream, behind the files. Its manifest is not needed beside ours."""
    return [
        str(binary("pg_basebackup")),
        "--pgdata=-",
        "--format=tar",
        "--wal-method=fetch",
        "--checkpoint=fast",
        "--no-manifest",
        "--no-password",
        f"--dbname=host=127.0.0.1 port={server.port} user={SUPERUSER}",
    ]


def _environment(server: EmbeddedPostgres) -> dict[str, str]:
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**passed, "PGPASSWORD": server.passwords[SUPERUSER]}


def _failed(said: IO[bytes]) -> str:
    said.seek(0)
    words = said.read().decode(errors="replace").strip()[-600:]
    return f"数据库没有把备份送完，请查看 logs/postgresql.log 后再来：{words} (pg_basebackup failed)"
