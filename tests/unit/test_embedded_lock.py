"""Lock files name every jar by coordinates and checksum, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterbox.domain.errors import ConfigError
from letterbox.stack.engine import jars, lock
from letterbox.stack.engine.lock import Jar, Lock

SAMPLE = Lock(
    "sample",
    ("org.example:root:1",),
    (Jar("org.example", "plain", "1.0", "", "a" * 64, 10), Jar("org.example", "odd", "2.0", "classes", "b" * 64, 7)),
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "sample.lock"
    path.write_text(SAMPLE.text(), encoding="utf-8")
    assert lock.read(path) == SAMPLE
    assert lock.read(path).size == 17


def test_a_classifier_is_part_of_the_file_name() -> None:
    assert SAMPLE.jars[1].path == Path("org/example/odd/2.0/odd-2.0-classes.jar")


@pytest.mark.parametrize(
    "line", ["org.example:plain", "a:b:c md5=1 size=3", "a:b:c sha256=ff size=x", "a:b sha256=ff size=1"]
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "broken.lock"
    path.write_text(SAMPLE.text() + line + "\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="第 5 行"):
        lock.read(path)


def test_a_missing_lock_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.lock"):
        lock.read(tmp_path / "none.lock")


@pytest.mark.parametrize("name", ["operaton", "camunda-7.24"])
def test_the_committed_locks_hold_a_whole_engine_and_no_addresses(name: str) -> None:
    path = jars.config_dir() / f"{name}.lock"
    committed = lock.read(path)
    artifacts = {jar.artifact for jar in committed.jars}
    assert {"postgresql", "groovy", "spring-boot"} <= artifacts
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in committed.jars)
    assert {root.split(":")[1] for root in committed.roots} <= artifacts
    assert "//" not in path.read_text(encoding="utf-8")
    assert not any("junit" in artifact for artifact in artifacts)


@pytest.mark.parametrize("name", ["operaton", "camunda-7.24"])
def test_each_engine_has_the_jar_that_goes_to_the_front_of_the_class_path(name: str) -> None:
    locked = lock.read(jars.config_dir() / f"{name}.lock")
    assert len([jar for jar in locked.jars if jars.ASKED_EACH_CALL in jar.path.name]) == 1
