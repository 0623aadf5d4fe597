"""``letterbox simulate`` refuses what cannot be simulated before anything is started."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from letterbox.cli import run
from letterbox.services.deployment.design import BUNDLE_DIR

PERIOD = ["--from", "2026-03-02", "--to", "2026-03-06", "--letters", "5"]


def test_a_period_that_ends_before_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", "--from", "2026-03-02", "--to", "2026-03-01", "--letters", "5"]) == 2
    assert "--to" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--letters", "0"], ["--from", "March"], ["--seed", "x"]])
def test_an_option_that_means_nothing_is_named(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", *PERIOD, *wrong]) == 2
    assert wrong[0] in capsys.readouterr().err


def test_a_faulty_bundle_is_refused_with_file_and_element(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(BUNDLE_DIR, folder)
    diagram = folder / "deadline-watch.bpmn"
    changed = diagram.read_text(encoding="utf-8").replace('camunda:topic="escalate-deadline"', 'camunda:topic="nobody"')
    diagram.write_text(changed, encoding="utf-8")
    assert run(["simulate", *PERIOD, "--diagrams", str(folder)]) == 2
    told = capsys.readouterr().err
    assert "deadline-watch.bpmn" in told
    assert "Task_EscalateDeadline" in told


def test_an_empty_folder_is_no_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", *PERIOD, "--diagrams", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
