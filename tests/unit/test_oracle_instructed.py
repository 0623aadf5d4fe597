"""The oracle on what a leader has supervised (R2): instructed at that moment, and due on the instruction's day."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.oracle.verdict import judge
from tests.support.oracle.letters import clean_log

FINDINGS = {"supervision_without_instruction", "supervision_not_with_instruction"}


def supervised(due_on: str, given: dict[str, Any]) -> dict[str, Any]:
    """A5's supervision as a leader's wish of Tuesday, 20 October; ``given``: facts of his instruction, if there is one."""
    log = clean_log()
    (events,) = (each["record"]["events"] for each in log["letters"] if each["record"]["number"] == "A5")
    (opened,) = (each for each in events if each["name"] == "SupervisionOpened")
    opened["data"].update(cause="instruction", due_on=due_on)
    if given:
        facts = {"unit": opened["data"]["unit"], **given}
        events.insert(events.index(opened), {**opened, "name": "InstructionGiven", "by_role": "leader", "data": facts})
    return log


@pytest.mark.parametrize(
    ("due_on", "given", "found"),
    [
        ("2026-10-27", {"due_on": None}, set()),
        ("2026-10-22", {"due_on": "2026-10-22"}, set()),
        ("2026-10-23", {"due_on": None}, {"supervision_not_with_instruction"}),
        ("2026-10-23", {"due_on": "2026-10-22"}, {"supervision_not_with_instruction"}),
        ("2026-10-23", {}, {"supervision_without_instruction"}),
        ("2026-10-27", {"due_on": None, "unit": "housing"}, {"supervision_without_instruction"}),
    ],
)
def test_a_leaders_supervision_is_judged_by_his_instruction(
    due_on: str, given: dict[str, Any], found: set[str]
) -> None:
    assert {each.kind for each in judge(supervised(due_on, given))} & FINDINGS == found
