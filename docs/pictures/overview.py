"""All processes in one picture: what starts each, who acts, which steps are for people. Every word is read from the diagrams."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from letterbox.bundle.diagrams import read_diagram
from letterbox.bundle.files.bundle_file import diagram_root
from letterbox.bundle.model.diagram_model import Diagram
from letterbox.bundle.model.flow_graph import is_step
from letterbox.bundle.vocabulary import ProcessKey

ORDER = tuple(ProcessKey)
WIDTH, MARGIN, LEFT, GAP, ROW = 1180, 20, 330, 90, 20
SIGN = 14
"""Height of a character, which is the width of a Chinese one."""
FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
CALLED, STARTED = "其中一步", "另外启动"
INK, QUIET, PAPER, MAIN = "#22242a", "#5a6070", "#ffffff", "#eef3fb"


@dataclass(frozen=True)
class Card:
    name: str
    starts: str
    lanes: tuple[str, ...]
    steps: tuple[str, ...]
    way: tuple[str, ...]
    """From its beginning through the process that it goes into to its usual end; empty where it goes into none."""
    is_called: bool
    """Whether the letter's own process goes into it and waits for its end."""

    def rows(self, signs: int) -> Iterator[tuple[str, str]]:
        """(label, text) of each row; the label stands in the first row of its text only."""
        told = {
            "启动": self.starts,
            "谁来办": "、".join(self.lanes) or "系统",
            "任务": "、".join(self.steps) or "没有，系统自动办理",
        }
        for label, text in told.items():
            for number in range(0, len(text), signs):
                yield (label if number == 0 else "", text[number : number + signs])


def overview(files: Mapping[str, bytes]) -> str:
    """SVG. ``files``: those of the bundle."""
    main, *others = sorted(_cards(files), key=lambda each: ORDER.index(each[0]))
    left = MARGIN + LEFT + GAP
    signs = (WIDTH - MARGIN - left - 110) // SIGN
    drawn: list[str] = []
    top = middle = MARGIN
    for _, card in others:
        rows = list(card.rows(signs))
        height = 44 + ROW * len(rows)
        middle = top + height // 2
        drawn += _link(left, middle, CALLED if card.is_called else STARTED, is_dashed=not card.is_called)
        drawn += _card(card.name, rows, (left, top, WIDTH - MARGIN - left, height), PAPER)
        top += height + 14
    rows = list(main[1].rows((LEFT - 110) // SIGN))
    drawn += _card(main[1].name, rows, (MARGIN, MARGIN, LEFT, top - 14 - MARGIN), MAIN)
    drawn += _way(main[1].way, MARGIN + 76 + ROW * len(rows))
    height = top - 14 + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="{FONTS}" font-size="{SIGN}" fill="{INK}">'
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>{"".join(drawn)}</svg>\n'
    )


def _card(name: str, rows: list[tuple[str, str]], place: tuple[int, int, int, int], paper: str) -> Iterator[str]:
    x, y, width, height = place
    yield f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="{paper}" stroke="{INK}" stroke-width="1.5"/>'
    yield f'<text x="{x + 16}" y="{y + 28}" font-size="18" font-weight="bold">{escape(name)}</text>'
    for number, (label, text) in enumerate(rows):
        line = y + 52 + ROW * number
        yield f'<text x="{x + 16}" y="{line}" fill="{QUIET}">{label}</text>'
        yield f'<text x="{x + 76}" y="{line}">{escape(text)}</text>'


def _way(names: tuple[str, ...], top: int) -> Iterator[str]:
    """One below the other, with arrows between."""
    x, width, height, step = MARGIN + 76, 180, 40, 70
    for number, name in enumerate(names):
        y = top + step * number
        yield f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" fill="{PAPER}" stroke="{INK}"/>'
        yield f'<text x="{x + width // 2}" y="{y + 23}" text-anchor="middle">{escape(name)}</text>'
        if number:
            middle = x + width // 2
            yield f'<path d="M{middle} {y - step + height} V{y - 9}" stroke="{INK}" fill="none"/>'
            yield f'<path d="M{middle - 5} {y - 10} L{middle} {y} L{middle + 5} {y - 10} Z"/>'


def _link(left: int, middle: int, words: str, *, is_dashed: bool) -> Iterator[str]:
    dashes = ' stroke-dasharray="5 4"' if is_dashed else ""
    yield f'<path d="M{left - GAP} {middle} H{left - 9}" stroke="{INK}" stroke-width="1.5" fill="none"{dashes}/>'
    yield f'<path d="M{left - 10} {middle - 5} L{left} {middle} L{left - 10} {middle + 5} Z"/>'
    yield f'<text x="{left - GAP + 12}" y="{middle - 8}" fill="{QUIET}">{words}</text>'


def _cards(files: Mapping[str, bytes]) -> Iterator[tuple[str, Card]]:
    diagrams = {name: read_diagram(name, files[name]) for name in sorted(files) if name.endswith(".bpmn")}
    called = {node.attributes.get("calledElement") for each in diagrams.values() for node in each.call_activities}
    for name, diagram in diagrams.items():
        (process,) = diagram.processes
        begins = {node.id for node in diagram.of_kind("startEvent") if node.parent == process.key}
        yield (
            process.key,
            Card(
                name=process.name,
                starts=_note(files[name], begins),
                lanes=tuple(lane.name for lane in diagram.lanes),
                steps=_steps(diagram, process.key, files[name]),
                way=_usual_way(diagram, begins),
                is_called=process.key in called,
            ),
        )


def _steps(diagram: Diagram, process: str, content: bytes) -> tuple[str, ...]:
    """From left to right; those of sub-processes last."""
    shapes = diagram_root(content).iter("{*}BPMNShape")
    lefts = {
        shape.get("bpmnElement"): float(bounds.get("x", 0)) for shape in shapes for bounds in shape.iter("{*}Bounds")
    }
    tasks = sorted(diagram.user_tasks, key=lambda each: (each.parent != process, lefts.get(each.id, 0)))
    return tuple(task.name for task in tasks)


def _usual_way(diagram: Diagram, begins: set[str]) -> tuple[str, ...]:
    if not diagram.call_activities:
        return ()
    (called,) = diagram.call_activities
    there = _shortest(diagram, min(begins), {called.id})
    ends = {node.id for node in diagram.of_kind("endEvent")}
    nodes = [diagram.node(each) for each in (*there, *_shortest(diagram, called.id, ends, there)[1:])]
    return tuple(node.name for node in nodes if is_step(node) or node in (nodes[0], nodes[-1]))


def _shortest(diagram: Diagram, start: str, ends: set[str], without: Collection[str] = ()) -> list[str]:
    ways = deque([[start]])
    seen = {start, *without}
    while ways:
        way = ways.popleft()
        if way[-1] in ends:
            return way
        for flow in diagram.leaving(way[-1]):
            if flow.target not in seen:
                seen.add(flow.target)
                ways.append([*way, flow.target])
    return [start]


def _note(content: bytes, elements: set[str]) -> str:
    """What the annotation at one of these elements says."""
    root = diagram_root(content)
    texts = {item.get("id"): "".join(child.text or "" for child in item) for item in root.iter("{*}textAnnotation")}
    found = (texts[item.get("targetRef")] for item in root.iter("{*}association") if item.get("sourceRef") in elements)
    return next(found, "")
