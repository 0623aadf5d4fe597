"""Two weeks of the county's life through the real stack, judged by the oracle: nothing may differ from the regime."""

from __future__ import annotations

import copy
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from letterbox.oracle.verdict import judge
from letterbox.stack.engine import lanes

pytestmark = pytest.mark.engine

LETTERS = 30
WAY = {"LetterReceived", "LetterScreened", "LetterDeclined", "LetterDispatched", "ReplySubmitted", "ReplyDelivered"}
"""Events without which the days would have been too quiet to prove anything."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Run:
    code: int
    answer: Json
    log: Json


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, lane: str) -> Run:
    """Over the May holidays, so that working days are no plain weeks."""
    kept = Path(tmp_path_factory.mktemp("simulation")) / "log.json"
    period = ["--from", "2026-04-27", "--to", "2026-05-11", "--letters", str(LETTERS), "--seed", "4"]
    command = [sys.executable, "-m", "letterbox.cli", "simulate", *period, "--keep-log", str(kept), "--json"]
    environ = {**os.environ, "LETTERBOX_ENGINE": lane}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr[-2000:]
    return Run(done.returncode, json.loads(done.stdout), json.loads(kept.read_text(encoding="utf-8")))


def test_nothing_differs_from_the_regime(run: Run) -> None:
    assert run.answer["troubles"] == []
    assert run.answer["discrepancies"] == []
    assert run.code == 0


def test_the_figures_are_those_of_the_letters_written(run: Run) -> None:
    parts = run.answer["acts"].get("split", 0)
    assert run.answer["acts"]["letter"] == LETTERS
    assert run.answer["letters"] == run.answer["figures"]["received"] == LETTERS + parts
    assert run.answer["events"].keys() >= WAY
    assert run.answer["events"]["DeadlineStepTaken"] > 20


def test_it_ran_on_the_engine_that_was_asked_for(run: Run, lane: str) -> None:
    assert run.answer["engine"] == lanes.BY_NAME[lane].version


def test_people_of_the_simulation_know_every_action_and_task(run: Run) -> None:
    assert run.answer["unknown"] == []


def test_a_defect_planted_in_the_real_log_is_found(run: Run) -> None:
    for kind, plant in PLANTED.items():
        log = copy.deepcopy(run.log)
        plant(log)
        assert kind in {each.kind for each in judge(log)}, kind


def _limit(log: Json, kind: str) -> Json:
    return next(row for letter in log["letters"] for row in letter["limits"] if row["kind"] == kind)


def _a_day_later(log: Json) -> None:
    row = _limit(log, "reply")
    row["due_at"] = (dt.datetime.fromisoformat(row["due_at"]) + dt.timedelta(days=1)).isoformat()


def _without_a_step(log: Json) -> None:
    events = next(letter["record"]["events"] for letter in log["letters"] if _steps(letter))
    events.remove(next(event for event in events if event["name"] == "DeadlineStepTaken"))


def _steps(letter: Json) -> list[Json]:
    return [event for event in letter["record"]["events"] if event["name"] == "DeadlineStepTaken"]


def _without_a_letter(log: Json) -> None:
    del log["letters"][0]


def _without_notices(log: Json) -> None:
    for letter in log["letters"]:
        letter["notices"] = []


PLANTED: dict[str, Callable[[Json], None]] = {
    "limit_due": _a_day_later,
    "step_missing": _without_a_step,
    "letter_lost": _without_a_letter,
    "notice_missing": _without_notices,
    "figure": lambda log: log["figures"]["rows"][0].update(received=0),
}
