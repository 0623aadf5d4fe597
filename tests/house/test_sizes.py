"""A file is at most 300 lines long and a function 40 (design, "Habits"); no exemptions."""

from __future__ import annotations

import ast

from tests.house.project import files, text

FILE_LINES, FUNCTION_LINES = 300, 40
CODE = r"\.(py|js|mjs|css|html|groovy|sh)$|Dockerfile|Makefile|\.ya?ml$"


def test_no_file_is_too_long() -> None:
    lengths = {name: len(text(name).splitlines()) for name in files(CODE)}
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{name}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for name in files(r"\.py$")
        for node in ast.walk(ast.parse(text(name)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {where: lines for where, lines in lengths.items() if lines > FUNCTION_LINES} == {}
