"""Every page that shows letters or people's doings leaves an entry in the audit trail; one that does not says why."""

from __future__ import annotations

import re

import pytest
from flask import Flask, Response
from werkzeug.routing import Rule

from tests.house.application import bare_app
from tests.house.project import files, named, text
from webapp.audit.words import CONDITIONS
from webapp.shared.http.trail import _act
from webapp.shared.http.unrecorded import UNRECORDED

PLACEHOLDER = re.compile(r"<(?:(\w+):)?\w+>")
PUBLIC = "Open to everybody"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return bare_app(tmp_path_factory.mktemp("data"))


def address(rule: Rule) -> str:
    """One that the rule takes."""
    return PLACEHOLDER.sub(lambda part: "1" if part[1] == "int" else "x", rule.rule)


def silent(app: Flask, method: str = "GET") -> set[str]:
    """Endpoints that can be read without an entry, whatever they show."""
    found = set()
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            with app.test_request_context(address(rule), method=method):
                if _act(rule.endpoint, 200, Response()) is None:
                    found.add(rule.endpoint)
    return found


def test_every_page_is_recorded_or_open_to_everybody_or_says_why_not(app: Flask) -> None:
    """A new page is recorded without anybody's doing; leaving it out is a decision, written down with its reason."""
    public = {name for name in named("docs/reference/pages.md", PUBLIC) if not name.startswith("/")}
    assert sorted(silent(app) - public) == sorted(UNRECORDED)


def test_asking_for_the_head_alone_is_no_way_around(app: Flask) -> None:
    assert silent(app, "HEAD") == silent(app)


def test_every_reason_is_a_reason() -> None:
    assert [name for name, why in UNRECORDED.items() if len(why.split()) < 4] == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "cockpit.limits",
        "cockpit.diagram_letters",
        "cockpit.remind",
        "admin.changes",
        "admin.people",
        "admin.open_work",
        "desk.letters",
        "desk.publications",
        "desk.supervisions",
        "desk.precedents",
        "ops.record",
        "ops.stuck",
        "ops.stalls",
        "api.list_letters",
        "api.list_foreign_replies",
    ],
)
def test_lists_of_letters_and_of_what_people_did_are_never_left_out(endpoint: str) -> None:
    assert endpoint not in UNRECORDED


ASKED = re.compile(r"(?:\basked|args\.get)\(\"([a-z_]+)\"")
NO_CONDITION = frozenset({"page", "next", "view", "current"})
"""Which page of a list, where to go afterwards, how a diagram is looked at, what is open beside it."""


def test_every_condition_of_a_list_has_a_word_for_the_auditor() -> None:
    """An entry names the conditions by which a list was narrowed."""
    doors = files(r"^webapp/(admin|audit|cockpit|desk|ops|studio)/.*\.py$")
    named_there = {name for each in doors for name in ASKED.findall(text(each))} - NO_CONDITION
    assert len(named_there) > 20
    assert sorted(named_there - CONDITIONS.keys()) == []
