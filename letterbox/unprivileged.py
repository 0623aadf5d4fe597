"""Whom a program of ours runs as when we are root: users that own nothing, so that whoever takes it over has nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from letterbox.domain.errors import ConfigError

ENGINE = 64721
"""Numeric user and group of the engine, needing no entry in /etc/passwd: another one than the database's (nobody), so that
the engine cannot read the database's files either."""


PRODUCT = 64722
"""Numeric user and group of web server, workers and mail catcher: the engine cannot read what they keep, nor they what it does."""

SYSTEM_CACHE = Path("/var/cache/letterbox")
"""What is no secret and must be readable for these users lies here if they cannot enter root's own folders."""


def engine_user() -> int | None:
    """None when we are not root: everything then runs as we do."""
    return ENGINE if os.geteuid() == 0 else None


def product_user() -> int | None:
    """None when we are not root, as for the engine."""
    return PRODUCT if os.geteuid() == 0 else None


def give_to_owner_of(folder: Path, *made: Path) -> None:
    """Root gives what it made in somebody's folder to whom the folder belongs, who could not read it otherwise."""
    if os.geteuid() == 0:
        owner = folder.stat()
        for path in made:
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def is_open(place: Path, user: int) -> bool:
    """Whether ``user`` reaches ``place`` and may read it; links are followed."""
    real = place.resolve()
    if not real.exists() or not is_reachable(real, user):
        return False
    status = real.stat()
    return bool(status.st_mode & (0o400 if status.st_uid == user else 0o004))


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


def open_for_reading(folder: Path) -> None:
    """Root lets everybody read a folder that holds no secret, whatever the umask under which it was made."""
    if os.geteuid() == 0 and folder.is_dir():
        for path in (folder, *folder.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
