"""Connections and transactions. One short transaction per use; none stays open across a network call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from letterbox.domain.errors import Unavailable

CONNECT_TIMEOUT_S = 3
STATEMENT_TIMEOUT_MS = 30_000


class DatabaseUnavailable(Unavailable):
    """PostgreSQL does not answer."""


class Database:
    """Opens transactions on one PostgreSQL database given by its URL."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self._engine = create_engine(
            dialect_url(url),
            pool_size=pool_size,
            max_overflow=10,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT_S,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c TimeZone=UTC",
            },
        )
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back on any exception."""
        with self._answering(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session whose transaction the database itself refuses to write in."""
        with self._answering(), self._sessions() as session:
            session.execute(text("SET TRANSACTION READ ONLY"))
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

    def close(self) -> None:
        self._engine.dispose()


def dialect_url(url: str) -> str:
    """Accept the URLs that people write (``postgres://``, ``postgresql://``) for psycopg 3."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme in {"postgres", "postgresql"}:
        return f"postgresql+psycopg://{rest}"
    return url
