"""Who reads letters for somebody asks the one rule who may see what (A5): ``services/visibility/rule.py``."""

from __future__ import annotations

import re

from tests.house.project import files, text

ASKS = re.compile(r"from letterbox\.services\.(visibility\.rule|records\.records) import|\bvisible_to\b|\bmay_see\b")
READS = re.compile(r"select\([^)]*\bLetter\b|\.join\(Letter\b", re.DOTALL)
FOR_SOMEBODY = re.compile(r"\bactor: Actor\b")
OTHERWISE = {
    "letterbox/services/case/case.py": "one letter, opened by whoever asked first",
    "letterbox/services/operations/stalls/faults.py": "operators: numbers, no words of a letter",
    "letterbox/services/records/channel_replies.py": "a channel's own letters, to the channel",
    "letterbox/services/limits/calendar_moves.py": "limits of all letters by a new calendar",
}
"""Module → why it need not ask."""


def test_whoever_reads_letters_for_somebody_asks_who_may_see_them() -> None:
    modules = {name: text(name) for name in files(r"^letterbox/services/[\w/]+\.py$")}
    reading = {name for name, code in modules.items() if READS.search(code) and FOR_SOMEBODY.search(code)}
    assert len(reading) > 5
    assert {name for name in reading if not ASKS.search(modules[name])} == set(OTHERWISE)
