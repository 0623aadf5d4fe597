"""What every page may reach: the services that ``create_app`` was given, and those that one audience has beside them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from flask import Flask, current_app

from letterbox.domain.clock import Clock
from letterbox.settings import Settings

if TYPE_CHECKING:
    from letterbox.wiring import Services
    from letterbox.wiring.cockpit import Cockpit
    from letterbox.wiring.desk import Desk
    from letterbox.wiring.machine import MachineServices
    from letterbox.wiring.operators import OperatorServices

EXTENSION = "letterbox"


class WebServices(Protocol):
    """The least that the shared parts need, also of an application that shows the public's pages alone."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...


def services_of(app: Flask) -> WebServices:
    """The same, while the application is being put together."""
    container: WebServices = app.extensions[EXTENSION]
    return container


def services() -> Services:
    """The container of the running application."""
    return cast("Services", current_app.extensions[EXTENSION])


def desk() -> Desk:
    return cast("Desk", _built("desk", lambda wired: wired.Desk.on(services())))


def cockpit() -> Cockpit:
    return cast("Cockpit", _built("cockpit", lambda wired: wired.Cockpit.on(services())))


def machine() -> MachineServices:
    return cast("MachineServices", _built("machine", lambda wired: wired.MachineServices(services())))


def operator() -> OperatorServices:
    return cast("OperatorServices", _built("operators", lambda wired: wired.OperatorServices(services())))


def _built(room: str, build: Callable[[Any], Any]) -> Any:
    """Built from ``letterbox.wiring`` at the first request, so that an application without these services still starts."""
    key = f"{EXTENSION}.{room}"
    if key not in current_app.extensions:
        current_app.extensions[key] = build(import_module(f"letterbox.wiring.{room}"))
    return current_app.extensions[key]
