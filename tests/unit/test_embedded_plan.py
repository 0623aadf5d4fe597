"""Decisions of a start that need no running program: secrets, ports, folders, what the environment gives."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from letterbox.cli.output import exit_code
from letterbox.cli.status import exit_code as status_code
from letterbox.cli.status import kind
from letterbox.domain.errors import ConfigError, LetterboxError, Unavailable
from letterbox.stack import boot, folder, parts, stack_file, start
from letterbox.stack.engine import lanes
from letterbox.stack.plan import Plan, make
from letterbox.stack.postgres import ROLES, SUPERUSER, EmbeddedPostgres
from letterbox.stack.programs import free_port

PORTS = {"database_port": 1, "engine_port": 2, "mail_port": 3, "workers_port": 4}


def plan(tmp_path: Path, **given: str) -> Plan:
    return Plan(tmp_path, parts.secrets_of(tmp_path), PORTS, given, 8080)


def test_roles_that_a_newer_version_knows_get_their_passwords_and_the_others_keep_theirs(tmp_path: Path) -> None:
    path = tmp_path / parts.SECRETS_FILE
    before = {"database": {"postgres": "a", "letterbox": "b", "engine": "c"}, "engine": "d", "secret_key": "e"}
    path.write_text(json.dumps(before), encoding="utf-8")
    found = parts.secrets_of(tmp_path)
    assert {"postgres": "a", "letterbox": "b", "engine": "c"}.items() <= found.database.items()
    assert set(found.database) == {SUPERUSER, *ROLES}
    assert parts.secrets_of(tmp_path) == found


def test_only_the_start_itself_knows_the_owner_of_the_tables(tmp_path: Path) -> None:
    own = plan(tmp_path)
    assert own.owner_database_url is not None
    assert "letterbox_owner" not in str(own.document())
    assert "letterbox_audit" in own.settings()["audit_database_url"]
    external = plan(tmp_path, database_url="postgresql://d/x", owner_database_url="postgresql://o@d/x")
    assert external.owner_database_url == "postgresql://o@d/x"
    assert "postgresql://o@d/x" not in str(external.document())


def test_secrets_are_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    made = parts.secrets_of(tmp_path)
    assert parts.secrets_of(tmp_path) == made
    assert stat.S_IMODE((tmp_path / parts.SECRETS_FILE).stat().st_mode) == 0o600
    assert made.engine not in repr(made)
    assert len({made.engine, made.secret_key, *made.database.values()}) == 7


def test_a_broken_secrets_file_is_not_silently_replaced(tmp_path: Path) -> None:
    (tmp_path / parts.SECRETS_FILE).write_text("{}")
    with pytest.raises(ConfigError, match="secrets"):
        parts.secrets_of(tmp_path)


def test_without_anything_given_everything_is_ours(tmp_path: Path) -> None:
    ours = plan(tmp_path)
    assert (ours.runs_engine, ours.runs_postgres, ours.runs_mail) == (True, True, True)
    assert ours.settings()["engine_url"] == "http://127.0.0.1:2/engine-rest"
    assert ours.settings()["smtp_url"] == "smtp://127.0.0.1:3"


def test_external_parts_are_used_and_not_started(tmp_path: Path) -> None:
    given = {"engine_url": "https://e/engine-rest", "engine_password": "p", "database_url": "postgresql://d/x"}
    external = plan(tmp_path, **given, smtp_url="smtp://mail")
    assert (external.runs_engine, external.runs_postgres, external.runs_mail) == (False, False, False)
    assert external.settings()["database_url"] == "postgresql://d/x"
    assert external.settings()["smtp_url"] == "smtp://mail"


def test_an_embedded_engine_needs_our_database_even_beside_an_external_one(tmp_path: Path) -> None:
    assert plan(tmp_path, database_url="postgresql://d/x").runs_postgres


def test_a_folder_keeps_the_engine_it_was_begun_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERBOX_ENGINE", "camunda-7.24")
    begun = make(tmp_path, free_port())
    assert begun.lane is lanes.CAMUNDA
    stack_file.write(tmp_path, begun.document())
    monkeypatch.delenv("LETTERBOX_ENGINE")
    assert make(tmp_path, free_port()).lane is lanes.CAMUNDA
    monkeypatch.setenv("LETTERBOX_ENGINE", "operaton")
    with pytest.raises(ConfigError, match=r"camunda-7\.24.*LETTERBOX_DATA_DIR"):
        make(tmp_path, free_port())


def test_a_folder_begun_before_there_was_a_choice_is_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack_file.write(tmp_path, {"web_port": 8080})
    monkeypatch.setenv("LETTERBOX_ENGINE", "camunda-7.24")
    with pytest.raises(ConfigError, match="属于引擎 operaton"):
        make(tmp_path, free_port())


def test_an_engine_that_is_not_there_is_named_with_those_that_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LETTERBOX_ENGINE", "flowable")
    with pytest.raises(ConfigError, match=r"LETTERBOX_ENGINE.*operaton 或 camunda-7\.24.*flowable"):
        make(tmp_path, free_port())


def test_the_public_address_follows_the_port(tmp_path: Path) -> None:
    assert plan(tmp_path).settings()["public_url"] == "http://127.0.0.1:8080"
    assert plan(tmp_path, public_url="https://mailbox.example").settings()["public_url"] == "https://mailbox.example"


def test_only_one_supervisor_holds_a_folder(tmp_path: Path) -> None:
    with folder.locked(tmp_path):
        with pytest.raises(folder.AlreadyRunning, match=str(os.getpid())), folder.locked(tmp_path):
            pass
        supervisor = folder.holder(tmp_path)
        assert supervisor is not None
        assert supervisor.pid == os.getpid()
    assert folder.holder(tmp_path) is None


def test_a_pid_that_now_is_somebody_else_is_left_alone(tmp_path: Path) -> None:
    own = folder.Child.of("old", os.getpid(), 15)
    folder.remember(tmp_path, [folder.Child(own.name, own.pid, own.created - 100, 15)])
    assert folder.stop_leftovers(tmp_path) == []


def test_a_stale_pid_file_of_the_database_is_no_server(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    assert EmbeddedPostgres(data, 1, {}).stop_leftover() is False


def test_a_full_disk_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"磁盘空间不足.*LETTERBOX_DATA_DIR"), start.disk_errors(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device", "x")
    with pytest.raises(PermissionError), start.disk_errors(tmp_path):
        raise PermissionError(errno.EACCES, "no")


def test_the_clock_of_the_environment_is_office_time_unless_it_says_otherwise() -> None:
    assert boot.clock_instant("2026-02-13T09:00:00").isoformat() == "2026-02-13T09:00:00+08:00"
    assert boot.clock_instant("2026-02-13T09:00:00+00:00").utcoffset() is not None
    with pytest.raises(ConfigError, match="LETTERBOX_CLOCK"):
        boot.clock_instant("tomorrow")


def test_exit_codes_follow_the_contract() -> None:
    assert exit_code(LetterboxError("refused")) == 1
    assert exit_code(ConfigError("wrong use")) == 2
    assert exit_code(Unavailable("away")) == 3


def test_status_tells_unreachable_from_unwell() -> None:
    well = {"engine": {"ok": True}, "database": {"ok": True}, "web": {"ok": True}, "workers": [{"ok": True}]}
    assert status_code(well) == 0
    assert status_code({**well, "workers": [{"ok": False}]}) == 1
    assert status_code({**well, "workers": []}) == 1
    assert status_code({**well, "database": {"ok": False}}) == 3
    assert (kind("1.0.3"), kind("7.24.0"), kind(None)) == ("operaton", "camunda", None)


def test_private_files_are_whole_or_not_there(tmp_path: Path) -> None:
    parts.write_private(tmp_path / "deep" / "x.json", {"a": 1})
    assert json.loads((tmp_path / "deep" / "x.json").read_text()) == {"a": 1}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["x.json"]
