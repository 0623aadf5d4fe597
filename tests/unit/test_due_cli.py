"""``letterbox due``: the contract's answer, day by day, with no engine and no database."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from letterbox.cli.due import due


def run(*arguments: str) -> Result:
    return CliRunner().invoke(due, list(arguments))


def test_the_json_answer_is_one_document_that_explains_every_day() -> None:
    result = run("--from", "2026-09-28", "--working-days", "5", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    answer = json.loads(result.stdout)
    assert (answer["due_on"], answer["due_at"]) == ("2026-10-10", "2026-10-10T17:30:00+08:00")
    assert answer["provisional"] is False
    assert [day["date"] for day in answer["days"] if day["counts"]] == [
        "2026-09-29",
        "2026-09-30",
        "2026-10-08",
        "2026-10-09",
        "2026-10-10",
    ]
    assert answer["days"][3] == {"date": "2026-10-01", "counts": False, "why": "国庆节放假"}
    assert answer["days"][-1]["why"] == "调休上班（国庆节）"


@pytest.mark.parametrize(
    "start", ["2026-09-28T09:00", "2026-09-28T23:59:59", "2026-09-27T16:00Z", "2026-09-28T00:00+08:00"]
)
def test_the_time_of_day_does_not_matter_and_an_offset_is_understood(start: str) -> None:
    assert json.loads(run("--from", start, "--working-days", "5", "--json").stdout)["due_on"] == "2026-10-10"


def test_people_get_the_same_in_words() -> None:
    result = run("--from", "2026-04-30", "--working-days", "1")
    assert result.exit_code == 0
    assert "到期：2026-05-06（周三）17:30" in result.stdout
    assert "2026-05-01 周五  不计  劳动节放假" in result.stdout


def test_a_year_nobody_announced_is_called_provisional() -> None:
    arguments = ("--from", "2026-11-27", "--working-days", "30")
    assert json.loads(run(*arguments, "--json").stdout)["provisional"] is True
    assert "暂定" in run(*arguments).stdout


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("--from", "2026-02-30", "--working-days", "1"), "--from"),
        (("--from", "gestern", "--working-days", "1"), "--from"),
        (("--from", "", "--working-days", "1"), "--from"),
        (("--from", "20260928", "--working-days", "1"), "--from"),
        (("--from", "2026-09-28T25:00", "--working-days", "1"), "--from"),
        (("--from", "0026-09-28", "--working-days", "1"), "--from"),
        (("--from", "9999-12-31", "--working-days", "1"), "--from"),
        (("--from", "0001-01-01T00:00+14:00", "--working-days", "1"), "--from"),
        (("--working-days", "1"), "--from"),
        (("--from", "2026-09-28"), "--working-days"),
        (("--from", "2026-09-28", "--working-days", "-1"), "--working-days"),
        (("--from", "2026-09-28", "--working-days", "0"), "--working-days"),
        (("--from", "2026-09-28", "--working-days", "1.5"), "--working-days"),
        (("--from", "2026-09-28", "--working-days", "five"), "--working-days"),
        (("--from", "2026-09-28", "--working-days", "9" * 30), "--working-days"),
    ],
)
def test_wrong_use_ends_with_2_and_names_the_option(arguments: tuple[str, ...], option: str) -> None:
    result = run(*arguments, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert option in result.stderr
    assert "Traceback" not in result.stderr


def test_the_command_needs_neither_settings_nor_database_drivers() -> None:
    script = (
        "import sys; from letterbox.cli.due import due; "
        "due(['--from', '2026-02-13', '--working-days', '2', '--json'], standalone_mode=False); "
        "sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'pycamunda', 'psycopg', 'flask')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env={}, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["due_on"] == "2026-02-24"
