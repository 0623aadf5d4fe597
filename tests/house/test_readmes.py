"""The folders that people open by hand say what lies in them, and who is meant to change it."""

from __future__ import annotations

import re

import pytest

from letterbox.settings import ROOT
from tests.house.project import files, text

NAMED = re.compile(r"^\| `([^`]+)/?` \|", re.MULTILINE)


def folders(of: str) -> set[str]:
    """The folders below this one that hold a file."""
    return {name.removeprefix(f"{of}/").split("/")[0] for name in files(rf"^{of}/[^/]+/[^_]")}


@pytest.mark.parametrize("folder", ["config", "tests", "tests/process", "tests/support"])
def test_each_folder_has_its_row(folder: str) -> None:
    readme = text("config/README.md" if folder == "config" else "tests/README.md")
    named = {name.rstrip("/").split("/")[0] for name in NAMED.findall(readme)}
    assert folders(folder) - named - {"support"} == set()


def test_what_runs_the_parts_is_apart_from_what_an_office_sets() -> None:
    """An official who opens config/ meets no file that is a program's; each folder of ``deploy`` has its row too."""
    assert files(r"^config/(?!deploy/).*(\.(conf|sh|py|groovy|lock)|Dockerfile.*)$") == ()
    named = set(NAMED.findall(text("config/README.md")))
    assert {f"deploy/{name}/" for name in folders("config/deploy")} == {
        name for name in named if name.startswith("deploy/")
    }


def test_each_row_has_its_folder() -> None:
    assert [name for name in NAMED.findall(text("config/README.md")) if not (ROOT / "config" / name).exists()] == []
    there = folders("tests") | folders("tests/process") | folders("tests/support")
    assert {name.rstrip("/") for name in NAMED.findall(text("tests/README.md"))} - there == set()
