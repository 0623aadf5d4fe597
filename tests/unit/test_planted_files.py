"""Each way in which the engine could read more out of a file than the check does is refused at the door."""

from __future__ import annotations

import json

import pytest

from letterbox.bundle.files.bundle_file import read
from letterbox.bundle.model.diagram_model import Level
from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import checked, findings_of
from letterbox.settings import ROOT
from tests.support.drawn.planted import CO_HANDLING, LETTER, LOST, planted

LIMITS = "time-limits.dmn"
ROWS = ROOT / "tests/support/writers/planted_files/reading.jsonl"
"""What the engine could read in another way than the check: what is replaced by what, where and how it is refused."""
RIVALS = [json.loads(row) for row in ROWS.read_text(encoding="utf-8").splitlines()]
FACTS = ("file", "old", "new", "element", "rule")


@pytest.mark.parametrize(
    FACTS, [tuple(row[key] for key in FACTS) for row in RIVALS], ids=[row["name"] for row in RIVALS]
)
def test_what_could_be_read_in_two_ways_is_refused(file: str, old: str, new: str, element: str, rule: str) -> None:
    files = planted(file, (old, new))
    fitting = [each for each in findings_of(files) if (each.file, each.element, each.rule) == (file, element, rule)]
    assert fitting, findings_of(files)
    assert all(each.level is Level.ERROR and any("一" <= sign <= "鿿" for sign in each.message) for each in fitting)


@pytest.mark.parametrize("change", LOST.values(), ids=LOST)
def test_what_is_lost_on_the_way_to_the_deployed_file_is_found_in_the_given_one(change: tuple[str, str]) -> None:
    found = checked(planted(LETTER, change))
    assert found.has_errors
    assert b"x.Y" not in found.files[LETTER]
    assert b"groovy" not in found.files[LETTER]


FORM = "sign-off-reply.form"
FORMS = [
    ("label", {"label": "${1}"}, "expression"),
    ("description", {"description": "#{1}"}, "expression"),
    ("key of a component", {"onChange": "alert(1)"}, "not-allowed"),
    ("list where a text belongs", {"label": [1]}, "not-allowed"),
    ("key within a rule", {"validate": {"required": True, "script": "x"}}, "not-allowed"),
    ("text of a property", {"properties": {"variable": "${1}"}}, "expression"),
    ("long label", {"label": "字" * 201}, "length"),
]


@pytest.mark.parametrize(("changes", "rule"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS])
def test_what_a_form_may_not_hold_is_refused_at_its_field(changes: dict[str, object], rule: str) -> None:
    schema = json.loads(repository_files()[FORM])
    schema["components"][-1].update(changes)
    key = schema["components"][-1]["key"]
    files = {**repository_files(), FORM: json.dumps(schema).encode()}
    assert (FORM, key, rule) in {(each.file, each.element, each.rule) for each in findings_of(files)}


@pytest.mark.parametrize("name", sorted(repository_files()))
def test_what_is_written_anew_says_the_same_and_stays_the_same(name: str) -> None:
    once = read(name, repository_files()[name]).written
    assert once is not None
    again = read(name, once)
    assert (again.written, again.findings) == (once, ())


@pytest.mark.parametrize("file", [LETTER, CO_HANDLING, LIMITS])
def test_comments_and_instructions_between_elements_do_no_harm_and_are_not_deployed(file: str) -> None:
    text = repository_files()[file].decode().replace("\n    <", "\n<!-- note --><?tool x?>    <", 40)
    found = read(file, text.encode())
    assert found.findings == ()
    assert found.written == read(file, repository_files()[file]).written
