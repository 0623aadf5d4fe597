"""What the check takes beside the shipped drawings, the engine takes too and does as it was meant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from letterbox.bundle.files.bundle_file import anew
from letterbox.bundle.model.diagram_model import Level
from letterbox.services.studio.check import findings_of
from tests.support.drawn.letter_walk import Rest
from tests.support.drawn.own_gateway import AGAIN, NEXT, own_gateway
from tests.support.drawn.planted import LETTER, UNIT, Files, planted
from tests.support.stack.stack import EngineStack
from tests.unit.test_moved_into_a_sub_process import STEP, moved
from tests.unit.test_pictures_and_retries import END, SKETCH, retried

pytestmark = pytest.mark.engine
CHOSEN = 'candidateGroups="${category == &#39;report&#39; ? &#39;reviewer&#39; : &#39;screener&#39;}"'
TAKEN: dict[str, Files] = {
    "a process that only illustrates": planted(UNIT, (END, END + SKETCH)),
    "retries": retried("R5/PT5M"),
    "an inclusive gateway that takes one branch": own_gateway(
        ("${placeKind == 'home'}", "来信人家中", AGAIN),
        ("", "其他", NEXT),
        default="Flow_Own_1",
        kind="inclusiveGateway",
    ),
    "a group by choice": planted(LETTER, ('candidateGroups="reviewer"', CHOSEN)),
}


@pytest.fixture(scope="module")
def rest(engine_stack: EngineStack) -> Iterator[Rest]:
    rest = Rest(engine_stack)
    yield rest
    rest.close()


@pytest.mark.parametrize("files", TAKEN.values(), ids=TAKEN)
def test_the_engine_takes_it_and_runs_no_sketch(files: Files, rest: Rest) -> None:
    assert not [each for each in findings_of(files) if each.level is Level.ERROR and each.rule != "drawn"]
    deployed = rest.deploy("checked", anew(files))
    keys = {each["key"] for each in deployed["deployedProcessDefinitions"].values()}
    rest.delete(f"/deployment/{deployed['id']}", cascade="true")
    assert "UnitHandlingProcess" in keys
    assert "SketchProcess" not in keys


def test_a_step_in_a_sub_process_is_offered_and_answered_as_before(rest: Rest) -> None:
    deployed = rest.deploy("moved", anew(moved()))
    definition = next(
        each for each in deployed["deployedProcessDefinitions"].values() if each["key"] == "LetterHandlingProcess"
    )
    due = {"reviewDueAt": {"value": "2026-12-01T17:30:00.000+0800", "type": "String"}}
    body = {
        "businessKey": "MOVED-1",
        "variables": due,
        "startInstructions": [{"type": "startBeforeActivity", "activityId": "SubProcess_Own"}],
    }
    started = rest.post(f"/process-definition/{definition['id']}/start", body)
    (task,) = rest.get("/task", processInstanceId=started["id"])
    assert (task["taskDefinitionKey"], task["formKey"]) == (STEP, None)
    groups = rest.get(f"/task/{task['id']}/identity-links", type="candidate")
    assert [each["groupId"] for each in groups] == ["reviewer"]
    rest.post(f"/task/{task['id']}/complete", {"variables": {"reviewOutcome": {"value": "pass", "type": "String"}}})
    jobs = rest.get("/job", processInstanceId=started["id"])
    rest.post(f"/job/{jobs[0]['id']}/execute")
    (work,) = rest.get("/external-task", processInstanceId=started["id"])
    assert work["topicName"] == "deliver-reply"
    rest.delete(f"/deployment/{deployed['id']}", cascade="true")
