"""The pictures in the documents show what runs: drawn from the diagrams as they are, none left over from former ones."""

from __future__ import annotations

import hashlib
import re
import runpy
from pathlib import Path

import pytest

from letterbox.services.deployment.design import repository_files
from letterbox.settings import ROOT
from tests.house.drawing import drawing
from tests.house.project import files, text

PICTURES = ROOT / "docs/pictures"
DIAGRAMS = {name: content for name, content in repository_files().items() if name.endswith(".bpmn")}
AGAIN = "the diagrams changed since their pictures were drawn: make pictures"


def test_pictures_are_of_the_diagrams_as_they_are() -> None:
    digests = [f"{name} {hashlib.sha256(DIAGRAMS[name]).hexdigest()}" for name in sorted(DIAGRAMS)]
    assert (PICTURES / "drawn.txt").read_text(encoding="utf-8").splitlines() == digests, AGAIN


def test_the_overview_says_what_the_diagrams_say() -> None:
    overview = runpy.run_path(str(PICTURES / "overview.py"))["overview"](DIAGRAMS)
    assert (PICTURES / "overview.svg").read_text(encoding="utf-8") == overview, AGAIN
    assert (PICTURES / "overview.png").is_file()


@pytest.mark.parametrize("name", sorted(DIAGRAMS))
def test_a_picture_has_every_element_of_its_diagram(name: str) -> None:
    drawn, svg = drawing(DIAGRAMS[name]), (PICTURES / f"{Path(name).stem}.svg").read_text(encoding="utf-8")
    there = set(re.findall(r'data-element-id="([^"]+)"', svg))
    assert {*drawn.boxes, *drawn.lines} <= there, AGAIN
    assert (PICTURES / f"{Path(name).stem}.png").is_file()


def test_every_picture_is_shown_somewhere() -> None:
    documents = "".join(text(name) for name in files(r"\.md$"))
    names = {path.stem for path in PICTURES.iterdir() if path.suffix in {".png", ".svg"}}
    assert {name for name in names if not re.search(rf"pictures/{name}\.(svg|png)", documents)} == set()
