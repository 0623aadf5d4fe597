"""What the live diagrams call their elements, for people who should not read ids."""

from __future__ import annotations

from collections.abc import Iterable

from letterbox.bundle.diagrams import NotADiagram
from letterbox.bundle.model.diagram_model import Diagram
from letterbox.services.deployment.design import Design, LiveDiagram


class ElementNames:
    """An element of an older diagram that is gone keeps its id as its name."""

    def __init__(self, design: Design) -> None:
        self._design = design
        self._known: tuple[tuple[LiveDiagram, ...], dict[str, str]] = ((), {})

    def name(self, element: str) -> str:
        return self.all().get(element) or element

    def all(self) -> dict[str, str]:
        """Element or process id → its name in Chinese; empty before the first deployment."""
        try:
            live = self._design.live_diagrams()
        except NotADiagram:
            return {}
        if live is not self._known[0]:
            self._known = live, _names([each.diagram for each in live])
        return self._known[1]


def _names(diagrams: Iterable[Diagram]) -> dict[str, str]:
    processes = {process.key: process.name for diagram in diagrams for process in diagram.processes}
    return processes | {node.id: node.name for diagram in diagrams for node in diagram.nodes}
