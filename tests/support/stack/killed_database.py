"""A PostgreSQL of a test's own that is killed as a machine's fault would, and comes back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from letterbox.stack import parts
from letterbox.stack.postgres import ROLES, SUPERUSER, EmbeddedPostgres
from letterbox.stack.programs import Running, until_ready
from tests.support.stack import stack

BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
READY_S = 60


class KillableServer:
    """``postgres``: its addresses, which stay the same."""

    def __init__(self, server: EmbeddedPostgres, running: Running, sink: Callable[[str], None]) -> None:
        self._server = server
        self._running = running
        self._sink = sink
        passwords = {role: server.passwords[role] for role in ROLES}
        self.postgres = stack.PostgresStack(server.url("postgres", SUPERUSER), server.url("engine"), passwords)

    def kill_a_backend(self, database: str) -> None:
        """SIGKILL to one connection's process: the server ends all of them and recovers."""
        with psycopg.connect(self.postgres.admin_url, autocommit=True) as connection:
            pids = [row[0] for row in connection.execute(BACKENDS, (database,))]
        assert pids, f"nobody is connected to {database}"
        os.kill(pids[0], signal.SIGKILL)

    def kill(self) -> None:
        """SIGKILL to the server and all of its processes at once."""
        server = psutil.Process(self._running.pid)
        everybody = [server, *server.children(recursive=True)]
        for each in everybody:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(everybody, timeout=30)
        self._running.stop()

    def start(self) -> None:
        self._running = Running(self._server.program(), self._sink)
        until_ready(self._server.is_answering, self._running, READY_S)

    def stop(self) -> None:
        self._running.stop()


@contextmanager
def killable_server(folder: Path) -> Iterator[KillableServer]:
    with stack.log(folder / "postgres.log") as sink:
        server = KillableServer(*parts.start_postgres(folder, parts.secrets_of(folder), sink), sink)
        try:
            yield server
        finally:
            server.stop()
