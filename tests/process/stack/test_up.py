"""``letterbox up`` as a person runs it: one whole life, and the refusals that come before one."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import psycopg
import pytest
import requests

from letterbox import unprivileged
from letterbox.domain.errors import ConfigError
from letterbox.stack import boot
from letterbox.stack.engine import lanes
from letterbox.stack.programs import free_port
from letterbox.store import migrate
from tests.support.stack import stack
from tests.support.stack.running_up import CLOCK, STARTING_S, STOPPING_S, Up, ready, running
from tests.support.stack.waiting import until

IS_ROOT = os.geteuid() == 0
EARLIER = "attachments/ab/abcd"
"""A file that an earlier version's start left."""


@pytest.fixture(scope="module")
def up(lane: str) -> Iterator[Up]:
    with ExitStack() as held:
        folder = held.enter_context(stack.data_folder())
        earlier = folder / "data" / EARLIER
        earlier.parent.mkdir(parents=True)
        earlier.touch(0o600)
        yield held.enter_context(ready(folder / "data", free_port(), LETTERBOX_ENGINE=lane))


def test_status_answers_as_the_contract_says(up: Up, lane: str) -> None:
    until(lambda: up.command("status").returncode == 0, within_s=60, what="every part to be well")
    found = up.status()
    kind, version = lane.partition("-")[0], lanes.BY_NAME[lane].version
    assert found["engine"] == {"kind": kind, "version": version, "url": found["engine"]["url"], "ok": True}
    assert found["database"] == {"ok": True}
    assert found["web"]["ok"]
    assert requests.get(found["web"]["url"], timeout=10).status_code == 200
    assert {frozenset(worker) for worker in found["workers"]} == {frozenset({"topic", "ok", "last_poll_s"})}


def test_an_address_of_eight_thousand_bytes_is_ours_to_answer(up: Up) -> None:
    """A long text put into a search: whoever sends it sees our page, not a word of the server's."""
    found = requests.get(f"{up.status()['web']['url']}/letters?q={'路' * 870}", timeout=10)
    assert 7_800 < len(found.url) < 8_100
    assert found.status_code == 200
    assert "没有" in found.text


def test_a_second_up_in_the_same_folder_is_refused(up: Up) -> None:
    second = up.command("up", "--port", str(free_port()))
    assert second.returncode == 1
    assert f"进程 {up.process.pid}" in second.stderr


def test_secrets_are_for_the_owner_only(up: Up) -> None:
    for name in ("stack.json", "secrets.json", "logs/workers.log"):
        assert (up.data_dir / name).stat().st_mode & 0o077 == 0, name
    arguments = " ".join(" ".join(psutil.Process(pid).cmdline()) for pid in up.children().values())
    secrets = json.loads((up.data_dir / "secrets.json").read_text())
    assert secrets["engine"] not in arguments
    assert not any(password in arguments for password in secrets["database"].values())


def test_the_products_programs_are_one_user_that_is_neither_root_nor_another_parts(up: Up) -> None:
    own = unprivileged.PRODUCT if IS_ROOT else os.geteuid()
    children = {name: psutil.Process(pid) for name, pid in up.children().items()}
    for name in ("web", "workers", "mail"):
        for each in (children[name], *children[name].children(recursive=True)):
            assert (set(each.uids()), set(each.gids())) == ({own}, {own if IS_ROOT else os.getegid()}), name
    if IS_ROOT:
        assert len({each.uids().real for each in children.values()} | {0}) == 4
    doctor = {check["name"]: check for check in json.loads(up.command("doctor", "--json").stdout)["checks"]}
    assert doctor["user"]["ok"], doctor["user"]


def test_that_user_has_its_files_and_no_others(up: Up) -> None:
    """Also what an earlier start by root left; the access log is written, the shared lock and the spool are there."""
    own = unprivileged.PRODUCT if IS_ROOT else os.geteuid()
    access = up.data_dir / "logs" / "access.jsonl"
    until(
        lambda: requests.get(up.status()["web"]["url"], timeout=10).ok and access.exists(), within_s=20, what="a line"
    )
    for name in (EARLIER, "attachments", "mail", "logs/access.jsonl"):
        assert (up.data_dir / name).stat().st_uid == own, name
    for name in ("stack.json", "secrets.json", "logs/workers.log", "."):
        assert (up.data_dir / name).stat().st_uid == os.geteuid(), name


def test_the_engine_is_restarted_and_keeps_the_clock(up: Up) -> None:
    begun = datetime.fromisoformat(CLOCK)
    assert timedelta(0) <= up.engine_now() - begun < timedelta(minutes=15)
    before, killed = up.engine_now(), up.children()["engine"]
    os.kill(killed, signal.SIGKILL)
    until(lambda: "engine 已重新启动" in up.text, within_s=30, what="the restart")
    until(lambda: up.status()["engine"]["ok"], within_s=STARTING_S, what="the engine")
    assert up.children()["engine"] != killed
    assert timedelta(0) < up.engine_now() - before < timedelta(minutes=15)


def test_down_ends_everything_in_time(up: Up) -> None:
    children = up.children()
    begun = time.monotonic()
    down = up.command("down")
    assert (down.returncode, up.process.wait(5)) == (0, 0)
    assert time.monotonic() - begun < STOPPING_S
    assert not [name for name, pid in children.items() if psutil.pid_exists(pid)]
    assert up.command("status").returncode == 3
    assert "没有正在运行" in up.command("down").stderr


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(tmp_path / "data", port) as refused:
            assert refused.process.wait(60) == 2
    assert f"端口 {port}" in refused.text
    assert "--port" in refused.text


@pytest.mark.parametrize("setting", ["DATABASE_URL", "ENGINE_URL"])
def test_an_external_part_that_does_not_answer_is_named(tmp_path: Path, empty_database_url: str, setting: str) -> None:
    away = f"127.0.0.1:{free_port()}"
    given = {
        "DATABASE_URL": empty_database_url,
        "ENGINE_URL": f"http://{away}/engine-rest",
        "ENGINE_PASSWORD": "x",
    } | ({"DATABASE_URL": f"postgresql://letterbox:x@{away}/letterbox"} if setting == "DATABASE_URL" else {})
    with running(tmp_path / "data", free_port(), **given) as refused:
        assert refused.process.wait(60) == 3
    assert setting in refused.text
    assert "Traceback" not in refused.text


def test_a_database_of_a_newer_version_is_left_alone(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '999'")
    with pytest.raises(ConfigError, match="更新的版本（999）"):
        migrate.upgrade(empty_database_url)
    assert [step.run for step in boot.DATABASE_STEPS[:2]] == [boot.check_keys, boot.migrate_database]
