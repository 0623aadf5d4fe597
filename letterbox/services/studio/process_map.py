"""The live diagrams with the letters that stand on each of their elements, counted over all running versions."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import any_, exists, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from letterbox.bundle.diagram_reader import left_edges, read_diagram
from letterbox.bundle.model.diagram_model import Diagram, Node
from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.clock import Clock
from letterbox.domain.errors import NotFound
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.engine.client import EngineClient
from letterbox.engine.processes import Occupied, PlaceCalls
from letterbox.services.deployment.design import Design, LiveDiagram
from letterbox.services.visibility.rule import kept_from_nobody_of
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit

ORDER = {str(key): position for position, key in enumerate(ProcessKey)}
"""The letter's own way comes first."""


@dataclass(frozen=True, slots=True)
class ProcessName:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """An element where letters stand. ``kind`` is its BPMN tag; ``roles`` those who may do its task.

    ``is_drawn``: in the live diagram; otherwise only in an older version that still runs. ``overdue`` of the
    ``letters`` have a limit that passed to somebody's lateness.
    """

    element: str
    name: str
    kind: str
    roles: tuple[str, ...]
    is_drawn: bool
    letters: int
    overdue: int


class ProcessMap:
    def __init__(self, database: Database, engine: EngineClient, clock: Clock, design: Design) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._design = design
        self._calls = PlaceCalls(engine.session)

    def processes(self) -> list[ProcessName]:
        """Of the live bundle; empty before the first deployment."""
        found = [
            ProcessName(process.key, process.name or process.key)
            for live in self._design.live_diagrams()
            for process in live.diagram.processes
            if process.is_executable
        ]
        return sorted(found, key=lambda each: (ORDER.get(each.key, len(ORDER)), each.key))

    def drawing(self, process_key: str) -> bytes:
        """The live diagram's file. Raises NotFound."""
        return self._live(process_key).content

    def places(self, process_key: str, actor: Actor) -> list[Place]:
        """As drawn, from left to right; letters from which the actor is kept away are not counted. Raises NotFound,
        EngineUnavailable."""
        live = self._live(process_key)
        diagram = live.diagram
        occupied = self._calls.occupied(process_key)
        elements = {element for each in occupied for element in each.elements}
        at = {element: self._calls.letters_at(process_key, element) for element in elements}
        letters = self._letters(frozenset[str]().union(*at.values()), actor)
        nodes = self._nodes(diagram, occupied)
        left = left_edges(live.content)
        places = [
            _place(element, nodes.get(element), element in diagram.element_ids, at[element], letters)
            for element in sorted(elements, key=lambda each: (left.get(each, math.inf), each))
        ]
        return [place for place in places if place.letters]

    def name_of(self, process_key: str, element: str) -> str:
        """What the diagram calls an element; its id if the live one has it no more. Raises NotFound for a process."""
        nodes = {node.id: node for node in self._live(process_key).diagram.nodes}
        return nodes[element].name or element if element in nodes else element

    def letters_at(self, process_key: str, element: str) -> frozenset[str]:
        """The numbers of the letters that stand there. Raises NotFound for a process, EngineUnavailable."""
        self._live(process_key)
        return self._calls.letters_at(process_key, element)

    def _nodes(self, diagram: Diagram, occupied: Iterable[Occupied]) -> dict[str, Node]:
        """The live diagram's, then those that only older running versions have."""
        nodes = {node.id: node for node in diagram.nodes}
        for each in occupied:
            if not nodes.keys() >= set(each.elements):
                older = read_diagram("", self._engine.deployments.xml(each.process_definition_id).encode())
                nodes = {**nodes, **{node.id: node for node in older.nodes if node.id not in nodes}}
        return nodes

    def _letters(self, numbers: Collection[str], actor: Actor) -> dict[str, bool]:
        """Those of the numbers that are letters, and whether each is overdue. One query."""
        late = exists().where(Limit.letter_id == Letter.id, Limit.presses, Limit.due_at < self._clock.now())
        query = select(Letter.number, late).where(Letter.number == any_(literal(list(numbers), ARRAY(Text))))
        query = query.where(kept_from_nobody_of(actor))
        with self._database.reading() as session:
            return dict(session.execute(query).all())

    def _live(self, process_key: str) -> LiveDiagram:
        for live in self._design.live_diagrams():
            if any(process.key == process_key and process.is_executable for process in live.diagram.processes):
                return live
        raise NotFound(f"现行流程里没有 {process_key}")


def _place(
    element: str, node: Node | None, is_drawn: bool, numbers: Collection[str], letters: Mapping[str, bool]
) -> Place:
    late = [letters[number] for number in numbers if number in letters]
    groups = [group.partition("@")[0] for group in node.candidate_groups] if node else []
    roles = tuple(dict.fromkeys(group for group in groups if group in set(Role)))
    name = (node.name if node else "") or element
    return Place(
        element=element,
        name=name,
        kind=node.kind if node else "",
        roles=roles,
        is_drawn=is_drawn,
        letters=len(late),
        overdue=sum(late),
    )
