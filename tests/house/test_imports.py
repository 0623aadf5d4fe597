"""Who may import whom: the contracts of pyproject.toml, and nothing happens at import."""

from __future__ import annotations

import ast
import subprocess
import sys

from tests.house.project import ROOT, files, text

ALLOWED_AT_TOP = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
)


def test_every_import_contract_holds() -> None:
    """In a process of its own: the linter sets logging up for the whole process it runs in."""
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _is_quiet(statement: ast.stmt) -> bool:
    """A definition, a docstring or ``if TYPE_CHECKING`` / ``if __name__``: no loop, no call for its effect."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.If):
        return any(name in ast.unparse(statement.test) for name in ("TYPE_CHECKING", "__name__"))
    return isinstance(statement, ALLOWED_AT_TOP)


def test_nothing_happens_at_import() -> None:
    loud = [
        f"{name}:{statement.lineno}"
        for name in files(r"^(letterbox|workers|webapp)/.*\.py$")
        if "/alembic/env.py" not in name  # a script that alembic runs, never imports
        for statement in ast.parse(text(name)).body
        if not _is_quiet(statement)
    ]
    assert loud == []
