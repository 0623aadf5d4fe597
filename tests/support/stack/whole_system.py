"""Everything that runs in production, in a test: database, engine with its job executor, worker process, web server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from letterbox.seeds import values as seeds
from letterbox.services.deployment.design import repository_files
from letterbox.setting_names import VARIABLES
from letterbox.settings import Profile, Settings
from letterbox.stack import demo, stack_file
from letterbox.stack.programs import Program, Running
from letterbox.store import migrate
from letterbox.wiring import Services
from tests.support.stack import stack
from tests.support.stack.clocks import LONG_SESSIONS
from tests.support.stack.keys import SECRET
from tests.support.stack.serving import served
from webapp import create_app


@dataclass(frozen=True, slots=True)
class WholeSystem:
    """``url`` is the web server's; the demonstration's people can sign in with ``demo.PASSWORD``."""

    url: str
    services: Services


@contextmanager
def whole_system(
    lane: str, profile: Profile = Profile.TEST, postgres: stack.PostgresStack | None = None
) -> Iterator[WholeSystem]:
    """``postgres``: a server of the test's own; else one is started."""
    with ExitStack() as held:
        folder = held.enter_context(stack.data_folder())
        postgres = postgres or held.enter_context(stack.postgres_stack(folder))
        engine = held.enter_context(stack.engine_stack(folder, postgres.engine_database_url, lane, job_executor=True))
        database = held.enter_context(stack.fresh_database(postgres.admin_url))
        migrate.upgrade(database)
        services = held.enter_context(closing(Services(_settings(database, engine, folder, profile))))
        services.seeding.units(seeds.load_units())
        demo.add_people(services)
        services.design.deploy_repository(repository_files(), "tests")
        worker = Running(_worker(services), held.enter_context(stack.log(folder / "worker.log")))
        held.callback(worker.stop)
        yield WholeSystem(held.enter_context(served(create_app(services))), services)


def _settings(database_url: str, engine: stack.EngineStack, folder: Path, profile: Profile) -> Settings:
    return Settings(
        profile=profile,
        data_dir=folder,
        database_url=database_url,
        engine_url=engine.engine_url,
        engine_user=engine.engine_user,
        engine_password=engine.engine_password,
        secret_key=SECRET,
        **LONG_SESSIONS,
    )


def _worker(services: Services) -> Program:
    values = {name: getattr(services.settings, name) for name in VARIABLES}
    return Program("worker", [sys.executable, "-m", "workers"], env=stack_file.as_environment(values))
