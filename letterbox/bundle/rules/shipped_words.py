"""Names and clauses of shipped elements, as their own documentation gives them: ``审核回复``, ``S2、S3``."""

from __future__ import annotations

from collections.abc import Sequence

from letterbox.bundle.model.diagram_model import Diagram, Node
from letterbox.domain.clauses import clauses_in, in_brackets


def named(node: Node) -> str:
    return node.name or node.id


def clauses_of(nodes: Sequence[Node], shipped: Diagram) -> str:
    """``（规程 S2、S3）``; "" where the drawing names no clause. An element without words of its own is for what its
    neighbours are for."""
    return in_brackets(clause for node in nodes for clause in _own(node) or _near(node, shipped))


def _own(node: Node) -> list[str]:
    return clauses_in(node.documentation)


def _near(node: Node, shipped: Diagram) -> list[str]:
    before = [flow.source for flow in shipped.flows if flow.target == node.id]
    after = [flow.target for flow in shipped.flows if flow.source == node.id]
    near = [each for name in (*before, *after, node.parent) for each in shipped.nodes if each.id == name]
    return [clause for each in near for clause in _own(each)]
