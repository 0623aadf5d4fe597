"""Which wait states a run passed, by process and kind, read from the engine's history and the deployed diagrams."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from letterbox.engine.client import EngineClient

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
USER, EXTERNAL, MESSAGE, TIMER = "user_tasks", "external_tasks", "messages", "timers"
EVENTS = {f"{BPMN}messageEventDefinition": MESSAGE, f"{BPMN}timerEventDefinition": TIMER}


@dataclass(frozen=True, slots=True)
class Step:
    """A kind of wait state. ``saves_after``: the engine saves behind it and goes on in a job of its own (asyncAfter)."""

    kind: str
    saves_after: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """What happened in one process of the procedure: instances started, wait states left."""

    instances: int
    steps: Counter[Step]


def passed(engine: EngineClient) -> dict[str, Passed]:
    """So far, by process key; only what the live versions of the diagrams have seen."""
    found = {}
    for definition in engine.session.get("/process-definition", latestVersion=True):
        xml = engine.session.get(f"/process-definition/{definition['id']}/xml")["bpmn20Xml"]
        steps = _steps(ET.fromstring(xml))  # noqa: S314  # our own diagram, back from the engine
        counts = engine.session.get(f"/history/process-definition/{definition['id']}/statistics", finished=True)
        finished: Counter[Step] = Counter()
        for row in counts:
            if row["id"] in steps:
                finished[steps[row["id"]]] += row["finished"]
        query = {"processDefinitionId": definition["id"]}
        instances = int(engine.session.query("/history/process-instance/count", query)["count"])
        found[definition["key"]] = Passed(instances, finished)
    return found


def since(before: dict[str, Passed], now: dict[str, Passed]) -> dict[str, Passed]:
    """What was added, without the processes in which nothing happened."""
    nothing = Passed(0, Counter())
    added = {
        key: Passed(each.instances - before.get(key, nothing).instances, each.steps - before.get(key, nothing).steps)
        for key, each in now.items()
    }
    return {key: each for key, each in added.items() if each.instances}


def by_kind(ways: dict[str, Passed]) -> dict[str, int]:
    counts = Counter({USER: 0, EXTERNAL: 0, MESSAGE: 0, TIMER: 0})
    for each in ways.values():
        for step, count in each.steps.items():
            counts[step.kind] += count
    return dict(counts)


def _steps(diagram: ET.Element) -> dict[str, Step]:
    """The wait states of a diagram by activity id."""
    found = {}
    for node in diagram.iter():
        kind = _kind(node)
        if kind is not None:
            found[node.attrib["id"]] = Step(kind, node.attrib.get(f"{CAMUNDA}asyncAfter") == "true")
    return found


def _kind(node: Any) -> str | None:
    if node.tag == f"{BPMN}userTask":
        return USER
    if node.tag == f"{BPMN}serviceTask" and node.attrib.get(f"{CAMUNDA}type") == "external":
        return EXTERNAL
    if node.tag == f"{BPMN}intermediateCatchEvent":
        return next((kind for tag, kind in EVENTS.items() if node.find(tag) is not None), None)
    return None
