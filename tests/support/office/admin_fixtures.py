"""Administration pages in tests: the real application, a browser for each person. The engine is away.

Test modules take them by ``pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]``.
"""

from __future__ import annotations

import pytest

from letterbox.domain.permissions import Actor
from letterbox.wiring import Services
from tests.support.office.api import Api
from tests.support.office.office import PASSWORD, SignIn, as_actor, person_id, sign_in
from tests.support.writers.script_free_browser import Browser


@pytest.fixture
def real(api: Api) -> Services:
    return api.services


@pytest.fixture
def as_login(api: Api) -> SignIn:
    return lambda login, password=PASSWORD: sign_in(api, login, password)


@pytest.fixture
def admin(api: Api) -> Browser:
    return sign_in(api, "admin")


@pytest.fixture
def security(api: Api) -> Browser:
    return sign_in(api, "security")


@pytest.fixture
def admin_id(real: Services) -> int:
    return person_id(real, "admin")


@pytest.fixture
def admin_actor(real: Services, admin_id: int) -> Actor:
    return as_actor(real, admin_id)
