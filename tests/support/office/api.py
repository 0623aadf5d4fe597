"""Calling ``/api/v1`` in tests: the real application on real services, one token per role.

Test modules take the fixtures by ``pytest_plugins = ["tests.support.office.api_fixtures"]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from letterbox.domain.vocabulary import UNIT_ROLES, Role
from letterbox.settings import Profile, Settings
from letterbox.wiring import Services
from tests.support.stack.clocks import LONG_SESSIONS, SetClock
from tests.support.stack.keys import SECRET
from tests.support.stack.prefixes import own_prefix
from tests.support.stack.stack import EngineStack
from webapp import create_app
from webapp.api.bodies import FORMATS, validator

UNIT = "transport"
LETTER: dict[str, Any] = {
    "channel": "city_portal",
    "title": "路灯不亮",
    "body": "中心路的路灯坏了半个月，晚上很黑。",
    "writer": {"name": "李四", "phone": "13800000000"},
    "is_public": True,
}


class Api:
    """``call`` as a role; every answer's media type and every 2xx body are held to the OpenAPI document."""

    def __init__(self, app: Flask, services: Services) -> None:
        self.app = app
        self.services = services
        self.token = cache(self._token)
        self.address = "127.0.0.1"

    @property
    def environ(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}

    def _token(self, role: str, unit: str | None) -> str:
        return self.services.tokens.create(role, f"{role} 的测试", unit)

    def headers(self, role: str | None, unit: str = UNIT) -> dict[str, str]:
        if role is None:
            return {}
        return {"Authorization": f"Bearer {self.token(role, unit if role in UNIT_ROLES else None)}"}

    def call(
        self, method: str, path: str, role: str | None = None, body: object = None, *, unit: str = UNIT, **headers: str
    ) -> TestResponse:
        sent = {**self.headers(role, unit), **{name.replace("_", "-"): value for name, value in headers.items()}}
        with self.app.test_client() as client:
            response = client.open(f"/api/v1{path}", method=method, json=body, headers=sent, environ_base=self.environ)
        if response.status_code >= 400:
            check_problem(response)
        return response

    def get(self, path: str, role: str | None = None, status: int = 200, **more: Any) -> Any:
        response = self.call("GET", path, role, **more)
        assert response.status_code == status, response.get_data(as_text=True)
        return response.get_json()

    def post(self, path: str, role: str | None, body: object, status: int = 200, **more: Any) -> Any:
        response = self.call("POST", path, role, body, **more)
        assert response.status_code == status, response.get_data(as_text=True)
        return response.get_json()

    def tasks(self, role: str) -> Iterator[dict[str, Any]]:
        """Every open task of the role (in UNIT), page by page."""
        page, pages = 0, 1
        while page < pages:
            found = self.get(f"/tasks?page={page + 1}&per_page=100", role)
            assert holds("TaskPage", found)
            page, pages = found["page"], found["pages"]
            yield from found["items"]

    def write(self, **changes: Any) -> tuple[str, str]:
        """A letter of a channel system: number and query code."""
        receipt = self.post("/letters", Role.CHANNEL, {**LETTER, **changes}, 201)
        return receipt["number"], receipt["query_code"]


def check_problem(response: TestResponse) -> None:
    assert response.content_type == "application/problem+json"
    problem = response.get_json()
    validator("Problem").validate(problem)
    assert problem["status"] == response.status_code
    assert problem["detail"]


def holds(schema: str, document: object) -> bool:
    """Whether an answer is as the OpenAPI document says; raises with the reason if not."""
    assert FORMATS.checkers
    validator(schema).validate(document)
    return True


def settings_for(database_url: str, engine: EngineStack, data_dir: Path) -> Settings:
    return Settings(
        profile=Profile.TEST,
        data_dir=data_dir,
        database_url=database_url,
        engine_url=engine.engine_url,
        engine_user=engine.engine_user,
        engine_password=engine.engine_password,
        secret_key=SECRET,
        number_prefix=own_prefix("A"),
        **LONG_SESSIONS,
    )


@contextmanager
def with_own_clock(api: Api, **changed: Any) -> Iterator[Api]:
    """The application once more on the same database: a clock that the test moves, and other settings."""
    services = Services(replace(api.services.settings, **changed), SetClock(api.services.clock.now()))
    yield Api(create_app(services), services)
    services.close()


def clock_of(api: Api) -> SetClock:
    assert isinstance(api.services.clock, SetClock)
    return api.services.clock
