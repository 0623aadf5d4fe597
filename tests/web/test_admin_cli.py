"""``letterbox people``: the same rules from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from letterbox.cli import run
from letterbox.wiring import Services
from tests.support.office.office import ADMIN, tag
from tests.support.stack.environment import commands_work_on

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine


@pytest.fixture
def environment(real: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Services:
    commands_work_on(monkeypatch, real.settings, LETTERBOX_DATA_DIR=str(tmp_path))
    return real


def test_the_first_administrator_is_made_from_the_command_line(
    environment: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    login = f"p{tag()}"
    assert run(["people", "add", login, "赵第一", "--role", "admin", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    signed_in = environment.sign_in.with_password(login, answer["password"], "test")
    assert "admin" in signed_in.actor.roles
    assert run(["people", "add", login, "赵第二", "--role", "admin"]) == 1
    assert "已经有人用" in capsys.readouterr().err
    environment.people.deactivate(ADMIN, signed_in.person_id, "用完")


def test_a_password_is_set_and_ends_sessions(environment: Services, capsys: pytest.CaptureFixture[str]) -> None:
    login = f"p{tag()}"
    run(["people", "add", login, "赵第一", "--role", "leader"])
    capsys.readouterr()
    assert run(["people", "set-password", login, "--generate", "--json"]) == 0
    password = json.loads(capsys.readouterr().out)["password"]
    assert environment.sign_in.with_password(login, password, "test").version == 1
    assert run(["people", "set-password", "no-such-login", "--generate"]) == 1
    assert "没有登录名为 no-such-login" in capsys.readouterr().err


def test_export_and_import_agree(environment: Services, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["people", "export", "--units"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["units"]
    path, login = tmp_path / "people.yaml", f"p{tag()}"
    path.write_text(f"people:\n  - {{login: {login}, name: 赵导入, grants: [{{role: leader}}]}}\n", encoding="utf-8")
    assert run(["people", "import", str(path)]) == 0
    assert f"+ {login} 赵导入" in capsys.readouterr().out
    assert environment.people.search(ADMIN, q=login).total == 0
    assert run(["people", "import", str(path), "--apply", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["new"] == [login]
    assert environment.people.search(ADMIN, q=login).total == 1


@pytest.mark.parametrize(("content", "said"), [(b"people: [", "第 1 行"), (b"\xff\xfe", "UTF-8"), (None, "读不到")])
def test_a_bad_file_is_named(
    environment: Services, capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "bad.yaml"
    if content is not None:
        path.write_bytes(content)
    assert run(["people", "import", str(path)]) == 2
    assert said in capsys.readouterr().err
