"""What services in tests begin with: an ordinary Monday, the county's units and people, a bundle, and no engine."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.seeds import values as seeds
from letterbox.services.deployment.design import repository_files
from letterbox.store.bundles import Bundle, BundleFile
from letterbox.store.database import Database
from letterbox.wiring import Services
from tests.support.stack.stack import EngineStack

MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE_ZONE)
"""The first working day of an ordinary week: no holiday within two weeks."""
NO_ENGINE = EngineStack("http://127.0.0.1:1/engine-rest", "nobody", "nothing", "", "")


def seeded(services: Services) -> Services:
    services.seeding.units(seeds.load_units())
    services.seeding.people(seeds.load_people(seeds.load_units()), "demo-password")
    return services


def stage_bundle(database: Database) -> None:
    """The repository's bundle as the live one, as far as our own database is concerned."""
    with database.transaction() as session:
        if session.scalars(select(Bundle.id).where(Bundle.is_live)).first() is not None:
            return
        row = Bundle(
            deployment_id="staged",
            origin="repository",
            digest="staged",
            deployed_at=MONDAY,
            deployed_by="tests",
            is_live=True,
        )
        session.add(row)
        session.flush()
        files = repository_files()
        session.add_all(BundleFile(bundle_id=row.id, name=name, content=content) for name, content in files.items())
