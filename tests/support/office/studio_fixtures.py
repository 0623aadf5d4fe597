"""The studio on the real engine: what a test deploys is gone after it, and the bundle from before is live again.

Test modules take the fixtures by ``pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.studio_fixtures"]``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select, update

from letterbox.services.deployment.design import LiveBundle
from letterbox.store.bundles import Bundle
from letterbox.wiring import Services
from tests.support.drawn.owner import Owner


@pytest.fixture
def owner(desk_services: Services) -> Iterator[Owner]:
    actor, before = desk_services.sign_in.of_login("owner").actor, desk_services.design.live()
    assert before is not None
    desk_services.studio.discard(actor)
    yield Owner(desk_services, actor)
    desk_services.studio.discard(actor)
    forget_bundles_after(desk_services, before)
    desk_services.rulebook.refresh()


def forget_bundles_after(services: Services, before: LiveBundle) -> None:
    """Take them and their letters' instances out of the engine, which otherwise keeps every version in memory."""
    with services.database.reading() as session:
        later = list(session.scalars(select(Bundle.deployment_id).where(Bundle.id > before.id)))
    for deployment_id in later:
        services.engine.deployments.delete(deployment_id, cascade=True)
    with services.database.transaction() as session:
        session.execute(delete(Bundle).where(Bundle.id > before.id))
        session.execute(update(Bundle).where(Bundle.id == before.id).values(is_live=True))
