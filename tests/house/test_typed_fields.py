"""Whatever somebody types into a page has a name, under which it is given back when the page has expired."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests.house.application import bare_app
from tests.house.project import files, text
from webapp.shared.typed import PRIVATE, labels, named

POSTING = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)
ADDRESS = re.compile(r"""action="\{\{ (?:url_for|link)\('([\w.]+)'""")
BY_MACRO = re.compile(r"\b(?:text|area)_field\((?:\w+\.)*(\w+)")
AREA = re.compile(r'<textarea[^>]*\bname="([^"]+)"')
INPUT = re.compile(r"<input\b[^>]*>")
NAME, TYPE = re.compile(r'\bname="([^"]+)"'), re.compile(r'\btype="(\w+)"')
WRITTEN_INTO = frozenset({"text", "email", "tel", "date", "number", "search"})
READ = re.compile(r"\b([A-Z]\w*Form)\(request\.form\b|\b(confirmed)\(")
SIGN_IN = frozenset({"desk.enter", "desk.account_password", "desk.second_factor_send", "desk.second_factor_confirm"})
"""What they ask for is given back nowhere."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = bare_app(tmp_path_factory.mktemp("data"))
    with app.test_request_context():
        yield app


def typed_in(markup: str) -> set[str]:
    """Names of the fields that somebody writes into."""
    inputs = [each for each in INPUT.findall(markup) if (TYPE.search(each) or ["", "text"])[1] in WRITTEN_INTO]
    found = {each[1] for tag in inputs if (each := NAME.search(tag))}
    return (found | set(AREA.findall(markup)) | set(BY_MACRO.findall(markup))) - PRIVATE


def takers(app: Flask) -> dict[str, Callable[..., Any]]:
    """Every view that takes a form, by endpoint."""
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    return {name: app.view_functions[name] for name in posts if not name.startswith("api.")}


def names(view: Callable[..., Any]) -> set[str]:
    said = named(view)
    return set(labels(said.forms)) if said else set()


def test_what_a_form_asks_for_is_named_by_the_view_that_takes_it(app: Flask) -> None:
    forms = [(name, form) for name in files(r"^webapp/templates/") for form in POSTING.findall(text(name))]
    addressed = [(name, form, view[1]) for name, form in forms if (view := ADDRESS.search(form))]
    assert len(addressed) > 30
    views = takers(app)
    nameless = {
        (template, field)
        for template, form, endpoint in addressed
        if endpoint not in SIGN_IN
        for field in typed_in(form) - names(views[endpoint])
    }
    assert nameless == set()


@pytest.mark.parametrize("audience", ["portal", "desk", "cockpit", "studio", "ops", "admin"])
def test_every_field_of_an_audiences_pages_is_named_by_one_of_its_views(app: Flask, audience: str) -> None:
    pages = [text(name) for name in files(rf"^webapp/templates/{audience}/")]
    asked = {field for page in pages for field in BY_MACRO.findall(page)}
    asked |= {field for page in pages for form in POSTING.findall(page) for field in AREA.findall(form)}
    known = {
        name for endpoint, view in takers(app).items() if endpoint.startswith(f"{audience}.") for name in names(view)
    }
    assert asked - known - PRIVATE == set()


def test_a_view_is_named_by_the_form_that_it_reads(app: Flask) -> None:
    wrong = []
    for endpoint, view in takers(app).items():
        found = READ.search(inspect.getsource(inspect.unwrap(view)))
        wanted = ("ReasonForm" if found[2] else found[1]) if found else None
        said = named(view)
        if wanted and (said is None or wanted not in {form.__name__ for form in said.forms}):
            wrong.append(endpoint)
    assert wrong == []
