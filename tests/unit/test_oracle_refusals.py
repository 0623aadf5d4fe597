"""The oracle on refusals: who was refused his right is named, who came too late is not."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.oracle.verdict import judge
from tests.support.oracle.letters import clean_log

Json = dict[str, Any]
WANTED = {
    "apply-for-extension": ("A4", "2026-09-30T10:00:00+08:00"),
    "return": ("A1", "2026-09-09T10:00:00+08:00"),
    "evaluation": ("A1", "2026-09-18T10:00:00+08:00"),
    "supplement": ("A2", "2026-09-09T10:00:00+08:00"),
    "withdrawal": ("A5", "2026-10-15T10:00:00+08:00"),
}
"""What the regime allowed at that moment."""
TOO_LATE = {
    "apply-for-extension": ("A4", "2026-10-10T17:45:00+08:00"),
    "return": ("A1", "2026-09-10T18:00:00+08:00"),
    "evaluation": ("A3", "2026-10-09T18:00:00+08:00"),
    "supplement": ("A2", "2026-09-11T08:00:00+08:00"),
    "withdrawal": ("A7", "2026-09-12T10:00:00+08:00"),
}


def with_attempt(what: str, number: str, at: str) -> Json:
    return {**clean_log(), "attempts": [{"letter": number, "what": what, "at": at, "refused": "WrongState"}]}


@pytest.mark.parametrize("what", WANTED)
def test_who_was_refused_his_right_is_found(what: str) -> None:
    assert [each.kind for each in judge(with_attempt(what, *WANTED[what]))] == ["refused_wrongly"]


@pytest.mark.parametrize("what", TOO_LATE)
def test_who_came_too_late_was_refused_rightly(what: str) -> None:
    assert judge(with_attempt(what, *TOO_LATE[what])) == []
