"""Every event by its name: the classes of all modules of this room."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from letterbox.domain.events import handling, limits, receipt, reply, screening, side_processes, system
from letterbox.domain.events.event import Event

MODULES: tuple[ModuleType, ...] = (receipt, screening, handling, reply, limits, side_processes, system)


def _classes() -> dict[str, type[Event]]:
    found = (each for module in MODULES for each in vars(module).values() if isinstance(each, type))
    return {each.stored_name(): each for each in found if issubclass(each, Event) and each is not Event}


CLASSES: Mapping[str, type[Event]] = _classes()
"""Raises ValueError, when this is imported, for a class that is called as no ``EventName``."""
