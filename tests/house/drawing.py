"""The picture of a diagram as numbers: boxes, lines, labels, and where they meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from math import hypot

from lxml import etree

from letterbox.bundle.files.bundle_file import diagram_root

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
FRAMES = frozenset({"participant", "lane"})
CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
CAPTION = 30
"""Width of the strip on which the name of a pool or lane stands."""
SIGN, ROW = 11.5, 14.4
"""Width of one Chinese character and height of one row of a text outside a shape, as bpmn-js draws them."""
NEAR = 1.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def smaller(self, by: float) -> Box:
        return Box(self.left + by, self.top + by, self.right - by, self.bottom - by)

    def is_passed_by(self, one: Point, other: Point) -> bool:
        """Whether the straight line between two points comes into the box (Liang and Barsky's clipping)."""
        first, last = 0.0, 1.0
        for start, end, low, high in (
            (one[0], other[0], self.left, self.right),
            (one[1], other[1], self.top, self.bottom),
        ):
            way = end - start
            if way == 0:
                if not low < start < high:
                    return False
                continue
            enter, leave = sorted(((low - start) / way, (high - start) / way))
            first, last = max(first, enter), min(last, leave)
        return first < last


@dataclass
class Drawing:
    """``kinds`` and ``names``: element → its tag and name. ``ends``: line → the two elements that it joins."""

    kinds: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def is_frame(self, element: str) -> bool:
        return self.kinds[element] in FRAMES or self.kinds[element] in CONTAINERS


def drawing(content: bytes) -> Drawing:
    found = Drawing()
    root = diagram_root(content)
    for item in root.iter():
        if not str(item.tag).startswith(DI):
            _element(found, item)
    for picture in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge"):
        _picture(found, picture)
    return found


def _element(found: Drawing, item: etree._Element) -> None:
    tag, element = str(item.tag).rpartition("}")[2], item.get("id", "")
    found.kinds[element], found.names[element] = tag, item.get("name", "")
    if item.get("sourceRef") and item.get("targetRef"):
        found.ends[element] = (item.get("sourceRef", ""), item.get("targetRef", ""))
    if item.get("attachedToRef"):
        found.hosts[element] = item.get("attachedToRef", "")
    if tag == "textAnnotation":
        found.texts[element] = "".join(child.text or "" for child in item)


def _picture(found: Drawing, picture: etree._Element) -> None:
    element = picture.get("bpmnElement", "")
    for child in picture:
        tag = str(child.tag).rpartition("}")[2]
        if tag == "Bounds":
            found.boxes[element] = _box(child)
        elif tag == "waypoint":
            found.lines.setdefault(element, []).append((float(child.get("x", 0)), float(child.get("y", 0))))
        elif tag == "BPMNLabel":
            found.labels[element] = _box(next(iter(child)))


def _box(bounds: etree._Element) -> Box:
    x, y, width, height = (float(bounds.get(name, 0)) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)


def _faults(drawn: Drawing) -> Iterator[str]:
    for one, other in combinations(drawn.lines, 2):
        if any(_meet(*a, *b) for a in pairwise(drawn.lines[one]) for b in pairwise(drawn.lines[other])):
            yield f"lines {one} and {other} meet"
    for line, points in drawn.lines.items():
        yield from (f"line {line} lies over {each}" for each in _passed(drawn, line, points))
        if drawn.names.get(line) and line not in drawn.labels:
            yield f"line {line} has a name and no place for it"
    solid = {name: box for name, box in drawn.boxes.items() if not drawn.is_frame(name)}
    for one, other in combinations(solid, 2):
        if solid[one].overlaps(solid[other]) and drawn.hosts.get(one) != other and drawn.hosts.get(other) != one:
            yield f"{one} and {other} overlap"
    yield from _labels(drawn, solid)
    yield from _captions(drawn)
    yield from _notes(drawn)


def faults(drawn: Drawing) -> list[str]:
    """What makes a picture hard to follow, each fault once."""
    return list(_faults(drawn))


def _passed(drawn: Drawing, line: str, points: list[Point]) -> Iterator[str]:
    """Shapes that a line runs over: those of others, and its own ends further than to their border."""
    for element, box in drawn.boxes.items():
        ends = drawn.ends.get(line, ())
        if drawn.is_frame(element) and element not in ends:
            continue
        is_diamond = drawn.kinds[element].endswith("Gateway") and element in ends
        under = any(drawn.hosts.get(end) == element for end in ends)
        inner = box.smaller(20 if under else NEAR)  # an event sits on the border of its host
        if not is_diamond and any(inner.is_passed_by(*part) for part in pairwise(points)):
            yield element


def _labels(drawn: Drawing, solid: dict[str, Box]) -> Iterator[str]:
    for element, label in drawn.labels.items():
        inner = label.smaller(NEAR)
        for line, points in drawn.lines.items():
            if any(inner.is_passed_by(*part) for part in pairwise(points)):
                yield f"the label of {element} lies on line {line}"
        for other, box in solid.items():
            if other != element and inner.overlaps(box):
                yield f"the label of {element} lies on {other}"
        name = drawn.names.get(element, "")
        rows = max(1, round((label.bottom - label.top) / ROW))
        if len(name) * SIGN > (label.right - label.left + 2) * rows:
            yield f"the label of {element} is wider than its place"
    for one, other in combinations(drawn.labels, 2):
        if drawn.labels[one].smaller(NEAR).overlaps(drawn.labels[other].smaller(NEAR)):
            yield f"the labels of {one} and {other} overlap"


def _captions(drawn: Drawing) -> Iterator[str]:
    """Nothing stands on the strip with a pool's or lane's name, and each lane holds what is drawn in it as a whole."""
    frames = {name: box for name, box in drawn.boxes.items() if drawn.kinds[name] in FRAMES}
    for frame, box in frames.items():
        strip = Box(box.left, box.top, box.left + CAPTION, box.bottom)
        for other, inner in drawn.boxes.items():
            if other not in frames and inner.overlaps(strip):
                yield f"{other} lies on the caption of {frame}"
            if other not in frames and inner.overlaps(box) and not box.holds(inner):
                yield f"{other} lies across the border of {frame}"


def _notes(drawn: Drawing) -> Iterator[str]:
    for note, text in drawn.texts.items():
        box = drawn.boxes[note]
        signs = max(1, int((box.right - box.left - 10) / 12))
        rows = sum(max(1, -(-_width(row) // signs)) for row in text.split("\n"))
        if rows * ROW + 8 > box.bottom - box.top:
            yield f"the text of {note} needs {rows} rows, more than its place has"
        if note not in {end for ends in drawn.ends.values() for end in ends}:
            yield f"nothing says what {note} is about"


def _width(text: str) -> int:
    """In Chinese characters; letters and digits are half as wide."""
    return -(-sum(2 if ord(sign) > 0x2000 else 1 for sign in text) // 2)


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two straight lines have a point in common, or come nearer to each other than anybody could tell apart."""
    if _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0:
        return True
    return min(_distance(a, c, d), _distance(b, c, d), _distance(c, a, b), _distance(d, a, b)) < NEAR


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _distance(point: Point, one: Point, other: Point) -> float:
    """From a point to the nearest point of a straight line."""
    x, y = other[0] - one[0], other[1] - one[1]
    length = x * x + y * y
    share = 0.0 if length == 0 else max(0.0, min(1.0, ((point[0] - one[0]) * x + (point[1] - one[1]) * y) / length))
    return hypot(point[0] - one[0] - share * x, point[1] - one[1] - share * y)
