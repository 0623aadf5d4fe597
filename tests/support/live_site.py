"""The web application on a real port, on services in memory, for tests with a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.serving import make_server

from tests.support.fake_services import FakeServices, Memory
from webapp import create_app


@dataclass(frozen=True)
class Site:
    url: str
    memory: Memory


@contextmanager
def live_site(data_dir: Path) -> Iterator[Site]:
    services = FakeServices(data_dir)
    server = make_server("127.0.0.1", 0, create_app(services, ["portal"]), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", services.memory)
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
