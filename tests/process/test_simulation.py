"""Some days of the county's life through the real stack, judged by the oracle: nothing may differ from the regime."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.engine

WAY = {"LetterReceived", "LetterScreened", "LetterDeclined", "LetterDispatched", "ReplySubmitted", "ReplyDelivered"}
"""Events without which the days would have been too quiet to prove anything."""


def test_two_weeks_of_letters_keep_the_regime() -> None:
    command = ["simulate", "--from", "2026-04-27", "--to", "2026-05-11", "--letters", "30", "--seed", "4", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "letterbox.cli", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    assert answer["troubles"] == []
    assert answer["discrepancies"] == []
    assert done.returncode == 0
    assert answer["letters"] == answer["acts"]["letter"] == answer["figures"]["received"] == 30
    assert answer["events"].keys() >= WAY
    assert answer["events"]["DeadlineStepTaken"] > 20
