"""The web application on a real port, on services in memory, for tests with a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.stack.serving import served
from tests.support.writers.fake_services import FakeServices, Memory
from webapp import create_app


@dataclass(frozen=True)
class Site:
    url: str
    memory: Memory
    services: FakeServices


@contextmanager
def live_site(data_dir: Path) -> Iterator[Site]:
    services = FakeServices(data_dir)
    with served(create_app(services, ["portal"])) as url:
        yield Site(url, services.memory, services)
