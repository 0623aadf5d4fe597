"""What we build on: every direct dependency has a row that says why, under which licence, and who maintains it."""

from __future__ import annotations

import json
import re
import tomllib

from tests.house.project import ROOT, named, rows, text

DEPENDENCIES = "docs/dependencies.md"
OPEN = re.compile(r"Apache|MIT|BSD|PSF|PostgreSQL|LGPL|MPL|ISC|EPL|GPL-2.0 with Classpath|bpmn\.io|Unlicense")


def direct() -> set[str]:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    asked = [*project["dependencies"], *(one for group in project["optional-dependencies"].values() for one in group)]
    packages = json.loads(text("package.json"))
    npm = {name for group in ("dependencies", "devDependencies") for name in packages.get(group, {})}
    return {re.split(r"[\[<>=~! ]", one, maxsplit=1)[0] for one in asked} | npm


def engine_roots() -> set[str]:
    """Coordinates (without version) that the engine's lock was made from."""
    lines = (ROOT / "config/deploy/engine/operaton.lock").read_text(encoding="utf-8").splitlines()
    return {line.removeprefix("# root ").rpartition(":")[0] for line in lines if line.startswith("# root ")}


def test_every_dependency_has_a_row_and_every_row_a_dependency() -> None:
    assert named(DEPENDENCIES, "Python") | named(DEPENDENCIES, "npm") == direct()
    assert named(DEPENDENCIES, "engine's jars") == engine_roots()


def test_every_row_says_licence_reason_and_state() -> None:
    for cells in rows(DEPENDENCIES):
        assert len(cells) == 4, cells
        assert all(cells), cells
        if "`" in cells[0]:
            assert OPEN.search(cells[1]), f"{cells[0]}: {cells[1]}"


def test_every_dependency_is_locked() -> None:
    locked = {line.partition("==")[0] for line in (ROOT / "requirements/dev.lock").read_text().splitlines()}
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    known = {name.replace("_", "-").lower() for name in locked} | {
        path.rpartition("node_modules/")[2] for path in packages
    }
    assert sorted(name for name in direct() if name.lower() not in known) == []
