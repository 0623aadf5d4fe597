"""The services that are the cockpit's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from letterbox.services.limits.open_limits import OpenLimits
from letterbox.services.procedure.reminders import ReminderPauses
from letterbox.services.studio.process_map import ProcessMap
from letterbox.wiring.services import Services


@dataclass(frozen=True, slots=True)
class Cockpit:
    limits: OpenLimits
    map: ProcessMap
    pauses: ReminderPauses

    @classmethod
    def on(cls, services: Services) -> Self:
        return cls(
            limits=OpenLimits(services.database, services.clock, services.rulebook),
            map=ProcessMap(services.database, services.engine, services.clock, services.design),
            pauses=ReminderPauses(services.database, services.clock),
        )
