"""The services of operators: what is stuck, and mending it; built on those of ``wiring``."""

from __future__ import annotations

from functools import cached_property

from letterbox.services.element_names import ElementNames
from letterbox.services.retry_attempts import Attempts
from letterbox.services.retrying import Retrying
from letterbox.services.stuck import StuckWork
from letterbox.wiring import Services


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
    def retrying(self) -> Retrying:
        services = self._services
        attempts = Attempts(services.database, services.engine, services.casebook, services.sender, services.mask)
        return Retrying(self.stuck, attempts, services.administration)
