"""The services of operators: what is stuck, and mending it; built on those of ``wiring``."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from letterbox.domain.clock import SystemClock
from letterbox.engine.clock import EngineClock
from letterbox.outbox.forgetting import Forgetting
from letterbox.services.audit.operator_pages import OperatorLog
from letterbox.services.deployment.element_names import ElementNames
from letterbox.services.operations.doctor.access import AccessChecks
from letterbox.services.operations.doctor.backups import BackupChecks
from letterbox.services.operations.doctor.data import DataChecks
from letterbox.services.operations.doctor.engine import EngineChecks
from letterbox.services.operations.doctor.keys import KeyChecks
from letterbox.services.operations.doctor.place import PlaceChecks
from letterbox.services.operations.doctor.run import Doctor
from letterbox.services.operations.doctor.search import SearchChecks
from letterbox.services.operations.doctor.trail import TrailChecks
from letterbox.services.operations.keys.renewal import KeyRenewal
from letterbox.services.operations.processes.cancelling import Cancelling
from letterbox.services.operations.processes.ending import Ending
from letterbox.services.operations.processes.list import LetterProcesses
from letterbox.services.operations.processes.migrating import Migrating
from letterbox.services.operations.processes.migration_plan import MigrationPlanner
from letterbox.services.operations.processes.repositioning import Repositioning
from letterbox.services.operations.reconcile.cleanup import Cleanup
from letterbox.services.operations.reconcile.repairs import Repairs
from letterbox.services.operations.reconcile.run import Reconciling
from letterbox.services.operations.stalls.faults import Faults
from letterbox.services.operations.stalls.rules import Thresholds
from letterbox.services.operations.stalls.stalls import Stalls
from letterbox.services.operations.stuck.discarding import Discarding
from letterbox.services.operations.stuck.retry_kinds import Attempts
from letterbox.services.operations.stuck.retrying import Retrying
from letterbox.services.operations.stuck.work import StuckWork
from letterbox.store import rights
from letterbox.wiring.services import Services, mail_channel


class OperatorServices:
    """Each built when first asked for; nothing here needs closing."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @cached_property
    def names(self) -> ElementNames:
        return ElementNames(self._services.design)

    @cached_property
    def stuck(self) -> StuckWork:
        services = self._services
        return StuckWork(services.database, services.engine, self.names, services.clock, services.mask)

    @cached_property
    def forgetting(self) -> Forgetting:
        return Forgetting(self._services.database, self._services.engine)

    @cached_property
    def processes(self) -> LetterProcesses:
        return LetterProcesses(self._services.engine, self._services.casebook, self.names)

    @cached_property
    def discarding(self) -> Discarding:
        return Discarding(self.stuck, self._services.administration, self._services.relay)

    @cached_property
    def migrating(self) -> Migrating:
        services = self._services
        planner = MigrationPlanner(services.engine, self.names)
        return Migrating(services.database, services.engine, planner, services.administration)

    @cached_property
    def repositioning(self) -> Repositioning:
        services = self._services
        return Repositioning(services.engine, services.casebook, services.administration)

    @cached_property
    def cancelling(self) -> Cancelling:
        services = self._services
        return Cancelling(services.engine, services.casebook, services.administration, services.procedure.withdrawing)

    @cached_property
    def cleanup(self) -> Cleanup:
        services = self._services
        return Cleanup(services.engine, services.casebook, services.administration, services.notices)

    @cached_property
    def reconciling(self) -> Reconciling:
        services = self._services
        repairs = Repairs(services.database, services.engine, services.casebook, services.relay, self.cleanup)
        return Reconciling(
            services.database,
            services.engine,
            services.rulebook,
            services.administration,
            repairs,
            engine_now=self._engine_now,
        )

    @cached_property
    def faults(self) -> Faults:
        services = self._services
        return Faults(services.database, services.casebook, services.administration, services.notices)

    @cached_property
    def stalls(self) -> Stalls:
        services, settings = self._services, self._services.settings
        thresholds = Thresholds(timedelta(minutes=settings.stall_minutes), settings.stall_visits)
        return Stalls(
            services.database,
            services.engine,
            services.rulebook,
            services.clock,
            self.names,
            thresholds,
            self._engine_now,
            services.administration,
            self.reconciling,
            self.faults.follow,
        )

    @cached_property
    def ending(self) -> Ending:
        return Ending(self._services.engine, self.reconciling, self._services.administration, self.names)

    @cached_property
    def key_renewal(self) -> KeyRenewal:
        services = self._services
        also = [services.second_factors.seal_anew, services.search_index.seal_anew]
        return KeyRenewal(services.database, services.settings.keys, services.sealed_folder, services.caught_mail, also)

    @cached_property
    def log(self) -> OperatorLog:
        return OperatorLog(self._services.database)

    @cached_property
    def doctor(self) -> Doctor:
        services, settings = self._services, self._services.settings
        data = DataChecks(services.database, services.rulebook, services.clock)
        engine = EngineChecks(
            services.engine, services.design, self.names, settings, self._engine_now, SystemClock().now
        )
        access, keys = AccessChecks(services.tokens), KeyChecks(self.key_renewal)
        writer = rights.role_of(settings.audit_database_url) if settings.audit_database_url else None
        trail = TrailChecks(services.database, services.audit_reading, settings.data_dir, writer, settings.audit_days)
        place = PlaceChecks(settings.data_dir, settings.attachments_dir, mail_channel(settings))
        backups = BackupChecks(settings.data_dir, settings.backup_days, SystemClock().now)
        return Doctor(
            {
                "engine": engine.engine,
                "database": data.database,
                "migrations": data.migrations,
                "bundle": engine.bundle,
                "workers": engine.workers,
                "outbox": data.outbox,
                "incidents": engine.incidents,
                "notices": data.notices,
                "stalls": lambda: data.stalls(settings.stall_look_s),
                "clocks": lambda: engine.clocks(data.now),
                "disk": place.disk,
                "attachments": place.attachments,
                "mail": place.mail,
                "user": place.user,
                "calendar": data.calendar,
                "tokens": access.tokens,
                "administrators": trail.administrators,
                "trail": trail.trail,
                "trail_rights": trail.rights,
                "retention": trail.retention,
                "search": SearchChecks(services.search_index).search,
                "keys": keys.keys,
                "backup": backups.backup,
            }
        )

    def _engine_now(self) -> datetime:
        services = self._services
        has_own_clock = services.settings.profile.has_movable_clock
        return EngineClock(services.engine).now() if has_own_clock else services.clock.now()

    @cached_property
    def retrying(self) -> Retrying:
        services = self._services
        attempts = Attempts(services.database, services.engine, services.casebook, services.relay, services.mask)
        return Retrying(self.stuck, attempts, services.administration)
