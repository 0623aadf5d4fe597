"""Only a table keeps a layout of its own; everything else is the formatter's (decision 172).

A table is a constant of a module or class that is nothing but rows, or the rows of a test, of so many values that one a
line would be pages. Calls, assertions, loops and the values of one step are no tables.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

from tests.house.project import files, text

LEAST_VALUES = 20
WRAPPERS = {"frozenset", "tuple", "dict"}


def rows_of(value: ast.expr | None) -> ast.expr | None:
    if isinstance(value, ast.Call) and ast.unparse(value.func) in WRAPPERS and len(value.args) == 1:
        value = value.args[0]
    return value if isinstance(value, ast.Dict | ast.List | ast.Tuple | ast.Set) else None


def values_in(rows: ast.expr) -> int:
    return sum(isinstance(node, ast.Constant | ast.Name | ast.Attribute) for node in ast.walk(rows))


def tables_of(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            constants = (each.value for each in node.body if isinstance(each, ast.Assign | ast.AnnAssign))
            yield from (value for value in constants if rows_of(value) is not None)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from (each for each in node.decorator_list if ".parametrize(" in ast.unparse(each))


def laid_out_by_hand(name: str) -> Iterator[int]:
    """Lines of a file on which the formatter is told to keep away."""
    for token in tokenize.generate_tokens(io.StringIO(text(name)).readline):
        if token.type == tokenize.COMMENT and "fmt:" in token.string:
            yield token.start[0] if "fmt: skip" in token.string else 0


def test_only_tables_are_laid_out_by_hand() -> None:
    found = []
    for name in files(r"\.py$"):
        if "fmt:" in text(name):
            tables = tables_of(ast.parse(text(name)))
            ends = {table.end_lineno for table in tables if values_in(table) >= LEAST_VALUES}
            found += [f"{name}:{line}" for line in laid_out_by_hand(name) if line not in ends]
    assert found == []


def test_a_call_an_assertion_a_short_table_and_a_value_of_one_step_would_be_found() -> None:
    many = ", ".join(f'"{number}"' for number in range(LEAST_VALUES))
    kept = f"A = ({many})\nB: tuple[str, ...] = frozenset({{{many}}})\nclass C:\n    D = [{many}]\n"
    assert [table.lineno for table in tables_of(ast.parse(kept))] == [1, 2, 4]
    lost = f"call({many})\nassert found == [{many}]\ndef step():\n    local = [{many}]\n    return {{{many}}}\n"
    assert list(tables_of(ast.parse(lost))) == []
    short = next(tables_of(ast.parse("A = (1, 2, 3)\n")))
    assert values_in(short) < LEAST_VALUES
