"""Whom a program of ours runs as when we are root: users that own nothing, so that whoever takes it over has nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from letterbox.domain.errors import ConfigError

ENGINE = 64721
"""Numeric user and group of the engine, needing no entry in /etc/passwd: another one than the database's (nobody), so that
the engine cannot read the database's files either."""


def engine_user() -> int | None:
    """None when we are not root: everything then runs as we do."""
    return ENGINE if os.geteuid() == 0 else None


def is_reachable(place: Path, user: int) -> bool:
    """Whether ``user`` can enter every folder above ``place`` that is there."""
    return _obstacle(place, user) is None


def check_reachable(places: Iterable[Path], user: int) -> None:
    """Raises ConfigError naming the first folder that ``user`` cannot enter."""
    for place in places:
        obstacle = _obstacle(place, user)
        if obstacle is not None:
            raise ConfigError(
                f"以 root 运行时流程引擎使用没有权限的用户 {user}，但它进不了 {obstacle}：请把程序装到别处（例如 /opt），"
                f"或改用普通用户运行 (folder not reachable for user {user})"
            )


def _obstacle(place: Path, user: int) -> Path | None:
    for parent in place.resolve().parents:
        if parent.exists():
            status = parent.stat()
            bit = 0o100 if status.st_uid == user else 0o001
            if not status.st_mode & bit:
                return parent
    return None
