"""The OpenAPI document: valid, complete, and at one with routes, rights and vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.keys import Keys
from letterbox.domain.vocabulary import Category, Channel, LetterStatus, LimitKind
from letterbox.seeds import values as seeds
from letterbox.services.intake.new_letters import NewLetters
from letterbox.services.intake.query_codes import CodeKeeper
from letterbox.services.notices.notices import Notices
from letterbox.services.notices.texts import NoticeTexts
from letterbox.services.records.event_view import EventView
from letterbox.services.records.views import LetterLine, LetterRecord, LimitView
from letterbox.services.writers.tracking import Tracked
from letterbox.wiring.procedure import Procedure
from webapp.api import ROUTES, presenters
from webapp.api.blueprint import blueprint
from webapp.api.bodies import validator
from webapp.api.rights import RIGHTS
from webapp.api.specification import document

NOW = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE_ZONE)
METHODS = {"get", "post", "put", "patch", "delete"}

NOTICES = Notices(NoticeTexts(seeds.load_notices()), "https://letters.example", "书记县长信箱", has_sms=False)
PROCEDURE = Procedure(NOTICES, NewLetters(CodeKeeper(Keys("a secret of the tests")), NOTICES, "T"))


@pytest.fixture(scope="module")
def app() -> Flask:
    assert ROUTES
    app = Flask("api-only")
    app.register_blueprint(blueprint)
    return app


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document()["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def test_the_document_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(document()).iter_errors()) == []


def test_every_route_is_described_and_nothing_else(app: Flask) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower(), rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method, f"api.{told['operationId']}") for path, method, told in operations()}


def test_the_roles_told_are_the_roles_checked() -> None:
    for path, method, told in operations():
        roles = RIGHTS[f"api.{told['operationId']}"]
        assert ("security" in told) is (roles is not None), (path, method)
        assert set(told.get("x-roles", [])) == set(roles or ()), (path, method)


def test_every_post_may_be_repeated_under_a_key() -> None:
    for path, method, told in operations():
        names = {each.get("$ref", "").rpartition("/")[2] for each in told.get("parameters", [])}
        assert ("idempotency_key" in names) is (method == "post"), path


@pytest.mark.parametrize(
    ("schema", "words"),
    [("Channel", Channel), ("Category", Category), ("Status", LetterStatus), ("LimitKind", LimitKind)],
)
def test_the_vocabulary_is_the_products(schema: str, words: Any) -> None:
    told = document()["components"]["schemas"][schema]["enum"]
    assert {each for each in told if each is not None} == set(words)


def test_the_actions_told_are_those_that_exist() -> None:
    (name,) = (
        each
        for each in document()["paths"]["/letters/{number}/actions/{action}"]["parameters"]
        if each.get("name") == "action"
    )
    assert set(name["schema"]["enum"]) == set(PROCEDURE.actions())


@pytest.mark.parametrize(
    ("schema", "view", "unshown"),
    [
        ("TrackedLetter", Tracked, set()),
        ("LetterRecord", LetterRecord, {"letter_id"}),
        ("LetterLine", LetterLine, {"hits"}),
    ],
)
def test_every_field_of_a_view_that_is_shown_is_told(schema: str, view: type, unshown: set[str]) -> None:
    shown = {each.name for each in fields(view)} - unshown
    assert set(document()["components"]["schemas"][schema]["properties"]) == shown


def test_every_field_of_a_limit_and_of_an_event_is_told() -> None:
    limit = LimitView(
        id=1,
        kind="reply",
        unit=None,
        unit_name=None,
        started_at=NOW,
        due_at=NOW,
        ended_at=None,
        voided_at=None,
        provisional=False,
        in_time=None,
        paused_days=0,
        rule_id="limit-reply",
        days=(),
        length=1,
        length_unit="day",
    )
    event = EventView(
        name="LetterScreened", at=NOW, by_kind="system", by_name="系统", by_role=None, by_unit=None, data={}
    )
    for schema, shown in (("Limit", presenters.limit(limit)), ("Event", presenters.event(event))):
        validator(schema).validate(shown)
        assert set(document()["components"]["schemas"][schema]["properties"]) == set(shown)


def test_every_reference_leads_somewhere() -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if "$ref" in node:
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    used = set(references(document()))
    for reference in used:
        node: Any = document()
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
    schemas = {f"#/components/schemas/{name}" for name in document()["components"]["schemas"]}
    assert schemas - used == set(), "schemas that nothing uses"
