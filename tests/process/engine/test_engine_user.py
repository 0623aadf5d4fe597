"""Root starts the engine as a user that owns nothing, another one than the database's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psutil
import pytest

from letterbox import unprivileged
from letterbox.domain.errors import ConfigError
from letterbox.stack.engine import jars, lock
from letterbox.stack.postgres import unprivileged_user
from tests.support.stack.stack import EngineStack

pytestmark = pytest.mark.engine

IS_ROOT = os.geteuid() == 0
"""Who is not root keeps his own user, which the same tests hold then."""


def test_the_engine_never_runs_as_root(engine_stack: EngineStack) -> None:
    engine = psutil.Process(engine_stack.pid)
    assert set(engine.uids()) == {unprivileged.ENGINE if IS_ROOT else os.geteuid()}
    assert set(engine.gids()) == {unprivileged.ENGINE if IS_ROOT else os.getegid()}
    groups = (Path("/proc") / str(engine.pid) / "status").read_text(encoding="utf-8").partition("Groups:")[2]
    assert set(map(int, groups.splitlines()[0].split())) == (set() if IS_ROOT else set(os.getgroups()))
    assert unprivileged.ENGINE not in {0, unprivileged_user()}


def test_that_user_reads_neither_secrets_nor_the_databases_files(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o711)
    secret, database = tmp_path / "secrets.json", tmp_path / "postgres"
    secret.touch(0o600 if IS_ROOT else 0)
    database.mkdir(0o700 if IS_ROOT else 0)
    if IS_ROOT:
        os.chown(database, unprivileged_user() or 0, unprivileged_user() or 0)
    for command in (["cat", str(secret)], ["ls", str(database)]):
        user = unprivileged.engine_user()
        done = subprocess.run(
            command,
            user=user,
            group=user,
            extra_groups=[] if IS_ROOT else None,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Permission denied" in done.stderr


def test_the_jars_are_there_for_it_whatever_the_umask(engine_stack: EngineStack) -> None:
    before = os.umask(0o077)
    try:
        locked = lock.read(jars.config_dir() / f"{engine_stack.lane}.lock")
        paths = jars.fetch(locked, jars.cache_dir(), lambda _jar: None)
    finally:
        os.umask(before)
    unprivileged.check_reachable(paths, unprivileged.ENGINE if IS_ROOT else os.geteuid())
    assert all(path.stat().st_mode & (0o004 if IS_ROOT else 0o400) for path in paths)


def test_a_folder_that_it_cannot_enter_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(0o700)
    closed.chmod(0o700)
    stranger = os.geteuid() + 1
    assert not unprivileged.is_reachable(closed / "engine.groovy", stranger)
    with pytest.raises(ConfigError, match="not reachable"):
        unprivileged.check_reachable([closed / "engine.groovy"], stranger)


def test_who_is_not_root_keeps_his_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert unprivileged.engine_user() is None
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert jars.cache_dir() == Path("/somewhere/letterbox")
