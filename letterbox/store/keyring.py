"""Which keys the database's personal data may lie under, and the refusal of a program that lacks one of them.

The ids stand in ``sealing_keys`` from the first use of a key until nothing is sealed under it any more
(``letterbox keys renew``). So a wrong secret, or an old one taken away too early, is found before anything is read or
written.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, delete, event, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Mapped, Session, mapped_column

from letterbox.domain.errors import ConfigError
from letterbox.domain.keys import Keys, Purpose
from letterbox.store.base import Base

IS_THERE = "SELECT to_regclass('sealing_keys') IS NOT NULL"
KNOWN = "SELECT id FROM sealing_keys ORDER BY id"
ADD = "INSERT INTO sealing_keys (id) VALUES (%s) ON CONFLICT DO NOTHING"
WRONG = (
    "LETTERBOX_SECRET_KEY 不是这个数据库的密钥：库里的个人信息是用密钥 {missing} 加密的，现在给出的是 {given}。"
    "请给出原来的密钥；如果是更换密钥，请把原来的放进 LETTERBOX_OLD_SECRET_KEYS，等 letterbox keys renew 完成后再去掉"
    " (the database is sealed under another secret key)"
)


class SealingKey(Base):
    """A key that something may be sealed under, by its id (``Keys.ids``)."""

    __tablename__ = "sealing_keys"

    id: Mapped[str] = mapped_column(primary_key=True)


def watch(engine: Engine, keys: Keys, *, may_write: bool) -> None:
    """Check the keys when the engine is first used, and again until it could be done.

    Using it raises ConfigError for keys that lack one. ``may_write``: a new current key is written down.
    """
    mine, done = list(keys.ids(Purpose.COLUMNS)), False

    @event.listens_for(engine, "checkout")
    def check(connection: Any, _record: Any, _proxy: Any) -> None:
        nonlocal done
        if done:
            return
        try:
            with connection.cursor() as cursor:
                done = _check(cursor, mine, may_write=may_write)
            connection.commit()
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _check(cursor: Any, mine: list[str], *, may_write: bool) -> bool:
    """Whether there was a list to check against: an empty database gets one with its schema."""
    cursor.execute(IS_THERE)
    if not cursor.fetchone()[0]:
        return False
    known = {row[0] for row in cursor.execute(KNOWN)}
    if missing := sorted(known - set(mine)):
        raise ConfigError(WRONG.format(missing="、".join(missing), given="、".join(mine)))
    if may_write and mine[0] not in known:
        cursor.execute(ADD, (mine[0],))
    return True


def forget_older(session: Session, keys: Keys) -> None:
    """Nothing is sealed under the older keys any more: they are not asked for."""
    current = keys.ids(Purpose.COLUMNS)
    name = next(iter(current))
    session.execute(insert(SealingKey).values(id=name).on_conflict_do_nothing())
    session.execute(delete(SealingKey).where(SealingKey.id != name))


def older(session: Session, keys: Keys) -> list[str]:
    """Ids of keys other than the current one under which something may still lie."""
    if not session.scalar(text(IS_THERE)):
        return []
    query = select(SealingKey.id).where(SealingKey.id != next(iter(keys.ids(Purpose.COLUMNS))))
    return list(session.scalars(query.order_by(SealingKey.id)))
