"""What the house tests look at: the project's own files and the tables of its documents."""

from __future__ import annotations

import re
import subprocess
from functools import cache

from letterbox.settings import ROOT

GENERATED = re.compile(r"\.lock$|package-lock\.json$|^docs/pictures/.*\.(svg|png)$|compose-spec\.json$")
"""Files that a program wrote; what is asked of people's files is not asked of them."""
CODE = re.compile(r"`([^`]+)`")


@cache
def files(pattern: str = r".") -> tuple[str, ...]:
    """Paths of the repository's files (as git knows them) that match ``pattern``, without generated ones."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    return tuple(name for name in names if re.search(pattern, name) and not GENERATED.search(name))


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows(document: str, section: str = "") -> list[list[str]]:
    """Cells of every table row of a Markdown document, under headings that contain ``section``."""
    found, inside = [], not section
    for line in text(document).splitlines():
        if line.startswith("#"):
            inside = section in line
        elif inside and line.startswith("|") and not set(line) <= set("|-: "):
            found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found


def named(document: str, section: str = "") -> set[str]:
    """Everything in `code` in the first column of the tables of a document's section."""
    return {name for cells in rows(document, section) for name in CODE.findall(cells[0])}
