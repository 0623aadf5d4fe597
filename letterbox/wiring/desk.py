"""The services that are the desk's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from letterbox.services.notices.alerts import Alerts
from letterbox.services.side_processes.supervision_lists import SupervisionLists
from letterbox.services.staff.own_account import OwnAccount
from letterbox.services.tasks.holders import Holders
from letterbox.services.tasks.my_figures import DeskFigures
from letterbox.services.tasks.my_tasks import DeskTasks
from letterbox.wiring.services import Services


@dataclass(frozen=True, slots=True)
class Desk:
    figures: DeskFigures
    tasks: DeskTasks
    account: OwnAccount
    supervisions: SupervisionLists
    holders: Holders
    alerts: Alerts

    @classmethod
    def on(cls, services: Services) -> Self:
        return cls(
            figures=DeskFigures(services.database, services.clock, services.design),
            tasks=DeskTasks(
                services.database,
                services.engine,
                services.clock,
                services.task_facts,
                services.form_data,
                services.task_shifts,
            ),
            account=OwnAccount(services.database, services.clock, services.sign_in, services.passwords),
            supervisions=SupervisionLists(services.database),
            alerts=Alerts(services.database),
            holders=Holders(services.database, services.engine, services.task_facts),
        )
