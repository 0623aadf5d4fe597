"""Every shipped picture can be followed by somebody who never saw one: no line meets another, nothing lies on anything, limits
and beginnings are said where they belong, and the numbers are those of the table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from letterbox.bundle.diagrams import read_diagram
from letterbox.bundle.dmn import parse_bundle
from letterbox.bundle.model.diagram_model import Diagram
from letterbox.bundle.model.groups import possible_groups
from letterbox.domain.clauses import clauses_in
from letterbox.domain.tables.decision_table import Rule
from letterbox.domain.vocabulary import LimitKind, Role
from letterbox.services.deployment.design import repository_files
from letterbox.services.rules.rulebook import TIME_LIMITS
from tests.house.drawing import Box, Drawing, drawing, faults

FILES = sorted(name for name in repository_files() if name.endswith(".bpmn"))
UNITS = {"working_days": "个工作日", "calendar_days": "日"}
SET_DATE = "到承诺之日"
NUMBER = re.compile(r"(\d+) ?(个工作日|日)")
WITHOUT_A_TASK = {
    "Gateway_AwaitSupplement": LimitKind.SUPPLEMENT,
    "Gateway_AwaitEvaluation": LimitKind.EVALUATION,
    "SubProcess_LetterReturned": LimitKind.RETURN,
}
"""Where a limit runs on which nobody has a task."""
MORE = {
    "CallActivity_UnitHandling": (LimitKind.REPLY, LimitKind.REDO),
    "SubProcess_ExtensionRequested": (LimitKind.EXTENSION_DECISION, "extension_cap"),
}
"""Elements whose note tells of what lies within."""
HAPPY = (
    "Task_ClassifyLetter",
    "Task_ScreenLetter",
    "Gateway_ScreeningOutcome",
    "Task_AssignLetter",
    "Task_DispatchLetter",
    "Task_ReviewReply",
    "Gateway_ReviewOutcome",
    "Task_DeliverReply",
)
"""The office's steps of a letter with which nothing goes amiss."""
UNIT = {Role.UNIT_HANDLER, Role.UNIT_DEPUTY, Role.UNIT_PRINCIPAL}
ACTING: dict[str, set[Role]] = {
    "来信人": set(), "系统": set(), "电子政务办": {Role.SCREENER, Role.REVIEWER, Role.COORDINATOR}, "督查室": {Role.SUPERVISOR},
    "领导": set(), "承办单位": UNIT, "协办单位": UNIT, "专人": {Role.UNIT_HANDLER}, "分管负责人": {Role.UNIT_DEPUTY},
    "主要负责人": {Role.UNIT_PRINCIPAL},
}  # fmt: skip
"""Caption of a lane → the roles that have steps in it."""


def content(file: str) -> bytes:
    return repository_files()[file]


@pytest.mark.parametrize("file", FILES)
def test_no_line_meets_another_and_nothing_lies_on_anything(file: str) -> None:
    assert faults(drawing(content(file))) == []


def test_the_happy_path_is_one_straight_line() -> None:
    drawn = drawing(content("letter-handling.bpmn"))
    middles = {(drawn.boxes[each].top + drawn.boxes[each].bottom) / 2 for each in HAPPY}
    assert len(middles) == 1
    lefts = [drawn.boxes[each].left for each in HAPPY]
    assert lefts == sorted(lefts)


def about(drawn: Drawing) -> dict[str, str]:
    """Element → what the notes beside it say."""
    found: dict[str, str] = {}
    for one, other in drawn.ends.values():
        for element, note in ((one, other), (other, one)):
            if note in drawn.texts:
                found[element] = f"{found.get(element, '')}{drawn.texts[note]}\n"
    return found


def limits_of(diagram: Diagram) -> dict[str, set[str]]:
    """Element → the kinds of limits that run on it, by its own properties or by the tables above."""
    found = {
        task.id: {task.properties[name] for name in ("limit", "redoLimit") if name in task.properties}
        for task in diagram.user_tasks
    }
    nodes = {node.id for node in diagram.nodes}
    found |= {element: {kind} for element, kind in WITHOUT_A_TASK.items() if element in nodes}
    return found | {element: set(kinds) for element, kinds in MORE.items() if element in nodes}


def rows() -> dict[str, list[Rule]]:
    """Kind of limit → the rows of the table that answer for it."""
    found: dict[str, list[Rule]] = {}
    for row in parse_bundle(repository_files().items())[TIME_LIMITS].rules:
        for choice in row.tests[0].choices:
            found.setdefault(str(choice.literal), []).append(row)
    return found


def said(kinds: set[str]) -> Counter[tuple[str, str]]:
    lengths = [row.outputs for kind in sorted(kinds) for row in rows()[kind]]
    return Counter((str(length), UNITS[str(unit)]) for length, unit in lengths if unit in UNITS)


@pytest.mark.parametrize("file", FILES)
def test_notes_of_limits_have_the_numbers_and_clauses_of_the_table(file: str) -> None:
    notes, limits = about(drawing(content(file))), limits_of(read_diagram(file, content(file)))
    noted = set()
    for element, kinds in limits.items():
        text = "".join(row for row in notes.get(element, "").splitlines(keepends=True))
        if not NUMBER.search(text) and SET_DATE not in text:
            continue
        noted |= kinds
        assert Counter(NUMBER.findall(text)) == said(kinds), f"{element}: the table says {said(kinds)}"
        known = {clause for kind in kinds for row in rows()[kind] for clause in clauses_in(row.annotation)}
        assert set(clauses_in(text)) <= known, element
    assert noted >= {kind for kinds in limits.values() for kind in kinds}


def test_every_limit_of_the_table_is_said_in_a_picture() -> None:
    drawn = {
        kind for file in FILES for kinds in limits_of(read_diagram(file, content(file))).values() for kind in kinds
    }
    assert drawn == set(rows())


def test_numbers_stand_only_where_they_are_compared_with_the_table() -> None:
    for file in FILES:
        drawn, limits = drawing(content(file)), limits_of(read_diagram(file, content(file)))
        for element, text in about(drawn).items():
            assert element in limits or not NUMBER.search(text), f"{file}: {element}"


@pytest.mark.parametrize("file", FILES)
def test_it_is_said_what_starts_a_process(file: str) -> None:
    diagram, notes = read_diagram(file, content(file)), about(drawing(content(file)))
    (process,) = diagram.processes
    (start,) = (node for node in diagram.of_kind("startEvent") if node.parent == process.key)
    assert "启动" in notes[start.id]


@pytest.mark.parametrize("file", FILES)
def test_lanes_are_called_by_those_who_act_in_them(file: str) -> None:
    diagram = read_diagram(file, content(file))
    tasks = {task.id: {Role(group.partition("@")[0]) for group in possible_groups(task)} for task in diagram.user_tasks}
    inside = {node.id: node.parent for node in diagram.nodes}
    for lane in diagram.lanes:
        acting = {role for task, roles in tasks.items() for role in roles if {task, inside[task]} & set(lane.members)}
        assert acting <= ACTING[lane.name], lane.name


def crossed(drawn: Drawing) -> None:
    drawn.lines["Flow_ScreeningOutcome_LetterDeclined"][1:] = drawn.lines["Flow_ScreeningOutcome_AwaitLeadingLetter"][
        1:
    ]


def one_over_the_other(drawn: Drawing) -> None:
    drawn.lines["Flow_RehandlingDecision_LetterClosed"] += drawn.lines["Flow_DeliverReply_AwaitEvaluation"]


def through_a_step(drawn: Drawing) -> None:
    box = drawn.boxes["Task_ReviewReply"]
    drawn.lines["Flow_ReviewOutcome_DeliverReply"].append(((box.left + box.right) / 2, (box.top + box.bottom) / 2))


def label_on_a_line(drawn: Drawing) -> None:
    box, ((x, y), *_) = (
        drawn.labels["Flow_ScreeningOutcome_AssignLetter"],
        drawn.lines["Flow_AssignLetter_DispatchLetter"],
    )
    drawn.labels["Flow_ScreeningOutcome_AssignLetter"] = Box(x, y - 7, x + box.right - box.left, y + 7)


def step_on_a_step(drawn: Drawing) -> None:
    drawn.boxes["Task_ReviewReply"] = drawn.boxes["Task_DeliverReply"]


def step_across_lanes(drawn: Drawing) -> None:
    box, lane = drawn.boxes["Task_ReviewReply"], drawn.boxes["Lane_Office"]
    drawn.boxes["Task_ReviewReply"] = Box(box.left, lane.top - 10, box.right, lane.top + 70)


def long_note(drawn: Drawing) -> None:
    drawn.texts["Limit_Review"] *= 5


PLANTED = [
    (crossed, "meet"),
    (one_over_the_other, "meet"),
    (through_a_step, "lies over Task_ReviewReply"),
    (label_on_a_line, "lies on line"),
    (step_on_a_step, "overlap"),
    (step_across_lanes, "across the border"),
    (long_note, "rows"),
]


@pytest.mark.parametrize(("plant", "fault"), PLANTED)
def test_what_is_out_of_place_is_noticed(plant: Callable[[Drawing], None], fault: str) -> None:
    drawn = drawing(content("letter-handling.bpmn"))
    plant(drawn)
    assert any(fault in each for each in faults(drawn))
