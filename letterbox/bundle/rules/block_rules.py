"""Branches that run at the same time: each split has its join, and nothing comes in or goes out between."""

from __future__ import annotations

from collections.abc import Iterator

from letterbox.bundle.model.diagram_model import Diagram, Finding, Node
from letterbox.bundle.model.flow_graph import MOST_PARALLEL, FlowGraph, done, graph_of, is_none_start
from letterbox.bundle.rules.branch_rules import takes_one

TOGETHER = frozenset({"parallelGateway", "inclusiveGateway"})
WORDS = {"parallelGateway": "并行网关", "inclusiveGateway": "包容网关"}


def blocks(diagram: Diagram) -> Iterator[Finding]:
    """A split without its join has the letter in two places; a join without its split waits for ever."""
    for process in diagram.processes:
        graph = _own_ways(graph_of(diagram, process.key, aside=False))
        joined: set[str] = set()
        gateways = [node for node in graph.nodes.values() if node.kind in TOGETHER]
        if len(gateways) > MOST_PARALLEL:
            text = f"一个流程里最多 {MOST_PARALLEL} 个并行或者包容网关，现有 {len(gateways)} 个：请把流程拆开。"
            yield Finding(file=diagram.file, element=gateways[-1].id, rule="split", message=text)
            continue
        for split in gateways:
            if len(graph.edges.get(split.id, ())) > 1:
                join = next((each for each in gateways if _closes(graph, split, each)), None)
                joined |= {join.id} if join is not None else set()
                if join is None and not (
                    split.kind == "inclusiveGateway" and takes_one(split, diagram.leaving(split.id))
                ):
                    yield _open(diagram, split)
        for join in gateways:
            if join.id not in joined and len(_sources(graph, join)) > 1 and join.kind == "parallelGateway":
                text = (
                    f"并行网关“{join.name or join.id}”要等所有的线都到齐，但这些线不是由一个并行网关分出来的，"
                    "会一直等下去：合并分支请用排他网关，或者直接连到下一步。"
                )
                yield Finding(file=diagram.file, element=join.id, rule="join", message=text)


def _own_ways(graph: FlowGraph) -> FlowGraph:
    """Without what an event from outside begins."""
    begun = {node.id for node in graph.nodes.values() if node.kind == "startEvent" and not is_none_start(node)}
    edges = {point: tuple(edge for edge in after if edge[0] not in begun) for point, after in graph.edges.items()}
    return FlowGraph(nodes=graph.nodes, edges=edges, starts=graph.starts, ends=graph.ends)


def _sources(graph: FlowGraph, node: Node) -> list[str]:
    return [point for point, after in graph.edges.items() for target, _ in after if target == node.id]


def _closes(graph: FlowGraph, split: Node, join: Node) -> bool:
    """Whether every branch of the split leads to the join alone, each by a line of its own, and is entered only there."""
    if join.kind != split.kind or join.id == split.id:
        return False
    sources, used = _sources(graph, join), 0
    seen: set[str] = set()
    for first, _ in graph.edges[split.id]:
        branch = set() if first == join.id else set(graph.reached([first], [join.id]))
        if branch & (graph.ends | seen | {split.id}):
            return False
        seen |= branch
        arriving = 1 if first == join.id else sum(source in branch for source in sources)
        if arriving < 1 or (arriving > 1 and split.kind == "parallelGateway"):
            return False
        used += arriving
    outer = [point for point, after in graph.edges.items() if point not in seen and any(t in seen for t, _ in after)]
    stuck = [node for node in graph.nodes.values() if done(node) in seen and not graph.edges.get(done(node))]
    return used == len(sources) and outer == [split.id][: bool(seen)] and not stuck


def _open(diagram: Diagram, split: Node) -> Finding:
    word = WORDS[split.kind]
    text = (
        f"{word}“{split.name or split.id}”把来信分成几路同时办，却没有在一个{word}合并（每路一条线、中途不出不进），"
        f"同一封信会有几处在办，或者一直等下去：只走一路的请改用排他网关，确要同时办的请补上合并的{word}。"
    )
    return Finding(file=diagram.file, element=split.id, rule="split", message=text)
