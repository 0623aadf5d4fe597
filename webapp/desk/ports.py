"""The services as the desk uses them, and the three that are the desk's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

from letterbox.services.side_processes.supervision_lists import SupervisionLists
from letterbox.services.staff.own_account import OwnAccount
from letterbox.services.tasks.my_figures import DeskFigures
from letterbox.services.tasks.my_tasks import DeskTasks
from webapp.shared.context import EXTENSION

if TYPE_CHECKING:
    from letterbox.wiring import Services

KEY = "letterbox.desk"


@dataclass(frozen=True, slots=True)
class Desk:
    figures: DeskFigures
    tasks: DeskTasks
    account: OwnAccount
    supervisions: SupervisionLists


def services() -> Services:
    return cast("Services", current_app.extensions[EXTENSION])


def desk() -> Desk:
    """Built at the first request, so that an application without these services still starts."""
    if KEY not in current_app.extensions:
        s = services()
        current_app.extensions[KEY] = Desk(
            DeskFigures(s.database, s.clock, s.design),
            DeskTasks(s.database, s.engine, s.clock),
            OwnAccount(s.database, s.clock, s.sign_in, s.passwords),
            SupervisionLists(s.database),
        )
    return cast(Desk, current_app.extensions[KEY])
