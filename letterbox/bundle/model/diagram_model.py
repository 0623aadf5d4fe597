"""What our tools know of a diagram: plain values, no XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

BETWEEN_GROUPS = re.compile(r",(?![^{}]*\})")
"""A comma that is not within an expression."""


class Level(StrEnum):
    ERROR = "error"
    """Must not be deployed."""
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One objection to a bundle. ``rule`` is a stable kebab-case name, ``message`` says in Chinese what to do."""

    file: str
    element: str
    rule: str
    message: str
    level: Level = Level.ERROR


@dataclass(frozen=True)
class Timer:
    """``kind`` is timeDate, timeDuration or timeCycle."""

    kind: str
    value: str


@dataclass(frozen=True)
class EventDefinition:
    """What an event waits for, throws or ends with. ``kind``: message, signal, error, escalation, timer, conditional,
    link, compensate, cancel or terminate."""

    kind: str
    reference: str = ""
    """The id of the message, signal, error or escalation that it names."""
    name: str = ""
    """The name (or link name) behind the reference; "" if the reference leads nowhere or there is none."""
    code: str = ""
    """The code behind the reference, of errors and escalations."""
    timer: Timer | None = None
    condition: str = ""


@dataclass(frozen=True)
class Handover:
    """One ``camunda:in`` or ``camunda:out`` of a call activity."""

    direction: str
    """in or out."""
    source: str = ""
    source_expression: str = ""
    target: str = ""
    business_key: str = ""
    all_variables: bool = False
    is_local: bool = False


@dataclass(frozen=True)
class Parameter:
    """One ``camunda:inputParameter`` or ``camunda:outputParameter``."""

    direction: str
    """in or out."""
    name: str
    text: str


@dataclass(frozen=True)
class Loop:
    """A step done several times. ``kind``: multiInstance or standard."""

    kind: str
    is_sequential: bool = False
    cardinality: str = ""
    collection: str = ""
    element_variable: str = ""
    completion_condition: str = ""


@dataclass(frozen=True)
class Definition:
    """A message, signal, error or escalation of the file, used or not. ``kind`` is its BPMN tag."""

    kind: str
    id: str
    name: str
    code: str = ""


@dataclass(frozen=True)
class Pool:
    """A participant; ``process`` is "" for a black box."""

    id: str
    name: str
    process: str


@dataclass(frozen=True)
class Lane:
    id: str
    name: str
    process: str
    members: tuple[str, ...]
    """Ids as written, of flow nodes that may be gone."""


@dataclass(frozen=True)
class Picture:
    """A shape or an edge: its own id and the id of the element that it draws. ``kind``: shape, edge or plane."""

    kind: str
    id: str
    element: str


@dataclass(frozen=True)
class Process:
    key: str
    name: str
    is_executable: bool
    history_time_to_live: str | None
    is_in_tasklist: bool = True
    """Whether the engine's own pages offer to start it."""


@dataclass(frozen=True)
class Flow:
    id: str
    name: str
    source: str
    target: str
    condition: str | None
    process: str


@dataclass(frozen=True)
class Node:
    """A flow node. ``kind`` is its BPMN tag. Attributes by local name: ``attributes`` those of BPMN itself (``default``),
    ``engine`` those of the engine (``formRef``); of other namespaces none."""

    id: str
    kind: str
    name: str
    process: str
    documentation: str
    parent: str
    """The process, or the subprocess that contains it."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    engine: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    """``camunda:property`` extension properties, such as ``limit``."""
    message: str | None = None
    """The name of the message it catches or throws; "" if its reference leads nowhere."""
    timer: Timer | None = None
    sets: tuple[str, ...] = ()
    """Variables written by its input/output mappings."""
    given: tuple[tuple[str, str], ...] = ()
    """(caller's variable, called process's variable) of each ``camunda:in`` of a call activity."""
    outputs: tuple[str, ...] = ()
    """Texts of its output parameters, which the engine evaluates also when the step is cancelled."""
    inherits_business_key: bool = False
    events: tuple[EventDefinition, ...] = ()
    handovers: tuple[Handover, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    loop: Loop | None = None

    @property
    def is_interrupting(self) -> bool:
        """Of a boundary event or the start of an event subprocess: whether it ends what runs."""
        return "false" not in {self.attributes.get("cancelActivity"), self.attributes.get("isInterrupting")}

    @property
    def terminates(self) -> bool:
        return any(event.kind == "terminate" for event in self.events)

    @property
    def default(self) -> str | None:
        """The id of its default flow, as written."""
        return self.attributes.get("default")

    @property
    def attached_to(self) -> str | None:
        """The activity that a boundary event sits on."""
        return self.attributes.get("attachedToRef")

    @property
    def form(self) -> str | None:
        return self.engine.get("formRef")

    @property
    def candidate_groups(self) -> tuple[str, ...]:
        """As written, unevaluated: ``("unit_handler@${leadUnit}",)``."""
        groups = BETWEEN_GROUPS.split(self.engine.get("candidateGroups", ""))
        return tuple(group.strip() for group in groups if group.strip())

    @property
    def due_date(self) -> str | None:
        return self.engine.get("dueDate")

    @property
    def topic(self) -> str | None:
        return self.engine.get("topic")

    @property
    def is_async_after(self) -> bool:
        return self.engine.get("asyncAfter") == "true"


@dataclass(frozen=True)
class Diagram:
    file: str
    processes: tuple[Process, ...]
    """Those that are executed."""
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    frames: tuple[str, ...]
    """Ids of participants and lanes."""
    messages: tuple[str, ...]
    drawn: frozenset[str]
    """Ids that have a shape or an edge."""
    pictures: tuple[Picture, ...]
    pools: tuple[Pool, ...]
    lanes: tuple[Lane, ...]
    definitions: tuple[Definition, ...]
    """Messages, signals, errors and escalations."""
    expressions: tuple[tuple[str, str], ...]
    """(element id, text) of every attribute or text that contains ``${…}`` or ``#{…}``, and of every condition."""
    sketches: tuple[Process, ...] = ()
    """Processes that only illustrate: not executable, beside one that is. Nothing else is read of them."""

    def of_kind(self, *kinds: str) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.kind in kinds)

    @property
    def user_tasks(self) -> tuple[Node, ...]:
        return self.of_kind("userTask")

    @property
    def service_tasks(self) -> tuple[Node, ...]:
        return self.of_kind("serviceTask")

    @property
    def gateways(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.kind.endswith("Gateway"))

    @property
    def call_activities(self) -> tuple[Node, ...]:
        return self.of_kind("callActivity")

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(node.topic for node in self.nodes if node.topic)

    @property
    def element_ids(self) -> frozenset[str]:
        """Ids of all nodes and sequence flows: what a token can visit."""
        return frozenset(node.id for node in self.nodes) | frozenset(flow.id for flow in self.flows)

    def leaving(self, node_id: str) -> tuple[Flow, ...]:
        return tuple(flow for flow in self.flows if flow.source == node_id)

    def node(self, node_id: str) -> Node:
        """Raises ``KeyError`` if there is no such node."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)
