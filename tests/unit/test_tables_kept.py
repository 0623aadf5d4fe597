"""Every row of the shipped tables that a clause of the regime rests on is missed when it is gone, and named once."""

from __future__ import annotations

import re

import pytest

from letterbox.bundle.model.diagram_model import Finding, Level
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from tests.support.drawn.planted import Files
from tests.unit.test_bundle_check import LADDER, LIMITS, ROUTING, cell

KEYS = {LADDER: "escalation-ladder", LIMITS: "time-limits", ROUTING: "routing"}
ROWS = [
    (file, row, annotation)
    for file in KEYS
    for row, annotation in re.findall(
        r'<rule id="([^"]+)">\s*<description>(.*?)</description>', repository_files()[file].decode(), re.DOTALL
    )
]
CLAUSE = re.compile(r"\b[PAHSR]\d+\b", re.ASCII)


def without(file: str, *rows: str) -> Files:
    """The shipped bundle without these rows of a table."""
    text = repository_files()[file].decode()
    for row in rows:
        text, times = re.subn(rf'\s*<rule id="{row}">.*?</rule>', "", text, flags=re.DOTALL)
        assert times == 1, f"{file} has no row {row}"
    return {**repository_files(), file: text.encode()}


def swapped(file: str, one: str, other: str) -> Files:
    """The shipped bundle with two pieces of one file in each other's place."""
    text = repository_files()[file].decode()
    assert one in text
    assert other in text
    return {**repository_files(), file: text.replace(one, "\0").replace(other, one).replace("\0", other).encode()}


def only(files: Files) -> Finding:
    (finding,) = findings_of(files)
    return finding


def test_every_row_of_the_tables_is_looked_at() -> None:
    assert len(ROWS) == sum(repository_files()[file].count(b"<rule ") for file in KEYS)


@pytest.mark.parametrize(("file", "row", "annotation"), ROWS, ids=[row[1] for row in ROWS])
def test_a_row_that_is_gone_is_missed_with_its_clause(file: str, row: str, annotation: str) -> None:
    errors = [each for each in findings_of(without(file, row)) if each.rule != "no-catch-all"]
    assert len(errors) == 1, errors
    clauses = [clause for clause in CLAUSE.findall(annotation) if clause != "D"]
    assert all(clause in errors[0].message for clause in clauses), errors[0].message
    reminds = file == LADDER and row.endswith(("-near-due", "-due-today", "-urgent-overdue"))
    assert errors[0].level is (Level.WARNING if reminds else Level.ERROR)


def test_a_row_in_anothers_place_does_for_it() -> None:
    files = without(LADDER, "ladder-reviewer-near-due")
    text = (
        files[LADDER]
        .decode()
        .replace(
            '"screening","return_ruling","extension_decision","rehandling_decision"</text>',
            '"screening","return_ruling","extension_decision","rehandling_decision","review"</text>',
            1,
        )
    )
    files[LADDER] = text.replace('"screener"</text>', '"screener,reviewer"</text>', 1).encode()
    assert findings_of(files) == []


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        ("ladder-unit-overdue-3", "out2", "5"),
        ("ladder-unit-near-due", "out3", '"08:30"'),
        ("ladder-unit-near-due", "out1", '"two_days_before"'),
        ("ladder-unit-near-due", "out4", '"unit_handler,unit_deputy"'),
        ("ladder-unit-overdue", "out5", '"press"'),
    ],
)
def test_numbers_names_and_more_recipients_are_the_offices(row: str, column: str, value: str) -> None:
    assert findings_of(cell(row, column, value, LADDER)) == []


def test_a_weaker_step_is_a_lost_one() -> None:
    finding = only(cell("ladder-unit-overdue-3", "out5", '"press"', LADDER))
    assert (finding.rule, finding.level) == ("ladder-gone", Level.ERROR)
    assert "S1" in finding.message


def test_a_press_that_comes_much_later_is_said() -> None:
    finding = only(cell("ladder-unit-overdue-1", "out2", "30", LADDER))
    assert (finding.rule, finding.level) == ("ladder-late", Level.WARNING)
    assert "S4" in finding.message


def test_whoever_is_told_no_more_is_named() -> None:
    finding = only(cell("ladder-unit-overdue-1", "out4", '"screener"', LADDER))
    assert (finding.rule, finding.level) == ("ladder-recipients", Level.WARNING)
    assert "主要负责人" in finding.message


@pytest.mark.parametrize("file", KEYS)
def test_an_emptied_table_is_one_finding(file: str) -> None:
    rows = [row for name, row, _ in ROWS if name == file]
    finding = only(without(file, *rows))
    assert (finding.element, finding.rule, finding.level) == (KEYS[file], "empty-table", Level.ERROR)


HEADS = [
    (LADDER, "<text>kind</text>", "<text>urgent</text>"),
    (LADDER, 'name="offset"', 'name="time"'),
    (LADDER, 'name="recipients"', 'name="action"'),
    (LADDER, 'name="step"', 'name="recipients"'),
    (LIMITS, "<text>kind</text>", "<text>category</text>"),
    (LIMITS, 'name="length"', 'name="length_unit"'),
    (ROUTING, "<text>category</text>", "<text>matter</text>"),
    (ROUTING, "<text>matter</text>", "<text>territory_known</text>"),
    (ROUTING, 'name="lead_by"', 'name="unit"'),
]


@pytest.mark.parametrize(("file", "one", "other"), HEADS)
def test_heads_in_each_others_place_are_one_finding(file: str, one: str, other: str) -> None:
    finding = only(swapped(file, one, other))
    assert (finding.element, finding.rule, finding.level) == (KEYS[file], "swapped-columns", Level.ERROR)


def test_titles_in_each_others_place_are_said() -> None:
    said = findings_of(swapped(LADDER, 'label="时点"', 'label="偏移（工作日）"'))
    assert {(each.rule, each.level) for each in said} == {("column-label", Level.WARNING)}


REPORTS = [
    ("out2", '"transport"'),
    ("out1", '"department"'),
    ("in1", '"complaint"'),
    ("in2", '"cadre-conduct"'),
    ("in3", "true"),
]


@pytest.mark.parametrize(("column", "value"), REPORTS)
def test_reports_go_to_nobody_but_the_named_unit(column: str, value: str) -> None:
    said = {(each.rule, each.level) for each in findings_of(cell("route-report", column, value, ROUTING))}
    assert ("route-accused", Level.ERROR) in said


def test_where_that_unit_is_not_in_use_another_may_be_named() -> None:
    files = cell("route-report", "out2", '"inspection"', ROUTING)
    assert findings_of(files, units=["inspection", "transport"]) == []
    assert {each.rule for each in findings_of(files, units=["inspection", "discipline"])} == {"route-accused"}


def test_rows_in_another_order_are_said() -> None:
    text = repository_files()[ROUTING].decode()
    rows = dict(re.findall(r'(?s)(?=<rule id="([^"]+)")(<rule .*?</rule>)', text))
    files = swapped(ROUTING, rows["route-consultation"], rows["route-local-matter"])
    finding = only(files)
    assert (finding.element, finding.rule, finding.level) == ("route-local-matter", "route-order", Level.WARNING)
