"""Our evaluation of the shipped decision tables is the engine's (limits start while the engine is away)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from letterbox.domain.limits.time_limits import EXTENSION_CAP
from letterbox.domain.tables.unary_tests import Value
from letterbox.domain.vocabulary import Category, LimitKind
from letterbox.engine.client import EngineClient
from letterbox.engine.records import Deployment
from tests.support.drawn.decision_tables import BPMN, shipped_table

pytestmark = pytest.mark.engine

KINDS = [*map(str, LimitKind), EXTENSION_CAP, "unknown"]
CATEGORIES = [str(category) for category in Category]
INPUTS: dict[str, dict[str, list[Value]]] = {
    "time-limits": {"kind": [*KINDS], "category": [*CATEGORIES, None]},
    "escalation-ladder": {"kind": [*KINDS], "urgent": [True, False]},
    "routing": {
        "category": [*CATEGORIES, None],
        "matter": ["village-affairs", "homestead", "bus", ""],
        "territory_known": [True, False],
    },
}


@pytest.fixture(scope="module")
def deployment(client: EngineClient) -> Iterator[Deployment]:
    files = {path.name: path.read_bytes() for path in BPMN.glob("*.dmn")}
    deployment = client.deployments.deploy("decision table tests", files, "tests")
    yield deployment
    client.deployments.delete(deployment.id, cascade=True)


def _given_outputs(outputs: Mapping[str, Value]) -> dict[str, Value]:
    """The engine leaves an empty output cell out; we say None."""
    return {name: value for name, value in outputs.items() if value is not None}


@pytest.mark.parametrize("key", list(INPUTS))
def test_every_combination_of_inputs_decides_the_same(key: str, client: EngineClient, deployment: Deployment) -> None:
    table, differences = shipped_table(key), []
    for values in product(*INPUTS[key].values()):
        given = dict(zip(INPUTS[key], values, strict=True))
        ours = [_given_outputs(hit.outputs) for hit in table.evaluate(given)]
        theirs = [dict(row) for row in client.decisions.evaluate(key, given, deployment_id=deployment.id)]
        if ours != theirs:
            differences.append((given, ours, theirs))
    assert differences == []
