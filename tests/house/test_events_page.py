"""The page of events says what their classes say, and every event is recorded by somebody."""

from __future__ import annotations

import ast

from letterbox.domain.events.catalogue import MODULES
from letterbox.domain.vocabulary import EventName
from tests.house.events_page import PAGE, classes_of, recorders, written
from tests.house.project import files, text


def test_the_page_of_events_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run make events"


def test_every_event_is_recorded_somewhere() -> None:
    assert set(recorders()) == set(EventName)
    assert sum(len(classes_of(module)) for module in MODULES) == len(EventName)


def test_a_row_of_the_record_is_written_by_the_codec_alone() -> None:
    made = [
        (name, {each.arg: ast.unparse(each.value) for each in node.keywords})
        for name in files(r"^(letterbox|workers|webapp)/.*\.py$")
        for node in ast.walk(ast.parse(text(name)))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "LetterEvent"
    ]
    assert len(made) == 3
    assert [name for name, given in made if given["data"] != "encode(event)"] == []
