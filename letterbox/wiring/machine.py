"""The services of the machine interface and of the commands beside it, built on those of ``wiring``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from letterbox.engine.clock import EngineClock
from letterbox.services.access.idempotency import Idempotency
from letterbox.services.case.casebook import Casebook
from letterbox.services.clock.mover import TestClock
from letterbox.services.clock.shared import SharedClock
from letterbox.services.intake.importing import BackgroundRelay, Importing
from letterbox.services.intake.intake import Intake
from letterbox.services.procedure.actions import Actions
from letterbox.services.records.exporting import Exporting
from letterbox.services.records.figures import Figures
from letterbox.wiring.services import Services


class MachineServices:
    """Each built when first asked for; nothing here needs closing."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @cached_property
    def actions(self) -> Actions:
        return self._services.actions

    @cached_property
    def figures(self) -> Figures:
        return Figures(self._services.database, self._services.clock)

    @cached_property
    def idempotency(self) -> Idempotency:
        return Idempotency(self._services.database)

    @contextmanager
    def importing(self) -> Iterator[Importing]:
        """Rows go in one after the other; their commands leave for the engine beside that."""
        services = self._services
        relay = BackgroundRelay(services.relay)
        casebook = Casebook(services.database, services.clock, services.rulebook, relay)
        try:
            yield Importing(
                Intake(
                    services.database,
                    casebook,
                    services.codes,
                    services.new_letters,
                    services.known_letters,
                    services.clock,
                )
            )
        finally:
            relay.close()

    @cached_property
    def exporting(self) -> Exporting:
        return Exporting(self._services.database)

    @cached_property
    def test_clock(self) -> TestClock | None:
        """None where the clock is the machine's."""
        services = self._services
        if not isinstance(services.clock, SharedClock):
            return None
        engine = EngineClock(services.engine)
        lock_file = services.settings.data_dir / "clock.lock"
        return TestClock(services.database, services.clock, engine, services.relay, lock_file)
