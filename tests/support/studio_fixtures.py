"""The studio on the real engine: whatever a test deploys, the shipped bundle is live again after it.

Test modules take the fixtures by ``pytest_plugins = ["tests.support.desk_fixtures", "tests.support.studio_fixtures"]``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from letterbox.services.design import REPOSITORY, repository_files
from letterbox.wiring import Services
from tests.support.owner import Owner


@pytest.fixture
def owner(desk_services: Services) -> Iterator[Owner]:
    actor = desk_services.sign_in.of_login("owner").actor
    desk_services.studio.discard(actor)
    yield Owner(desk_services, actor)
    desk_services.studio.discard(actor)
    desk_services.design.deploy(repository_files(), REPOSITORY, "tests")
    desk_services.rulebook.refresh()
