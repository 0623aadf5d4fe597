"""The services as the desk uses them, and the three that are the desk's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

from letterbox.wiring.desk import Desk
from webapp.shared.context import EXTENSION

if TYPE_CHECKING:
    from letterbox.wiring import Services

KEY = "letterbox.desk"


def services() -> Services:
    return cast("Services", current_app.extensions[EXTENSION])


def desk() -> Desk:
    """Built at the first request, so that an application without these services still starts."""
    if KEY not in current_app.extensions:
        current_app.extensions[KEY] = Desk.on(services())
    return cast(Desk, current_app.extensions[KEY])
