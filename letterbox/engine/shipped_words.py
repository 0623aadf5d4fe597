"""Names and clauses of shipped elements, as their own documentation gives them: ``审核回复``, ``S2、S3``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from letterbox.engine.diagram_model import Diagram, Node

CLAUSE = re.compile(r"(?<![A-Za-z0-9])(?:[PAHSR]\d{1,2}|D)(?![A-Za-z0-9])")


MOST = 5


def named(node: Node) -> str:
    return node.name or node.id


def clauses_of(nodes: Sequence[Node], shipped: Diagram) -> str:
    """``（规程 S2、S3）``; "" where the drawing names no clause. An element without words of its own is what its
    neighbours are for."""
    found = _clauses(node.documentation for node in nodes)
    if not found:
        ids = {node.id for node in nodes}
        near = {flow.source for flow in shipped.flows if flow.target in ids}
        near |= {flow.target for flow in shipped.flows if flow.source in ids} | {node.parent for node in nodes}
        found = _clauses(node.documentation for node in shipped.nodes if node.id in near)
    return f"（规程 {'、'.join(found[:MOST])}）" if found else ""


def _clauses(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(clause for text in texts for clause in CLAUSE.findall(text)))
