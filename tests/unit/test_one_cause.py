"""One cause hides its consequences."""

from __future__ import annotations

import pytest

from letterbox.bundle.model.diagram_model import Level
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from tests.support.drawn.planted import LETTER, UNIT, Files, added, line, planted
from tests.unit.test_bundle_check import LADDER, changed
from tests.unit.test_shipped_facts import of, retyped
from tests.unit.test_tables_kept import swapped

CAUSES: dict[str, tuple[Files, set[str]]] = {
    "a step of another kind": (retyped(LETTER, "Task_ReviewReply", "manualTask"), {"changed-kind"}),
    "a gateway of another kind": (retyped(UNIT, "Gateway_SignOffOutcome", "parallelGateway"), {"changed-kind"}),
    "a due date of another kind": (planted(UNIT, of("Task_DraftReply", "${unitDueAt}", "P2D")), {"changed-due"}),
    "another hit policy": (changed(LADDER, "COLLECT", "FIRST"), {"hit-policy"}),
    "an unreadable diagram": ({**repository_files(), UNIT: b"<"}, {"well-formed"}),
    "an unreadable letter": ({**repository_files(), LETTER: b"rubbish"}, {"well-formed"}),
}

TASK, STEPS = "<bpmn:userTask id=", ("Task_ReviewReply", "Task_AssignLetter")
SWAPPED = {
    "ids of two steps": swapped(LETTER, *(f'{TASK}"{step}"' for step in STEPS)),
    "ids of two steps, lines and all": swapped(LETTER, *STEPS),
    "ids of two steps of the unit": swapped(UNIT, f'{TASK}"Task_DraftReply"', f'{TASK}"Task_SignOffReply"'),
    "ids of two automatic steps": swapped(LETTER, 'id="Task_DeliverReply"', 'id="Task_DispatchLetter"'),
    "ids of two gateways": swapped(LETTER, 'Gateway id="Gateway_ReviewOutcome"', 'Gateway id="Gateway_ReturnRuling"'),
    "ids of two lines": swapped(LETTER, '"Flow_ReviewOutcome_DeliverReply"', '"Flow_ReviewOutcome_UnitHandling"'),
}
DOUBLED = {
    "a step's id": changed(LETTER, 'id="Task_AssignLetter"', 'id="Task_ReviewReply"'),
    "a line's id": changed(LETTER, 'id="Flow_AssignLetter_DispatchLetter"', 'id="Flow_LetterReceived_ClassifyLetter"'),
    "an automatic step's id": changed(LETTER, 'id="Task_DeliverReply"', 'id="Task_DispatchLetter"'),
    "a gateway's id": changed(LETTER, 'id="Gateway_ReviewOutcome"', 'id="Gateway_ReturnRuling"'),
    "a step's id of another diagram": changed(UNIT, f'{TASK}"Task_DraftReply"', f'{TASK}"Task_ReviewReply"'),
    "a row's id": changed(LADDER, 'rule id="ladder-unit-near-due"', 'rule id="ladder-unit-due-today"'),
}


@pytest.mark.parametrize("files", SWAPPED.values(), ids=SWAPPED)
def test_ids_in_each_others_place_are_one_finding(files: Files) -> None:
    (finding,) = findings_of(files)
    assert (finding.rule, finding.level) == ("swapped-ids", Level.ERROR)


@pytest.mark.parametrize("files", DOUBLED.values(), ids=DOUBLED)
def test_an_id_given_twice_is_one_finding(files: Files) -> None:
    (finding,) = findings_of(files)
    assert (finding.rule, finding.level) == ("double-id", Level.ERROR)


def test_a_process_given_twice_is_one_finding() -> None:
    files = changed("notice-delivery.bpmn", 'process id="NoticeDeliveryProcess"', 'process id="UnitHandlingProcess"')
    assert {each.rule for each in findings_of(files)} == {"double-process"}


@pytest.mark.parametrize(("files", "rules"), CAUSES.values(), ids=CAUSES)
def test_what_goes_away_by_itself_is_not_said(files: Files, rules: set[str]) -> None:
    assert {each.rule for each in findings_of(files)} == rules


def test_two_causes_are_two_findings() -> None:
    files = added(UNIT, line("Task_InstructHandler", "Task_SignOffReply"))
    broken = retyped(LETTER, "Task_ReviewReply", "manualTask")
    said = {each.rule for each in findings_of({**files, LETTER: broken[LETTER]})}
    assert {"changed-kind", "implicit-split", "bypass"} <= said
