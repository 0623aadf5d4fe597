"""``python -m workers``: one worker process for all topics of ``workers.handlers:HANDLERS``.

HANDLERS is a sequence of ``workers.runtime.Duty``; ``letterbox.wiring.build(settings)`` gives the services that each
duty's function gets, and may offer ``deliveries`` (a DeliveryLog) and ``mask`` (failure texts without personal data).
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from threading import Event
from typing import Any

from letterbox import settings as settings_module
from letterbox.domain.errors import ConfigError
from letterbox.engine.client import EngineClient
from letterbox.settings import Settings
from workers.runtime import Duty, Worker, WorkerConfig
from workers.runtime.shutdown import stop_on_signals

POLL_MS = 15_000
POLL_MS_MOVABLE_CLOCK = 500
"""A waiting fetch keeps the engine's time of its start: with a clock that is moved it must be short."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 orderly end, 1 something was left unfinished, 2 wrong settings."""
    options = _options(arguments)
    logging.basicConfig(level=options.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = settings_module.load()
    except ConfigError as error:
        print(error.message, file=sys.stderr)  # noqa: T201  # before logging is of use to anybody
        return 2
    stop_requested = Event()
    stop_on_signals(stop_requested)
    with _client(settings) as client:
        worker = _worker(settings, client, options.health_port)
        logging.getLogger(__name__).info("health at http://127.0.0.1:%d/healthz", _port(worker))
        return 0 if worker.run(stop_requested) else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m workers", description="Work the engine's external tasks.")
    parser.add_argument("--health-port", type=int, default=0, help="loopback port of /healthz and /metrics; 0: any")
    parser.add_argument("--log-level", default="INFO", help="DEBUG, INFO, WARNING, ERROR")
    return parser.parse_args(arguments)


def _client(settings: Settings) -> EngineClient:
    return EngineClient(
        settings.engine_url,
        settings.engine_user,
        settings.engine_password,
        pool_size=settings.worker_slots + 4,
    )


def _worker(settings: Settings, client: EngineClient, health_port: int) -> Worker:
    services: Any = import_module("letterbox.wiring").build(settings)
    duties: Sequence[Duty[Any]] = import_module("workers.handlers").HANDLERS
    config = WorkerConfig(
        slots=settings.worker_slots,
        poll_ms=POLL_MS_MOVABLE_CLOCK if settings.profile.has_movable_clock else POLL_MS,
        mask=getattr(services, "mask", str),
    )
    return Worker(
        client.external_tasks,
        [duty.bound_to(services) for duty in duties],
        config,
        deliveries=getattr(services, "deliveries", None),
        heartbeat_port=health_port,
    )


def _port(worker: Worker) -> int:
    return worker.heartbeat.port if worker.heartbeat is not None else 0


if __name__ == "__main__":
    sys.exit(main())
