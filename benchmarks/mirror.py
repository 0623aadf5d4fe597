"""Bare processes with the wait states of ours: as many instances, kind by kind, and nothing of the product in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from benchmarks.wait_states import EXTERNAL, MESSAGE, TIMER, USER, Passed, Step

CALLER, CALLED = "LetterHandlingProcess", "UnitHandlingProcess"
"""The second is called by the first, here by each of its instances; the others are started by themselves."""
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="bench">'
)


@dataclass(frozen=True)
class Mirror:
    """One process: ``steps`` in their order; ``calls`` another mirror's key after its external tasks."""

    key: str
    instances: int
    steps: tuple[Step, ...]
    calls: str | None = None

    @property
    def group(self) -> str:
        return f"{self.key}-clerk"

    def message(self, index: int) -> str:
        return f"{self.key}-{index}"

    def follows(self, index: int) -> list[str]:
        """The messages that are waited for right after step ``index`` (-1: the start), one behind the other."""
        names = []
        while index + 1 < len(self.steps) and self.steps[index + 1].kind == MESSAGE:
            index += 1
            names.append(self.message(index))
        return names

    def diagram(self) -> bytes:
        nodes = [self._node(index, step) for index, step in enumerate(self.steps)]
        if self.calls:
            at = next((index for index, step in enumerate(self.steps) if step.kind == USER), len(self.steps)) + 1
            nodes.insert(at, ("Call", "Call", self._call()))
        flows, before = [], "S"
        for number, (entry, leave, _) in enumerate(nodes):
            flows.append(f'<sequenceFlow id="F{number}" sourceRef="{before}" targetRef="{entry}"/>')
            before = leave
        flows.append(f'<sequenceFlow id="FE" sourceRef="{before}" targetRef="E"/>')
        names = "".join(
            f'<message id="D{index}" name="{self.message(index)}"/>'
            for index, step in enumerate(self.steps)
            if step.kind == MESSAGE
        )
        body = "".join(text for _, _, text in nodes) + "".join(flows)
        return (
            f'{HEAD}<process id="{self.key}" isExecutable="true" camunda:historyTimeToLive="P1D"><startEvent id="S"/>'
            f'{body}<endEvent id="E"/></process>{names}</definitions>'
        ).encode()

    def _node(self, index: int, step: Step) -> tuple[str, str, str]:
        """Where one enters, where one leaves, the elements."""
        name, saves = f"T{index}", ' camunda:asyncAfter="true"' if step.saves_after else ""
        if step.kind == EXTERNAL:
            return name, name, f'<serviceTask id="{name}" camunda:type="external" camunda:topic="{self.key}"{saves}/>'
        if step.kind == USER:
            who = f'camunda:candidateGroups="{self.group}" camunda:dueDate="${{dueAt}}"'
            return name, name, f'<userTask id="{name}" {who}{saves}/>'
        return f"G{index}", name, self._catch(index, name, saves)

    def _catch(self, index: int, name: str, saves: str) -> str:
        """A message waited for beside a timer, as the watch waits."""
        catch = f'<intermediateCatchEvent id="{name}"{saves}><messageEventDefinition messageRef="D{index}"/>'
        timer = f'<intermediateCatchEvent id="W{index}"><timerEventDefinition><timeDate xsi:type="tFormalExpression">'
        return (
            f'<eventBasedGateway id="G{index}"/>{catch}</intermediateCatchEvent>'
            f"{timer}${{dueAt}}</timeDate></timerEventDefinition></intermediateCatchEvent>"
            f'<sequenceFlow id="GM{index}" sourceRef="G{index}" targetRef="{name}"/>'
            f'<sequenceFlow id="GW{index}" sourceRef="G{index}" targetRef="W{index}"/>'
            f'<endEvent id="X{index}"/><sequenceFlow id="WX{index}" sourceRef="W{index}" targetRef="X{index}"/>'
        )

    def _call(self) -> str:
        business_key = '<camunda:in businessKey="#{execution.processBusinessKey}"/>'
        due = '<camunda:in source="dueAt" target="dueAt"/>'
        return (
            f'<callActivity id="Call" calledElement="{self.calls}" camunda:calledElementBinding="deployment">'
            f"<extensionElements>{business_key}{due}</extensionElements></callActivity>"
        )


def mirrors(ways: Mapping[str, Passed], letters: int, instances: int) -> list[Mirror]:
    """For ``instances`` letters: what ``letters`` letters left behind, per process instance and rounded."""
    tag = uuid4().hex[:8]
    found = []
    for key, way in ways.items():
        calls = f"{CALLED}{tag}" if key == CALLER and CALLED in ways else None
        count = instances if key == CALLED else round(way.instances * instances / letters)
        if count:
            found.append(Mirror(key=f"{key}{tag}", instances=count, steps=_order(way), calls=calls))
    return found


def _order(way: Passed) -> tuple[Step, ...]:
    """External tasks and messages in turn, then user tasks; a timer that fired is left out: nobody drives it."""
    each = Counter({step: round(count / way.instances) for step, count in way.steps.items() if step.kind != TIMER})
    by_kind = {kind: [step for step in each.elements() if step.kind == kind] for kind in (EXTERNAL, MESSAGE, USER)}
    turns: list[Step] = []
    for index in range(max(len(by_kind[EXTERNAL]), len(by_kind[MESSAGE]))):
        turns += by_kind[EXTERNAL][index : index + 1] + by_kind[MESSAGE][index : index + 1]
    return (*turns, *by_kind[USER])
