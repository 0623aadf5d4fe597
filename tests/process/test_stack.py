"""The embedded stack itself: the engine behind its password, its clock, its sequence-flow counter."""

from __future__ import annotations

import requests

from letterbox.store import migrate
from tests.support.stack import EngineStack

TIMEOUT = 10


def test_the_engine_answers_only_with_its_password(engine_stack: EngineStack) -> None:
    for path in ("/version", "/engine", "/task", "/user"):
        url = engine_stack.engine_url + path
        assert requests.get(url, timeout=TIMEOUT).status_code == 401, path
        assert requests.get(url, auth=(engine_stack.engine_user, "wrong"), timeout=TIMEOUT).status_code == 401, path
        assert requests.get(url, auth=engine_stack.auth, timeout=TIMEOUT).status_code == 200, path


def test_the_product_has_a_migrated_database(database_url: str) -> None:
    assert migrate.current(database_url) == migrate.head()
