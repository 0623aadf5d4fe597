"""Every route says who may use it; what is open to everybody is named here, one by one."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from letterbox.domain.vocabulary import Role
from tests.house.application import bare_app
from tests.house.project import named
from webapp.api.rights import MOVABLE_CLOCK_ONLY, RIGHTS
from webapp.shared.http.access import declared_roles
from webapp.shared.sign_in.step_up import asks_for_proof

PAGES = "docs/reference/pages.md"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return bare_app(tmp_path_factory.mktemp("data"))


def who_may(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """Roles of which one is needed; empty: open to all; None: nobody said. The machine interface has a table of its own."""
    if endpoint.startswith("api."):
        return RIGHTS[endpoint] or frozenset() if endpoint in RIGHTS else None
    return declared_roles(app, endpoint)


def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    assert sorted(name for name in endpoints(app) if who_may(app, name) is None) == []


def test_what_is_open_to_everybody_is_on_the_list(app: Flask) -> None:
    """A new public page is a decision: it is written down in the pages' reference under "Open to everybody"."""
    is_open = {name for name in endpoints(app) if who_may(app, name) == frozenset()}
    assert is_open == {name for name in named(PAGES, "Open to everybody") if not name.startswith("/")}


def test_every_page_is_documented_with_its_address(app: Flask) -> None:
    documented = named(PAGES)
    assert sorted(endpoints(app) - documented) == []
    addresses = {rule.rule for rule in app.url_map.iter_rules()}
    assert sorted(addresses - documented) == []


def test_no_document_names_a_page_that_is_gone(app: Flask) -> None:
    known = endpoints(app) | {rule.rule for rule in app.url_map.iter_rules()}
    assert sorted(named(PAGES) - known) == []


def test_the_machine_interfaces_table_names_no_call_that_is_gone(app: Flask) -> None:
    assert set(RIGHTS) - endpoints(app) <= MOVABLE_CLOCK_ONLY


FILES = re.compile(r"\.(csv|yaml|xlsx|json|jsonl|zip)$|/export")
NOTHING_OF_PEOPLE = frozenset({"admin.calendar_file", "api.openapi", "studio.bundle_zip"})
"""Files that hold neither letters nor people: working days, the description of the interface, diagrams."""
RIGHTS_OF_PEOPLE = re.compile(r"admin\.(person|role|token|request|unit|leave)_|studio\.(deploy|restore_do|approve)")
NO_RIGHT_IN_IT = frozenset({"admin.leave_end", "admin.person_end_sessions", "admin.request_refuse"})
"""What takes away and gives nothing. An address that mail goes to, a unit's matters and a substitute are who gets what."""


def test_what_hands_out_files_or_rights_asks_for_a_recent_proof(app: Flask) -> None:
    """A new one is a decision: it asks again who sits there, or stands above with the reason."""
    rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith(("api.", "assets."))]
    hand_out = {rule.endpoint for rule in rules if FILES.search(rule.rule)} - NOTHING_OF_PEOPLE
    posts = {rule.endpoint for rule in rules if "POST" in (rule.methods or ())}
    give = {name for name in posts if RIGHTS_OF_PEOPLE.match(name)} - NO_RIGHT_IN_IT
    assert hand_out
    assert give
    assert sorted(name for name in hand_out | give if not asks_for_proof(app, name)) == []
