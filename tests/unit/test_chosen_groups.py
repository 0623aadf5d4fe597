"""Whom a step is for, chosen by a condition: each group that it may come to is judged, and nothing else in it."""

from __future__ import annotations

import pytest

from letterbox.bundle.model.diagram_model import Level
from letterbox.bundle.model.groups import resolved
from letterbox.services.deployment.design import repository_files
from tests.support.drawn.changed_bundle import insert_task, with_visit
from tests.support.drawn.own_gateway import AGAIN, NEXT, own_gateway
from tests.support.drawn.planted import LETTER, UNIT, Files, found, planted
from tests.unit.test_own_steps import DUE, GROUP, STEP, changed


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("screener", ("screener",)),
        ("unit_handler@${leadUnit}", ("unit_handler@${leadUnit}",)),
        ("${urgent ? 'screener' : 'reviewer'}", ("screener", "reviewer")),
        ("${category == 'report' ? 'screener' : 'reviewer'}", ("screener", "reviewer")),
        ("${(urgent) ? (publish ? 'a' : 'b') : 'c'}", ("a", "b", "c")),
        ("${a ? 'x' : b ? 'y' : 'z'}", ("x", "y", "z")),
        ("${a ? b ? 'x' : 'y' : 'z'}", ("x", "y", "z")),
        ("unit_handler@${urgent ? coUnit : leadUnit}", ("unit_handler@${coUnit}", "unit_handler@${leadUnit}")),
        ("${urgent ? 'screener,reviewer' : 'leader'}", ("screener", "reviewer", "leader")),
        ("${broken(", ("${broken(",)),
    ],
)
def test_what_a_group_may_come_to(group: str, expected: tuple[str, ...]) -> None:
    assert resolved(group) == expected


def screened(group: str) -> Files:
    """An owner's step between screening and assignment, where what the screener answered is there."""
    content = insert_task(repository_files()[LETTER], "Flow_ScreeningOutcome_AssignLetter", STEP, "登记走访").decode()
    content = content.replace(f'"{GROUP}"', f'"{group}"').replace(f'"{DUE}"', '"${screeningDueAt}"')
    return {**with_visit(repository_files()), UNIT: repository_files()[UNIT], LETTER: content.encode()}


@pytest.mark.parametrize(
    "group",
    ["${urgent ? 'screener' : 'reviewer'}", "${category == 'report' ? 'screener' : 'supervisor'}", "screener,reviewer"],
)
def test_a_choice_between_two_groups_is_the_owners(group: str) -> None:
    assert found(screened(group)) == {}


def test_a_choice_within_the_office_is_a_word_worth_and_no_more() -> None:
    chosen = "candidateGroups=\"${urgent ? 'reviewer' : 'screener'}\""
    said = found(planted(LETTER, ('candidateGroups="reviewer"', chosen)))
    assert {(rule, each.level) for (_, rule), each in said.items()} == {("changed-group", Level.WARNING)}


@pytest.mark.parametrize(
    ("group", "rule"),
    [
        ("${urgent ? 'mayor' : 'screener'}", "unknown-role"),
        ("${urgent ? 'screener' : 'operator'}", "no-task-role"),
        ("${urgent ? 'unit_handler' : 'screener'}", "unknown-role"),
        ("${leadUnit}", "unknown-role"),
        ("unit_handler@${urgent ? category : leadUnit}", "no-unit"),
    ],
)
def test_each_of_them_is_judged(group: str, rule: str) -> None:
    assert found(screened(group))[STEP, rule].level is Level.ERROR


@pytest.mark.parametrize(
    "group",
    [
        "unit_handler@${category == 'report' ? 'transport' : leadUnit}",
        "${category == 'report' ? 'unit_handler@transport' : 'screener'}",
    ],
)
def test_reports_are_not_sent_to_a_fixed_unit(group: str) -> None:
    said = found(changed(GROUP, group))
    assert {key: each.level for key, each in said.items()} == {(STEP, "report-unit"): Level.ERROR}
    assert "A5" in said[STEP, "report-unit"].message


def test_to_the_unit_that_is_for_them_they_are() -> None:
    said = found(changed(GROUP, "unit_handler@${category == 'report' ? 'discipline' : leadUnit}"))
    assert {(rule, each.level) for (_, rule), each in said.items()} == {("fixed-unit", Level.WARNING)}


def test_nor_by_a_branch_of_their_own() -> None:
    branches = ("${category == 'report'}", "检举控告", AGAIN), ("", "其他", NEXT)
    files = own_gateway(*branches, default="Flow_Own_1")
    before, mark, after = files[UNIT].decode().partition(f'id="{AGAIN}"')
    fixed = before + mark + after.replace("unit_handler@${leadUnit}", "unit_handler@transport", 1)
    assert found({**files, UNIT: fixed.encode()})[AGAIN, "report-unit"].level is Level.ERROR
    assert (AGAIN, "report-unit") not in found(files)
