"""Writes the map in ``docs/explanation/architecture.md``: each room with the sentence of its package. ``make rooms``."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tests.house.project import ROOT, files, text

PAGE = ROOT / "docs/explanation/architecture.md"
BEGIN, END = "<!-- rooms -->\n", "<!-- /rooms -->"
CODE = r"^(letterbox|workers|webapp)/.*\.py$"


def packages() -> list[str]:
    """Every folder of the product with Python in it, as its path; migrations are files that alembic finds."""
    folders = {name.rpartition("/")[0] for name in files(CODE)}
    return sorted(folder for folder in folders if "/alembic" not in folder and "/migrations" not in folder)


def sentence(package: str) -> str:
    """The first line of its docstring; empty where there is none."""
    init = f"{package}/__init__.py"
    if not (ROOT / init).is_file():
        return ""
    return (ast.get_docstring(ast.parse(text(init))) or "").partition("\n")[0]


def written(sentences: Mapping[str, str]) -> str:
    """The table of rooms, in the order of their paths."""
    rows = [f"| `{package}/` | {said.replace('``', '`')} |" for package, said in sentences.items()]
    return "\n".join(["| Room | Holds |", "|---|---|", *rows]) + "\n"


def parts() -> tuple[str, str, str]:
    """The page before the map, the map, the page after it."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    table, _, after = rest.partition(END)
    return before, table, after


if __name__ == "__main__":
    before, _, after = parts()
    table = written({package: sentence(package) for package in packages()})
    PAGE.write_text(f"{before}{BEGIN}{table}{END}{after}", encoding="utf-8")
