"""The stack a benchmark runs against: one it starts itself in a folder of its own, or a running one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from letterbox import settings as settings_module
from letterbox.settings import Settings
from letterbox.stack import folder
from letterbox.stack.own_stack import own_stack


@dataclass(frozen=True, slots=True)
class Site:
    """``pid``: its supervisor, if we started it."""

    settings: Settings
    url: str
    pid: int | None = None


@contextmanager
def running(data_dir: Path) -> Iterator[Site]:
    """The stack that ``letterbox up`` runs in ``data_dir`` just now."""
    settings = settings_module.load({**os.environ, "LETTERBOX_DATA_DIR": str(data_dir)})
    yield Site(settings, settings.public_url.rstrip("/"))


@contextmanager
def started() -> Iterator[Site]:
    """A stack of its own, stopped and removed at the end."""
    with own_stack({}) as settings:
        supervisor = folder.holder(settings.data_dir)
        yield Site(settings, settings.public_url.rstrip("/"), supervisor.pid if supervisor else None)
