"""Every clause of the regime is in the table of clauses; what is called done names tests that exist."""

from __future__ import annotations

import ast
import re

from benchmarks.clauses_bite import mutations
from tests.house.project import CODE, ROOT, rows, text

CLAUSES = "docs/clauses.md"
KNOWN = [
    *(f"P{n}" for n in range(1, 4)), *(f"A{n}" for n in range(1, 7)), *(f"H{n}" for n in range(1, 12)),
    *(f"S{n}" for n in range(1, 5)), *(f"R{n}" for n in range(1, 6)), "D",
]  # fmt: skip
"""The regime's numbering: principles, acceptance, handling, supervision, reward, deadlines."""
STATUSES = {"done", "partly", "next"}


def table() -> dict[str, list[str]]:
    """Clause → its other cells: rule, where in the diagrams and tables, form or page, status, tests."""
    return {cells[0].strip("`* "): cells[1:] for cells in rows(CLAUSES, "Clauses")[1:]}


def test_every_clause_has_one_row() -> None:
    numbers = [cells[0].strip("`* ") for cells in rows(CLAUSES, "Clauses")[1:]]
    assert numbers == KNOWN


def test_every_row_has_a_status_and_done_ones_a_test() -> None:
    for clause, cells in table().items():
        status, tests = cells[-2], CODE.findall(cells[-1])
        assert status in STATUSES, f"{clause}: {status}"
        assert bool(tests) == (status != "next"), f"{clause} is {status} and names {len(tests)} tests"


def test_every_named_test_exists() -> None:
    missing = [
        f"{clause}: {named}"
        for clause, cells in table().items()
        for named in CODE.findall(cells[-1])
        if not _exists(named)
    ]
    assert missing == []


def test_every_test_named_in_the_table_of_limits_exists() -> None:
    named = [each for cells in rows(CLAUSES, "The table of limits (D)")[1:] for each in CODE.findall(cells[-1])]
    assert named
    assert [each for each in named if not _exists(each)] == []


def test_each_clause_that_is_kept_has_a_way_to_break_it_that_its_tests_must_notice() -> None:
    """``python -m benchmarks.clauses_bite`` breaks each and runs them."""
    known = mutations()
    kept = {clause for clause, cells in table().items() if cells[-2] != "next"}
    assert kept - {each.clause for each in known} == set()
    assert [each.clause for each in known if text(each.file).count(each.find) != 1] == []
    assert [name for each in known for name in each.tests if not _exists(name)] == []


def _exists(named: str) -> bool:
    """``tests/unit/test_x.py`` or ``tests/unit/test_x.py::test_y``."""
    path, _, function = named.partition("::")
    if not re.fullmatch(r"tests/[\w/]+/test_\w+\.py", path) or not (ROOT / path).is_file():
        return False
    names = {node.name for node in ast.walk(ast.parse(text(path))) if isinstance(node, ast.FunctionDef)}
    return not function or function in names
