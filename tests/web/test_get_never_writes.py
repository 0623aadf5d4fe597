"""GET never writes: every page is read on a database that refuses to be written to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from werkzeug.routing import Rule

from letterbox.domain.clock import SystemClock
from letterbox.domain.vocabulary import Role
from letterbox.seeds import values as seeds
from letterbox.services.access.sessions import Device, SignInMethod
from letterbox.settings import Profile, Settings
from letterbox.stack.programs import free_port
from letterbox.store import migrate
from letterbox.store.people import Person, RoleAssignment
from letterbox.wiring import Services
from webapp import create_app
from webapp.shared.http.access import COOKIE

SAMPLES = {
    "number": "SX2026110001",
    "step": "notice",
    "filename": "portal.css",
    "code": "transport",
    "kind": "units",
    "action": "move",
}
"""What stands for an address's parts; any other part is "1"."""
PEOPLE = {
    "all": frozenset(Role) - {Role.SECURITY_ADMIN, Role.AUDITOR},
    "security": {Role.SECURITY_ADMIN},
    "auditor": {Role.AUDITOR},
}
"""Administrations exclude each other."""
COUNTS_WRONG_CODES = {"/api/v1/letters/<number>"}
"""A writer's machine gives the query code with its GET: a wrong one is counted, so that codes cannot be tried out."""


@pytest.fixture
def app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The real services with everybody's rights given to three people, then the database made read-only."""
    migrate.upgrade(empty_database_url)
    settings = Settings(
        Profile.TEST,
        tmp_path,
        empty_database_url,
        f"http://127.0.0.1:{free_port()}/engine-rest",
        "nobody",
        "nothing",
        secret_key="only for tests, thirty-two characters",
    )
    services = Services(settings, SystemClock())
    services.seeding.units(seeds.load_units())
    with services.database.transaction() as session:
        now = services.clock.now()
        for login, roles in PEOPLE.items():
            grants = [RoleAssignment(role=role, unit_code="transport", started_at=now) for role in roles]
            session.add(Person(login=login, name=login, password_hash="-", created_at=now, assignments=grants))
    tokens = {}
    for login in PEOPLE:
        device = Device("127.0.0.1", "a browser")
        tokens[login] = services.sessions.begin(services.sign_in.of_login(login), SignInMethod.PASSWORD, device)
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
    services.close()  # connections made before would still write
    fresh = Services(settings, SystemClock())
    web = create_app(fresh)
    web.config["TOKENS"] = tokens
    yield web
    fresh.close()


def signed_in(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie(COOKIE, app.config["TOKENS"][login])
    return client


def address(rule: Rule) -> str:
    parts = {name: SAMPLES.get(name, 1 if "int:" in rule.rule else "1") for name in rule.arguments}
    _, path = rule.build(parts, append_unknown=False) or ("", "")
    return path


@pytest.mark.parametrize("login", list(PEOPLE))
def test_no_page_needs_to_write(app: Flask, login: str) -> None:
    """The trail's own connection cannot write here either: its entries wait in their file."""
    client = signed_in(app, login)
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    answers = {rule.rule: client.get(address(rule)).status_code for rule in rules}
    assert len(answers) > 20
    assert {path: status for path, status in answers.items() if status == 500}.keys() <= COUNTS_WRONG_CODES
    assert any(status == 200 for path, status in answers.items() if path.startswith("/desk")), "nobody is signed in"


def test_the_database_does_refuse(app: Flask) -> None:
    """Otherwise the other test would prove nothing."""
    token = app.test_client().post("/api/v1/letters", json={})
    assert token.status_code == 401
    with (
        pytest.raises(Exception, match="read-only transaction"),
        app.extensions["letterbox"].database.transaction() as session,
    ):
        session.add(Person(login="x", name="x", password_hash="-", created_at=app.extensions["letterbox"].clock.now()))
