"""What our tools know of a diagram: plain values, no XML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
class Process:
    key: str
    name: str
    is_executable: bool
    history_time_to_live: str | None


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
    """A flow node. ``kind`` is its BPMN tag; ``attributes`` are its attributes by local name (``formRef``)."""

    id: str
    kind: str
    name: str
    process: str
    documentation: str
    parent: str
    """The process, or the subprocess that contains it."""
    attributes: Mapping[str, str] = field(default_factory=dict)
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

    @property
    def form(self) -> str | None:
        return self.attributes.get("formRef")

    @property
    def candidate_groups(self) -> tuple[str, ...]:
        """As written, unevaluated: ``("unit_handler@${leadUnit}",)``."""
        groups = self.attributes.get("candidateGroups", "").split(",")
        return tuple(group.strip() for group in groups if group.strip())

    @property
    def due_date(self) -> str | None:
        return self.attributes.get("dueDate")

    @property
    def topic(self) -> str | None:
        return self.attributes.get("topic")

    @property
    def is_async_after(self) -> bool:
        return self.attributes.get("asyncAfter") == "true"


@dataclass(frozen=True)
class Diagram:
    file: str
    processes: tuple[Process, ...]
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    frames: tuple[str, ...]
    """Ids of participants and lanes."""
    messages: tuple[str, ...]
    drawn: frozenset[str]
    """Ids that have a shape or an edge."""
    expressions: tuple[tuple[str, str], ...]
    """(element id, text) of every attribute or text that contains ``${…}`` or ``#{…}``, and of every condition."""
    code: tuple[tuple[str, str], ...]
    """(element id, what it is) of every script, listener, Java class or other program."""

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
