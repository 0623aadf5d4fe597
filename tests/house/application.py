"""The application put together without anything behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from letterbox.domain.clock import Clock, SystemClock
from letterbox.settings import Profile, Settings
from webapp import create_app


@dataclass
class NoServices:
    """Enough to put the application together; no view is called."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)


def bare_app(folder: Path) -> Flask:
    nowhere = Settings(Profile.PRODUCTION, folder, "", "", "", "", secret_key="only for the house tests, 32 chars")
    return create_app(NoServices(nowhere))
