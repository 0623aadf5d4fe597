"""Restoring a backup into a data folder that holds nothing: beside it first, then under its name at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from letterbox.domain.errors import ConfigError, LetterboxError
from letterbox.setting_names import VARIABLES
from letterbox.settings import STACK_FILE
from letterbox.stack import stack_file
from letterbox.stack.backup import archive
from letterbox.stack.backup.making import opened
from letterbox.stack.postgres import unprivileged_user

BEFORE = "stack-before.json"
"""The settings of the stack that was backed up; ``stack.json`` is written anew at the first start."""
CHOSEN = frozenset(
    {
        "database_url",
        "audit_database_url",
        "engine",
        "engine_url",
        "engine_user",
        "engine_password",
        "secret_key",
        "data_dir",
        "web_port",
        "workers_url",
    }
)
"""What ``letterbox up`` settles by itself, or finds in the folder again."""
NOT_EMPTY = (
    "数据目录 {folder} 不是空的，没有动它：请用 LETTERBOX_DATA_DIR 指定一个新的目录；"
    "要放回原处，先 letterbox down，再把原来的目录改名留着 (the data folder is not empty)"
)
UNWRITTEN = (
    "没有恢复成，{folder} 没有变（{why}）：请看磁盘空间和权限，"
    "数据目录是挂载点时改用它下面的文件夹 (the backup could not be restored)"
)


def restore(file: Path, data_dir: Path, phrase: str | None) -> list[str]:
    """Fill ``data_dir`` with the backup; returns the variables that the environment gave to the stack of the backup.

    Raises BrokenBackup, ConfigError, LetterboxError; ``data_dir`` is then what it was before.
    """
    try:
        if data_dir.exists() and (not data_dir.is_dir() or any(data_dir.iterdir())):
            raise ConfigError(NOT_EMPTY.format(folder=data_dir))
        with opened(file) as source, _sibling_folder(data_dir) as fresh:
            archive.read(source, file, phrase, lambda name, content: _put(fresh / name, content))
            _make_ready(fresh)
            if data_dir.exists():
                data_dir.rmdir()
            fresh.rename(data_dir)
    except OSError as error:
        raise LetterboxError(UNWRITTEN.format(folder=data_dir, why=error.strerror or error)) from error
    return _given(stack_file.read(data_dir))


def _given(stored: Mapping[str, Any]) -> list[str]:
    own = {
        "profile": "production",
        "public_url": stored.get("web_url"),
        "smtp_url": f"smtp://127.0.0.1:{stored.get('mail_port')}",
    }
    given = {field for field in stored.keys() - CHOSEN if stored[field] is not None and stored[field] != own.get(field)}
    return sorted(variable for field, variable in VARIABLES.items() if field in given)


@contextmanager
def _sibling_folder(data_dir: Path) -> Iterator[Path]:
    fresh = data_dir.with_name(f"{data_dir.name}.restoring")
    shutil.rmtree(fresh, ignore_errors=True)  # of a restoring that was killed
    fresh.mkdir(mode=0o711, parents=True)
    fresh.chmod(0o711)  # the database's user passes through; every file inside is private
    try:
        yield fresh
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _put(path: Path, content: IO[bytes] | None) -> None:
    if content is None:
        _folder(path)
        return
    _folder(path.parent)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file, archive.PIECE)


def _folder(path: Path) -> None:
    """With all above it, each for the owner only."""
    if not path.is_dir():
        _folder(path.parent)
        path.mkdir(mode=0o700)


def _make_ready(fresh: Path) -> None:
    """PostgreSQL's files belong to its user if we are root; the other programs' folders get theirs at the start."""
    shutil.copyfile(fresh / STACK_FILE, fresh / BEFORE)
    (fresh / BEFORE).chmod(0o600)
    user = unprivileged_user()
    if user is not None:
        for path in (fresh / "postgres", *(fresh / "postgres").rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
    os.sync()
