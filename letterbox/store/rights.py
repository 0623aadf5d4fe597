"""Who may do what in the product's database, granted anew after every migration.

Three roles: the owner migrates and serves nobody; the application reads and writes; the audit's writer only adds to the
trail. A table that is not named here is the application's to read and write, never to truncate or alter.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from letterbox.domain.errors import ConfigError
from letterbox.store.audit import WRITTEN
from letterbox.store.database import new_engine
from letterbox.store.migrate import MIGRATION_LOCK

RIGHTS: dict[str, str] = {
    "alembic_version": "SELECT",
    "admin_events": "SELECT, INSERT",
    "letter_events": "SELECT, INSERT",
    "letters": "SELECT, INSERT, UPDATE",
    "audit_events": "SELECT",
    "audit_head": "SELECT",
    "audit_checkpoints": "SELECT",
}
"""Tables of which the application has less than everything. Letters: deleting one would take its events along."""
USUAL = "SELECT, INSERT, UPDATE, DELETE"
EVERY = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
BY_COLUMN = ("INSERT", "UPDATE")
EXPIRE = "audit_expire(bigint, text)"


def role_of(url: str) -> str:
    """The role that a URL connects as."""
    return unquote(urlsplit(url).username or "")


def excess(session: Session) -> tuple[str, list[str]]:
    """The role that this connection has, and what it may do to the tables of ``RIGHTS`` beyond that: ``UPDATE audit_events``."""
    role = str(session.scalar(text("SELECT current_user")))
    asked = [(table, right) for table, given in RIGHTS.items() for right in EVERY if right not in given]
    found = [f"{right} {table}" for table, right in asked if _may(session, table, right)]
    owned = text("SELECT tablename FROM pg_tables WHERE tablename = ANY(:tables) AND pg_has_role(tableowner, 'MEMBER')")
    return role, found + [f"OWNER {table}" for table in session.scalars(owned, {"tables": list(RIGHTS)})]


def _may(session: Session, table: str, right: str) -> bool:
    asked = "has_table_privilege(:table, :right)"
    if right in BY_COLUMN:
        asked += " OR has_any_column_privilege(:table, :right)"
    return bool(session.scalar(text(f"SELECT {asked}"), {"table": f"public.{table}", "right": right}))


def grant(owner_url: str, application: str, audit: str) -> bool:
    """Give both roles their rights; False if the application is the owner itself, which nothing can be taken from.

    Raises ConfigError naming a role that is not there.
    """
    if role_of(owner_url) == application:
        return False
    engine = new_engine(owner_url)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            _grant(connection, application, audit)
    except ProgrammingError as error:
        raise ConfigError(
            f"数据库角色 {application} 或 {audit} 还没有建立：见 docs/how-to/production.md (missing database role)"
        ) from error
    finally:
        engine.dispose()
    return True


def _grant(connection: Connection, application: str, audit: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    app, writer = quote(application), quote(audit)
    for role in {app, writer}:
        connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"))
        connection.execute(text(f"REVOKE CREATE ON SCHEMA public FROM {role}"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
    tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    for table in tables.scalars().all():
        connection.execute(text(f"GRANT {RIGHTS.get(table, USUAL)} ON {quote(table)} TO {app}"))
    connection.execute(text(f"GRANT EXECUTE ON FUNCTION {EXPIRE} TO {app}"))
    connection.execute(text(f"GRANT INSERT ({', '.join(WRITTEN)}) ON audit_events TO {writer}"))
