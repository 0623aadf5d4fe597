"""The services behind the machine interface."""

from __future__ import annotations

from flask import Flask, current_app

from letterbox.wiring import Services
from letterbox.wiring.machine import MachineServices
from webapp.shared.context import EXTENSION

KEY = "letterbox.machine"


def attach_services(app: Flask) -> None:
    app.extensions[KEY] = MachineServices(app.extensions[EXTENSION])


def core() -> Services:
    services: Services = current_app.extensions[EXTENSION]
    return services


def machine() -> MachineServices:
    services: MachineServices = current_app.extensions[KEY]
    return services
