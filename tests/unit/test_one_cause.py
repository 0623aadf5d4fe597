"""One cause hides its consequences."""

from __future__ import annotations

import pytest

from letterbox.services.bundle_check import findings_of
from letterbox.services.design import repository_files
from tests.support.planted import LETTER, UNIT, Files, added, line, planted
from tests.unit.test_bundle_check import LADDER, changed
from tests.unit.test_shipped_facts import of, retyped

CAUSES: dict[str, tuple[Files, set[str]]] = {
    "a step of another kind": (retyped(LETTER, "Task_ReviewReply", "manualTask"), {"changed-kind"}),
    "a gateway of another kind": (retyped(UNIT, "Gateway_SignOffOutcome", "parallelGateway"), {"changed-kind"}),
    "a due date of another kind": (planted(UNIT, of("Task_DraftReply", "${unitDueAt}", "P2D")), {"changed-due"}),
    "another hit policy": (changed(LADDER, "COLLECT", "FIRST"), {"hit-policy"}),
    "an unreadable diagram": ({**repository_files(), UNIT: b"<"}, {"well-formed"}),
    "an unreadable letter": ({**repository_files(), LETTER: b"rubbish"}, {"well-formed"}),
}


@pytest.mark.parametrize(("files", "rules"), CAUSES.values(), ids=CAUSES)
def test_what_goes_away_by_itself_is_not_said(files: Files, rules: set[str]) -> None:
    assert {each.rule for each in findings_of(files)} == rules


def test_two_causes_are_two_findings() -> None:
    files = added(UNIT, line("Task_InstructHandler", "Task_SignOffReply"))
    broken = retyped(LETTER, "Task_ReviewReply", "manualTask")
    said = {each.rule for each in findings_of({**files, LETTER: broken[LETTER]})}
    assert {"changed-kind", "implicit-split", "bypass"} <= said
