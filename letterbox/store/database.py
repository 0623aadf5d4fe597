"""Connections and transactions. One short transaction per use; none stays open across a network call."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from letterbox.domain.errors import Unavailable
from letterbox.domain.keys import Keys
from letterbox.store import keyring, sealing
from letterbox.store.readable_dates import read_all_dates

CONNECT_TIMEOUT_S = 3
STATEMENT_TIMEOUT_MS = 30_000
MOST_CONNECTIONS_BEYOND = 4
PLAIN_STATEMENTS = "-c jit=off"
"""Statements are short: compiling one would take longer than running it."""
TRUSTED_IDLE_S = 1.0
"""A connection that rested longer is tried before it is used: the server may have been restarted meanwhile."""


class DatabaseUnavailable(Unavailable):
    """PostgreSQL does not answer."""


class Database:
    """Opens transactions and readings on one PostgreSQL database given by its URL; ``pool_size`` connections for each.

    ``keys``: what personal data are sealed with; without them such data can be neither read nor written.
    """

    def __init__(self, url: str, keys: Keys | None = None, pool_size: int = 8) -> None:
        self._writing = _engine(url, pool_size)
        self._reading = _engine(url, pool_size, "-c default_transaction_read_only=on", isolation_level="AUTOCOMMIT")
        if keys is not None:
            for engine in (self._writing, self._reading):
                sealing.provide(engine, keys)
                keyring.watch(engine, keys, may_write=engine is self._writing)
        self._transactions = sessionmaker(self._writing, expire_on_commit=False)
        self._readings = sessionmaker(self._reading, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back on any exception."""
        with self._answering(), self._transactions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session in which the database itself refuses to write. Each statement sees what is committed when it begins."""
        with self._answering(), self._readings() as session:
            yield session

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            raise DatabaseUnavailable("数据库暂时无法连接，请稍后再试") from error

    def is_answering(self) -> bool:
        try:
            with self.reading() as session:
                session.execute(text("SELECT 1"))
        except DatabaseUnavailable:
            return False
        return True

    def check_keys(self) -> None:
        """Raises ConfigError if personal data lie under a key that is not among ours; says nothing of a database that is away."""
        with suppress(DatabaseUnavailable), self.transaction() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        self._writing.dispose()
        self._reading.dispose()


def _engine(url: str, pool_size: int, options: str = "", **arguments: Any) -> Engine:
    """The connection used last is used first: few stay in use, and those have their statements prepared."""
    engine = new_engine(
        url,
        pool_size=pool_size,
        max_overflow=MOST_CONNECTIONS_BEYOND,
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c TimeZone=UTC {PLAIN_STATEMENTS} {options}",
        },
        **arguments,
    )
    _try_the_rested(engine)
    return engine


def _try_the_rested(engine: Engine) -> None:
    @event.listens_for(engine, "checkin")
    def rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def use(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", float("inf")) < TRUSTED_IDLE_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def new_engine(url: str, **arguments: Any) -> Engine:
    """Of every connection of the product: its errors say what went wrong and never with which values."""
    engine = create_engine(dialect_url(url), hide_parameters=True, **arguments)
    event.listen(engine, "handle_error", _without_row)
    event.listen(engine, "connect", lambda connection, _record: read_all_dates(connection))
    return engine


def _without_row(context: ExceptionContext) -> None:
    """The server's detail of an error (``Failing row contains …``) would stand in every traceback; ``diag`` keeps it."""
    original, shown = context.original_exception, context.sqlalchemy_exception
    primary = getattr(getattr(original, "diag", None), "message_primary", None)
    if not primary:
        return
    whole = str(original)
    original.args = (primary,)
    if shown is not None and shown.args:
        shown.args = (str(shown.args[0]).replace(whole, primary), *shown.args[1:])


def dialect_url(url: str) -> str:
    """Accept the URLs that people write (``postgres://``, ``postgresql://``) for psycopg 3."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme in {"postgres", "postgresql"}:
        return f"postgresql+psycopg://{rest}"
    return url
