"""Migrations form one line, each named by its number."""

from __future__ import annotations

import ast

from tests.house.project import ROOT

FOLDER = ROOT / "letterbox/store/migrations"


def test_each_migration_follows_the_one_before() -> None:
    files = sorted(path for path in FOLDER.glob("*.py") if path.stem != "__init__")
    said = [_revisions(ast.parse(path.read_text(encoding="utf-8"))) for path in files]
    assert [own for own, _ in said] == [path.name[:3] for path in files]
    assert [before for _, before in said] == [None, *(own for own, _ in said[:-1])]


def _revisions(tree: ast.Module) -> tuple[str | None, str | None]:
    found = {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return found.get("revision"), found.get("down_revision")
