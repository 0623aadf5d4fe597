"""What the live diagrams call their elements, for people who should not read ids."""

from __future__ import annotations

from letterbox.bundle.diagrams import NotADiagram, read_bundle
from letterbox.services.deployment.design import Design


class ElementNames:
    """Reads the live bundle once per deployment. An element of an older diagram that is gone keeps its id as its name."""

    def __init__(self, design: Design) -> None:
        self._design = design
        self._known: tuple[str, dict[str, str]] = ("", {})

    def name(self, element: str) -> str:
        return self.all().get(element) or element

    def all(self) -> dict[str, str]:
        """Element or process id → its name in Chinese; empty before the first deployment."""
        live = self._design.live()
        if live is not None and self._known[0] != live.deployment_id:
            self._known = live.deployment_id, _names(self._design.live_files())
        return self._known[1]


def _names(files: dict[str, bytes]) -> dict[str, str]:
    try:
        diagrams = read_bundle(files)
    except NotADiagram:
        return {}
    processes = {process.key: process.name for diagram in diagrams for process in diagram.processes}
    return processes | {node.id: node.name for diagram in diagrams for node in diagram.nodes}
