"""The shipped bundle on the real engine: it is accepted whole, and what it binds is found in the same deployment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from letterbox.bundle.diagrams import read_bundle
from letterbox.bundle.files.bundle_file import read
from tests.support.drawn import bundle
from tests.support.drawn.letter_walk import Json, Rest
from tests.support.stack.stack import EngineStack

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def rest(engine_stack: EngineStack) -> Iterator[Rest]:
    rest = Rest(engine_stack)
    yield rest
    rest.close()


@pytest.fixture(scope="module")
def deployment(rest: Rest) -> Iterator[Json]:
    deployed = rest.deploy("diagrams as shipped", bundle.shipped())
    yield deployed
    rest.delete(f"/deployment/{deployed['id']}", cascade="true")


def test_every_process_of_the_bundle_is_deployed_by_its_key(deployment: Json) -> None:
    drawn = {process.key for diagram in read_bundle(bundle.shipped()) for process in diagram.processes}
    deployed = deployment["deployedProcessDefinitions"].values()
    assert {definition["key"] for definition in deployed} == drawn
    assert all(definition["historyTimeToLive"] for definition in deployed)


def test_the_engine_keeps_the_files_as_they_were(rest: Rest, deployment: Json) -> None:
    resources = {one["name"]: one["id"] for one in rest.get(f"/deployment/{deployment['id']}/resources")}
    assert set(resources) == set(bundle.shipped())
    for definition in deployment["deployedProcessDefinitions"].values():
        stored = rest.get(f"/process-definition/{definition['id']}/xml")["bpmn20Xml"]
        assert stored.encode() == bundle.shipped()[definition["resource"]]


def test_the_engine_refuses_a_diagram_with_two_steps_of_one_id(rest: Rest) -> None:
    broken = bundle.shipped()["notice-delivery.bpmn"].replace(b'id="EndEvent_NoticeSent"', b'id="Task_SendNotice"')
    with pytest.raises(requests.HTTPError, match="Task_SendNotice"):
        rest.deploy("broken", {"notice-delivery.bpmn": broken})


def test_the_counted_copy_differs_only_by_its_counters() -> None:
    plain, counted = bundle.shipped(), bundle.counted(bundle.shipped())
    assert set(plain) == set(counted)
    for before, after in zip(read_bundle(plain), read_bundle(counted), strict=True):
        assert (before.nodes, before.flows, before.drawn) == (after.nodes, after.flows, after.drawn)
        programs = [each for each in read(after.file, counted[after.file]).findings if each.rule == "no-code"]
        assert len(programs) == len(after.flows)
