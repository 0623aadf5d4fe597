"""Fetching the engine's jars from a real HTTP repository, and everything that can go wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from jgo.maven import MavenContext

from letterbox.stack.engine.jars import EngineFilesError, fetch
from letterbox.stack.engine.lock import Jar
from letterbox.stack.programs import free_port
from tests.support.stack.maven_server import Repository, lock_of, serving


@pytest.fixture
def repository() -> Iterator[Repository]:
    with serving() as server:
        yield server


def ignore(_: Jar) -> None:
    """No progress bar here."""


def test_jars_are_fetched_once_and_then_only_verified(repository: Repository, tmp_path: Path) -> None:
    lock = lock_of(repository.add("one", b"first jar"), repository.add("two", b"second jar"))
    told: list[Jar] = []
    paths = fetch(lock, tmp_path, told.append, repository.context())
    assert [path.read_bytes() for path in paths] == [b"first jar", b"second jar"]
    assert sorted(told) == sorted(lock.jars)
    fetch(lock, tmp_path, ignore, repository.context())
    assert repository.downloads == {"one-1.0.jar": 1, "two-1.0.jar": 1}


def test_the_jar_that_every_call_asks_for_stands_first_on_the_class_path(
    repository: Repository, tmp_path: Path
) -> None:
    names = ("bpm-engine", "bpm-spring-boot-starter", "bpm-spring-boot-starter-rest", "snakeyaml")
    paths = fetch(lock_of(*(repository.add(name, b"x") for name in names)), tmp_path, ignore, repository.context())
    assert [path.name.removesuffix("-1.0.jar") for path in paths] == [names[2], names[0], names[1], names[3]]


def test_a_jar_damaged_in_the_cache_is_fetched_again(repository: Repository, tmp_path: Path) -> None:
    lock = lock_of(repository.add("one", b"first jar"))
    (path,) = fetch(lock, tmp_path, ignore, repository.context())
    path.write_bytes(b"first jaX")
    fetch(lock, tmp_path, ignore, repository.context())
    assert path.read_bytes() == b"first jar"


def test_a_wrong_download_is_tried_once_more(repository: Repository, tmp_path: Path) -> None:
    lock = lock_of(repository.add("one", b"first jar"))
    repository.damaged["one-1.0.jar"] = 1
    (path,) = fetch(lock, tmp_path, ignore, repository.context())
    assert path.read_bytes() == b"first jar"
    assert repository.downloads["one-1.0.jar"] == 2


def test_a_download_that_stays_wrong_is_never_used(repository: Repository, tmp_path: Path) -> None:
    lock = lock_of(repository.add("one", b"first jar"))
    repository.damaged["one-1.0.jar"] = 99
    with pytest.raises(EngineFilesError, match=r"org\.example:one:1\.0.*校验和"):
        fetch(lock, tmp_path, ignore, repository.context())
    assert repository.downloads["one-1.0.jar"] == 2
    assert list(tmp_path.rglob("*.jar")) == []


def test_a_jar_that_the_repository_lacks_is_named(repository: Repository, tmp_path: Path) -> None:
    missing = replace(repository.add("one", b"x"), artifact="absent")
    with pytest.raises(EngineFilesError, match=r"org\.example:absent:1\.0"):
        fetch(lock_of(missing), tmp_path, ignore, repository.context())


def test_no_network_is_one_message_that_says_what_to_do(repository: Repository, tmp_path: Path) -> None:
    lock = lock_of(*(repository.add(f"jar{number}", b"x") for number in range(20)))
    away = MavenContext(remote_repos={"away": f"http://127.0.0.1:{free_port()}"}, local_repos=[], timeout=2)
    with pytest.raises(EngineFilesError, match=r"无法连接网络.*代理") as raised:
        fetch(lock, tmp_path, ignore, away)
    assert raised.value.message.count("无法连接网络") == 1


def test_a_full_disk_is_said_before_anything_is_fetched(repository: Repository, tmp_path: Path) -> None:
    huge = replace(repository.add("one", b"x"), size=10**18)
    with pytest.raises(EngineFilesError, match="磁盘空间不足"):
        fetch(lock_of(huge), tmp_path, ignore, repository.context())
    assert not repository.downloads
