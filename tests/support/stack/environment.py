"""The environment of a command that works on the database and the engine of a test."""

from __future__ import annotations

import pytest

from letterbox.settings import Settings

NOBODY = "x"
"""User and password where no engine is reached; production takes no empty ones."""


def environment_of(settings: Settings, **changed: str) -> dict[str, str]:
    return {
        "LETTERBOX_PROFILE": "production",
        "LETTERBOX_DATA_DIR": str(settings.data_dir),
        "LETTERBOX_SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
        "ENGINE_URL": settings.engine_url,
        "ENGINE_USER": settings.engine_user or NOBODY,
        "ENGINE_PASSWORD": settings.engine_password or NOBODY,
        **changed,
    }


def commands_work_on(monkeypatch: pytest.MonkeyPatch, settings: Settings, **changed: str) -> None:
    """From here on to the end of the test."""
    for name, value in environment_of(settings, **changed).items():
        monkeypatch.setenv(name, value)
