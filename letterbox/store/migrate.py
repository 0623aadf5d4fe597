"""Bring a database to this version's schema, or say plainly why that cannot be done."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from letterbox.domain.errors import ConfigError
from letterbox.store.database import new_engine

HERE = Path(__file__).parent
MIGRATION_LOCK = 20180306  # any fixed number; the day of the regime's document


def upgrade(url: str, revision: str = "head") -> str:
    """Migrate up to ``revision`` and return the revision reached; several callers at once wait for each other.

    Raises ConfigError if the database belongs to a newer version of the product.
    """
    return _run(url, revision, command.upgrade)


def downgrade(url: str, revision: str) -> str:
    """Migrate down to ``revision`` (``base`` empties the schema)."""
    return _run(url, revision, command.downgrade)


def current(url: str) -> str | None:
    """The revision the database is at; None for an empty one."""
    engine = new_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def head() -> str:
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise ConfigError("没有找到数据库迁移脚本 (no migrations found in letterbox/store/migrations)")
    return revision


def _run(url: str, revision: str, action: object) -> str:
    engine = new_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            _refuse_newer(connection)
            config = _config()
            config.attributes["connection"] = connection
            action(config, revision)  # type: ignore[operator]  # alembic's commands share this signature
            return MigrationContext.configure(connection).get_current_revision() or "base"
    finally:
        engine.dispose()


def _refuse_newer(connection: Connection) -> None:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise ConfigError(
            f"数据库属于更新的版本（{found}），本程序只到 {head()}：请升级程序，或用备份恢复旧库"
            f" (the database is newer than this program: upgrade the program)"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE / "alembic"))
    config.set_main_option("version_locations", str(HERE / "migrations"))
    config.set_main_option("path_separator", "newline")
    return config
