"""Machines' tokens: until when and from where they open, and what is known of their use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from letterbox.cli import run
from letterbox.domain.clock import SystemClock
from letterbox.services.access.token_entry import TokenEntry
from letterbox.services.access.tokens import Tokens
from letterbox.services.operations.doctor.access import AccessChecks
from letterbox.settings import Settings
from letterbox.store import migrate
from letterbox.store.access import ApiToken
from letterbox.store.audit import AuditEvent
from letterbox.store.database import Database
from letterbox.wiring import Services
from tests.support.office.api import Api
from tests.support.office.office import tag
from tests.support.stack.clocks import SetClock
from tests.support.stack.environment import commands_work_on
from webapp import create_app

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine


@pytest.fixture
def clock(real: Services) -> Iterator[SetClock]:
    """The machine's clock in the hands of the test."""
    kept, own = (real.tokens, real.token_entry), SetClock(datetime.now(UTC))
    real.tokens = Tokens(real.database, own, real.administration, 365)
    real.token_entry = TokenEntry(real.database, own)
    yield own
    real.tokens, real.token_entry = kept


def row(real: Services, name: str) -> ApiToken:
    with real.database.reading() as session:
        return session.scalars(select(ApiToken).where(ApiToken.name == name)).one()


def ask(api: Api, token: str, **headers: str) -> tuple[int, str]:
    with api.app.test_client() as client:
        given = {"Authorization": f"Bearer {token}", **headers}
        response = client.get("/api/v1/letters", headers=given, environ_base=api.environ)
        assert response.status_code == 200 or response.content_type == "application/problem+json"
        return response.status_code, str((response.json or {}).get("detail", ""))


def refusals(real: Services, token_id: int) -> list[tuple[str, str]]:
    with real.database.reading() as session:
        about = AuditEvent.object_kind == "token", AuditEvent.object_id == str(token_id), AuditEvent.result == "refused"
        return [(each.act, each.detail["why"]) for each in session.scalars(select(AuditEvent).where(*about))]


def test_a_token_ends_after_its_days(api: Api, real: Services, clock: SetClock) -> None:
    name = tag()
    token = real.tokens.create("screener", name, days=2)
    clock.move(days=2, seconds=-1)
    assert ask(api, token)[0] == 200
    clock.move(seconds=1)
    status, told = ask(api, token)
    assert status == 401
    assert "到期" in told
    assert refusals(real, row(real, name).id) == [("sign_in_failed", "expired")]


def test_a_year_unless_something_else_is_said(real: Services, clock: SetClock) -> None:
    name = tag()
    real.tokens.create("screener", name)
    assert row(real, name).expires_at - clock.now() == timedelta(days=365)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("10.7.3.4", 200),
        ("::ffff:10.7.3.4", 200),
        ("2001:db8::1", 200),
        ("10.8.0.1", 401),
        ("127.0.0.1", 401),
        ("2001:db8::2", 401),
        ("", 401),
    ],
)
def test_a_token_opens_from_its_addresses(api: Api, real: Services, address: str, status: int) -> None:
    name = tag()
    token = real.tokens.create("screener", name, networks=["10.7.0.0/16", "2001:0db8::1"])
    api.address = address
    found, told = ask(api, token)
    assert found == status
    if status == 401:
        assert "不能从" in told
        assert refusals(real, row(real, name).id) == [("sign_in_failed", "misplaced")]
        assert row(real, name).last_used_at is None


def test_what_a_stranger_writes_into_a_header_is_no_address(api: Api, real: Services) -> None:
    token = real.tokens.create("screener", tag(), networks=["127.0.0.1"])
    api.address = "127.0.0.1"
    assert ask(api, token)[0] == 200
    assert ask(api, token, **{"X-Forwarded-For": "127.0.0.1"})[0] == 401


def test_behind_a_trusted_proxy_the_client_counts(api: Api, real: Services) -> None:
    token = real.tokens.create("screener", tag(), networks=["192.0.2.0/24"])
    services = Services(replace(real.settings, trusted_proxies=1), real.clock)
    behind = Api(create_app(services), services)
    try:
        assert ask(behind, token, **{"X-Forwarded-For": "192.0.2.7"})[0] == 200
        assert ask(behind, token, **{"X-Forwarded-For": "192.0.2.7, 198.51.100.1"})[0] == 401
    finally:
        services.close()


def test_the_last_use_is_written_once_a_minute(api: Api, real: Services, clock: SetClock) -> None:
    name, written = tag(), list[str]()
    token = real.tokens.create("screener", name)
    engine = real.database._writing

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "UPDATE api_tokens" in statement:
            written.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(5):
            ask(api, token)
            clock.move(seconds=14)
        assert len(written) == 1
        clock.move(seconds=14)
        at = clock.now()
        ask(api, token)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(written) == 2
    assert (row(real, name).last_used_at, row(real, name).last_used_from) == (at, api.address)


def test_tokens_that_were_there_end_a_year_after_the_migration(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url, "034")
    database = Database(empty_database_url)
    try:
        with database.transaction() as session:
            session.execute(
                text(
                    "INSERT INTO api_tokens (name, role, token_hash, created_at)"
                    " VALUES ('旧令牌', 'channel', 'hash', '2024-01-01+08')"
                )
            )
        migrate.upgrade(empty_database_url)
        with database.reading() as session:
            kept = session.scalars(select(ApiToken)).one()
        now = datetime.now(UTC)
        assert abs(kept.expires_at - now - timedelta(days=365)) < timedelta(minutes=5)
        assert abs(kept.watched_from - now) < timedelta(minutes=5)
        assert (kept.networks, kept.last_used_at) == ([], None)
    finally:
        database.close()


def test_the_doctor_names_tokens_that_end_soon_or_lie_about(empty_database_url: str, real: Services) -> None:
    migrate.upgrade(empty_database_url)
    services = Services(replace(real.settings, database_url=empty_database_url, audit_database_url=None), real.clock)
    clock = SetClock(SystemClock().now())
    tokens = Tokens(services.database, clock, services.administration, 365)
    try:
        tokens.create("channel", "市门户")
        used = tokens.create("screener", "问政平台")
        look = AccessChecks(tokens).tokens
        assert look().remedy == ""
        clock.move(days=181)
        TokenEntry(services.database, clock).actor_of(used, None)
        found = look()
        assert "180 天没有用过：市门户（编号 1）" in found.detail
        assert "问政平台" not in found.detail
        assert "revoke" in found.remedy
        tokens.revoke(1)
        assert look().remedy == ""
        clock.move(days=155)
        assert "30 天内到期：问政平台（编号 2）" in look().detail
        assert "新建令牌" in look().remedy
    finally:
        services.close()


@pytest.fixture
def commands(real: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    commands_work_on(monkeypatch, real.settings, LETTERBOX_DATA_DIR=str(tmp_path))
    return real.settings


def test_the_command_line_says_the_same(commands: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    name = tag()
    given = ["token", "create", "--role", "channel", "--name", name, "--json"]
    assert run([*given, "--days", "9", "--network", "10.7.0.0/16", "--network", "192.0.2.9"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"token"}
    assert run(["token", "list", "--json"]) == 0
    (found,) = (each for each in json.loads(capsys.readouterr().out) if each["name"] == name)
    assert found["networks"] == ["10.7.0.0/16", "192.0.2.9"]
    assert (found["is_valid"], found["last_used_at"], found["last_used_from"]) == (True, None, None)
    days = datetime.fromisoformat(found["expires_at"]) - datetime.fromisoformat(found["created_at"])
    assert days == timedelta(days=9)
    assert run([*given, "--network", "10.7.0.1/16"]) == 2
    assert "--network：10.7.0.1/16 不是一个网段的开头" in capsys.readouterr().err
    assert run([*given, "--days", "0"]) == 2
    assert "--days：有效天数应为" in capsys.readouterr().err
