"""Lanes: what the picture says of who acts. The engine does not look at them, people do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from letterbox.bundle.model.diagram_model import Diagram, Finding, Level, Node
from letterbox.bundle.model.flow_graph import is_step


def lanes(diagrams: Sequence[Diagram], shipped: Sequence[Diagram]) -> Iterator[Finding]:
    """Steps in no lane where there are lanes, and shipped ones in another lane than they were drawn in."""
    known = {node.id: names for each in shipped for node, names in _nodes_in_lanes(each)}
    called = {lane.id: lane.name for each in shipped for lane in each.lanes}
    for diagram in diagrams:
        yield from _without_pool(diagram)
        for lane in diagram.lanes:
            others = {
                name for key, name in called.items() if key != lane.id and key in {each.id for each in diagram.lanes}
            }
            if lane.id in called and lane.name != called[lane.id] and lane.name in others:
                text = f"泳道“{called[lane.id]}”改名为“{lane.name}”，那是另一条泳道的名称：看图的人会弄错。请改回来。"
                yield Finding(
                    file=diagram.file, element=lane.id, rule="swapped-name", message=text, level=Level.WARNING
                )
        divided = {lane.process for lane in diagram.lanes}
        there = {lane.id for lane in diagram.lanes}
        for node, now in _nodes_in_lanes(diagram):
            before = known.get(node.id, frozenset())
            if node.process in divided and node.parent == node.process and is_step(node) and not now:
                text = f"“{node.name or node.id}”不在任何泳道里，看图的人不知道归谁：请在图上拖到一个泳道里。"
                yield Finding(file=diagram.file, element=node.id, rule="no-lane", message=text, level=Level.WARNING)
            elif now and before and before <= there and not now & before:
                names = {
                    lane.id: lane.name or lane.id
                    for lane in (*diagram.lanes, *(each for one in shipped for each in one.lanes))
                }
                text = (
                    f"“{node.name or node.id}”原来在泳道“{names[min(before)]}”里，现在画在“{names[min(now)]}”里，"
                    "由谁办理却没有变：看图的人会弄错。请改回来。"
                )
                yield Finding(file=diagram.file, element=node.id, rule="other-lane", message=text, level=Level.WARNING)


def _without_pool(diagram: Diagram) -> Iterator[Finding]:
    """Where there are pools, what belongs to none of them is not drawn."""
    in_pools = {pool.process for pool in diagram.pools}
    there = {process.key for process in (*diagram.processes, *diagram.sketches)}
    if not in_pools or in_pools - there - {""}:
        return  # a pool of a process that is not in the file is said by itself
    for process in diagram.processes:
        if process.key not in in_pools:
            text = f"流程“{process.name or process.key}”不属于图上的任何一个池，图上会显示不出来：请用流程设计器重新放进池里。"
            yield Finding(file=diagram.file, element=process.key, rule="no-pool", message=text, level=Level.WARNING)


def _nodes_in_lanes(diagram: Diagram) -> Iterator[tuple[Node, frozenset[str]]]:
    lanes_of: dict[str, set[str]] = {}
    for lane in diagram.lanes:
        for member in lane.members:
            lanes_of.setdefault(member, set()).add(lane.id)
    for node in diagram.nodes:
        yield node, frozenset(lanes_of.get(node.id, ()))
