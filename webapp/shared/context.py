"""What every page may reach: the services container that ``create_app`` was given."""

from __future__ import annotations

from typing import Any, Protocol

from flask import Flask, current_app

from letterbox.domain.clock import Clock
from letterbox.settings import Settings

EXTENSION = "letterbox"


class WebServices(Protocol):
    """The least that the shared parts need; each audience states its own needs in its ``ports.py``."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...


def services_of(app: Flask) -> WebServices:
    """The same, while the application is being put together."""
    container: WebServices = app.extensions[EXTENSION]
    return container


def services() -> Any:
    """The container of the running application; audiences give it the type of their port."""
    return current_app.extensions[EXTENSION]
