"""Who a step can be for: every group that its candidate groups may come to, choices by ``?:`` followed."""

from __future__ import annotations

from itertools import product

from letterbox.bundle.model import juel
from letterbox.bundle.model.diagram_model import Node
from letterbox.bundle.model.juel_tree import results

MOST_GROUPS = 100


def possible_groups(node: Node) -> tuple[str, ...]:
    """Each with nothing but whole variables left in it: ``unit_handler@${leadUnit}``."""
    return tuple(dict.fromkeys(each for group in node.candidate_groups for each in resolved(group)))


def resolved(group: str) -> tuple[str, ...]:
    """What one candidate group may come to; itself where it is outside the small language, which is said by itself."""
    pieces: list[tuple[str, ...]] = []
    end = 0
    try:
        for match in juel.EXPRESSION.finditer(group):
            pieces += [(group[end : match.start()],), results(match[0])]
            end = match.end()
    except juel.JuelUnsupported:
        return (group,)
    pieces.append((group[end:],))
    wholes = ["".join(parts) for parts, _ in zip(product(*pieces), range(MOST_GROUPS), strict=False)]
    return tuple(each.strip() for whole in wholes for each in whole.split(",") if each.strip())
