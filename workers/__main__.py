"""``python -m workers``: one worker process for all topics of ``workers.handlers``, which also empties the outbox.

Several may run at once; each has its own worker id, and the outbox has its own leases.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from threading import Event

from letterbox import memory, wiring
from letterbox import settings as settings_module
from letterbox.domain.errors import ConfigError
from letterbox.settings import Profile, Settings
from letterbox.wiring import Services
from letterbox.wiring.operators import OperatorServices
from workers.handlers import HANDLERS
from workers.runtime import Repeating, Worker, WorkerConfig
from workers.runtime.shutdown import stop_on_signals

POLL_MS = 15_000
POLL_MS_MOVABLE_CLOCK = 500
"""A waiting fetch keeps the engine's time of its start: with a clock that is moved it must be short."""
OUTBOX_EVERY_S = 0.5
ACCOUNT_MAIL_EVERY_S = 15.0
OWNERS_STEPS_EVERY_S = 20.0
"""How soon people learn by mail what was changed about their account."""
HOUSEKEEPING_EVERY_S = 600.0
FORGETTING_EVERY_S = 3600.0
"""How often the engine is asked to forget ids of commands that are never sent again."""
CALENDAR_EVERY_S = 10.0
"""How soon a publication of the calendar that was interrupted is finished."""
AUDIT_EVERY_S = 6 * 3600.0
SYSLOG_EVERY_S = 2.0
LOST_CODES_EVERY_S = 2.0
"""How soon a lost code is answered; the page does not wait for it."""
UPLOADS_EVERY_S = 600.0
"""How often uploads that found no letter are looked for."""

log = logging.getLogger("workers")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 orderly end, 1 something was left unfinished, 2 wrong settings."""
    options = _options(arguments)
    logging.basicConfig(level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = settings_module.load()
    except ConfigError as error:
        log.error(error.message)
        return 2
    services = wiring.build(settings)
    try:
        services.database.check_keys()
        return _run(services, settings, (options.health_host, options.health_port))
    except ConfigError as error:
        log.error(error.message)
        return 2
    finally:
        services.close()


def _run(services: Services, settings: Settings, health: tuple[str, int]) -> int:
    stop_requested = Event()
    stop_on_signals(stop_requested)
    periodic = [
        Repeating("outbox", services.relay.relay_waiting, OUTBOX_EVERY_S),
        Repeating("account mail", services.delivery.send_to_people, ACCOUNT_MAIL_EVERY_S),
        Repeating("lost codes", services.recovery.work, LOST_CODES_EVERY_S),
        Repeating("calendar", services.calendar_office.catch_up, CALENDAR_EVERY_S),
        Repeating("uploads", services.attachments.forget_orphans, UPLOADS_EVERY_S),
        Repeating("housekeeping", services.housekeeping.clear_away, HOUSEKEEPING_EVERY_S),
        Repeating("applied commands", OperatorServices(services).forgetting.look, FORGETTING_EVERY_S),
        Repeating("owners' steps", services.owners_steps.look, OWNERS_STEPS_EVERY_S),
        Repeating("held notices", services.confirmation.forget_unanswered, UPLOADS_EVERY_S),
    ]
    if settings.profile is not Profile.SIMULATION:  # its clock leaps over weeks while nothing stands still
        periodic.append(Repeating("stalls", OperatorServices(services).stalls.look, settings.stall_look_s))
    periodic.append(Repeating("audit retention", services.end_old_audit, AUDIT_EVERY_S))
    if services.audit_syslog is not None:
        periodic.append(Repeating("syslog", services.audit_syslog.send, SYSLOG_EVERY_S))
    worker = make_worker(services, settings, health)
    if worker.heartbeat is not None:
        log.info("health at http://%s:%d/healthz", health[0], worker.heartbeat.port)
    memory.freeze_garbage_collector()
    for each in periodic:
        each.start()
    try:
        return 0 if worker.run(stop_requested) else 1
    finally:
        for each in periodic:
            each.stop()


def make_worker(services: Services, settings: Settings, health: tuple[str, int] | None = None) -> Worker:
    """The worker of this product, not started; also for tests and simulations that run it in their own process."""
    config = WorkerConfig(
        slots=settings.worker_slots,
        poll_ms=POLL_MS_MOVABLE_CLOCK if settings.profile.has_movable_clock else POLL_MS,
        mask=services.mask,
    )
    return Worker(
        services.engine.external_tasks,
        [handler.bound_to(services) for handler in HANDLERS],
        config,
        deliveries=services.deliveries,
        heartbeat=health,
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m workers", description="Work the engine's external tasks.")
    parser.add_argument("--health-host", default="127.0.0.1", help="address of /healthz and /metrics")
    parser.add_argument("--health-port", type=int, default=0, help="port of /healthz and /metrics; 0: any")
    parser.add_argument("--log-level", default="INFO", help="DEBUG, INFO, WARNING or ERROR")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
