"""``letterbox instances``: the operator's commands on the real engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from letterbox.cli import run
from letterbox.outbox.commands import CommandKind
from tests.support.engine.trouble import failed_job, stopped_command
from tests.support.office.county import County
from tests.support.stack.environment import commands_work_on

pytestmark = pytest.mark.engine
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def command(county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command against the county's database and engine: exit code and JSON document (or error text)."""
    commands_work_on(monkeypatch, county.services.settings)

    def run_it(*arguments: str) -> tuple[int, Any]:
        code = run(arguments)
        printed = capsys.readouterr()
        return code, json.loads(printed.out) if printed.out.startswith("{") else printed.out + printed.err

    return run_it


def test_stuck_lists_and_retry_says_the_truth(county: County, command: Run) -> None:
    number, job_id = failed_job(county)
    code, answer = command("instances", "stuck", "--json")
    (row,) = [each for each in answer["stuck"] if each["letter"] == number]
    assert code == 0
    assert (row["kind"], row["id"], row["element"], row["can_retry"]) == ("job", job_id, "Task_ScreenLetter", True)
    assert command("instances", "retry", number, "--dry-run", "--json")[1]["would_retry"] == [row]
    code, answer = command("instances", "retry", number, "--reason", "再试一次", "--json")
    assert (code, answer["results"][0]["outcome"]) == (1, "failing")
    (instance,) = county.services.engine.processes.of(number, "LetterHandlingProcess")
    county.services.engine.processes.set_variables(instance.id, {"screeningOutcome": "accept"})
    code, answer = command("instances", "retry", number, "--reason", "变量已更正", "--json")
    assert (code, [each["outcome"] for each in answer["results"]]) == (0, ["resolved"])
    assert county.open_tasks(number) == ["Task_AssignLetter"]


def test_people_read_cause_and_remedy(county: County, command: Run) -> None:
    number = county.write()
    stopped_command(county, number, CommandKind.CORRELATE, "LetterEvaluated")
    code, text = command("instances", "stuck")
    assert code == 0
    assert f"{number} " in text
    assert "发送消息 LetterEvaluated" in text
    assert "原因：400 MismatchingCorrelation" in text
    code, text = command("instances", "retry", number, "--reason", "再试", "--wait", "0")
    assert code == 1
    assert "仍然失败" in text


def test_a_retry_without_a_reason_is_wrong_use(county: County, command: Run) -> None:
    number, _job = failed_job(county)
    code, text = command("instances", "retry", number)
    assert code == 2
    assert "--reason" in text
    assert command("instances", "retry", number, "--reason", "长" * 201)[0] == 2
    assert command("instances", "retry", "--reason", "没有来信")[0] == 2


def test_a_letter_without_trouble_is_said_and_nothing_happens(county: County, command: Run) -> None:
    number = county.write()
    code, text = command("instances", "retry", number, "--reason", "再试")
    assert code == 0
    assert f"没有停滞的事项：{number}" in text


def test_an_engine_that_is_away_is_exit_code_3(command: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ENGINE_URL", "http://127.0.0.1:1/engine-rest")
    code, text = command("instances", "stuck")
    assert code == 3
    assert "流程引擎连不上" in text
