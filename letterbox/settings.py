"""Settings: the environment, read once into a frozen value. A missing secret stops start-up.

``letterbox up`` writes the settings of the stack it started to ``<data dir>/stack.json`` (mode 0600), so that
the other commands find it; the environment wins over that file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from letterbox.domain.errors import ConfigError

STACK_FILE = "stack.json"


class Profile(StrEnum):
    PRODUCTION = "production"
    TEST = "test"
    SIMULATION = "simulation"

    @property
    def has_movable_clock(self) -> bool:
        """Only test and simulation may move the clock (contract, "Time")."""
        return self is not Profile.PRODUCTION


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. Paths are absolute; URLs carry their credentials."""

    profile: Profile
    data_dir: Path
    database_url: str
    engine_url: str
    engine_user: str
    engine_password: str
    secret_key: str
    engine: str | None = None
    clock: str | None = None
    public_url: str = "http://127.0.0.1:8080"
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    smtp_url: str = "smtp://127.0.0.1:1025"
    mail_from: str = "letterbox@localhost"
    sms_url: str | None = None
    county_name: str = "示例县"
    mailbox_name: str = "书记县长信箱"
    number_prefix: str = "SX"
    quiet_hours: str = "21:00-08:00"
    worker_slots: int = 4
    trusted_proxies: int = 0
    workers_url: str | None = None

    @property
    def attachments_dir(self) -> Path:
        return self.data_dir / "attachments"


VARIABLES: dict[str, str] = {
    "profile": "LETTERBOX_PROFILE",
    "data_dir": "LETTERBOX_DATA_DIR",
    "database_url": "DATABASE_URL",
    "engine": "LETTERBOX_ENGINE",
    "engine_url": "ENGINE_URL",
    "engine_user": "ENGINE_USER",
    "engine_password": "ENGINE_PASSWORD",
    "secret_key": "LETTERBOX_SECRET_KEY",
    "clock": "LETTERBOX_CLOCK",
    "public_url": "LETTERBOX_PUBLIC_URL",
    "web_host": "LETTERBOX_WEB_HOST",
    "web_port": "LETTERBOX_WEB_PORT",
    "smtp_url": "SMTP_URL",
    "mail_from": "MAIL_FROM",
    "sms_url": "SMS_URL",
    "county_name": "LETTERBOX_COUNTY_NAME",
    "mailbox_name": "LETTERBOX_MAILBOX_NAME",
    "number_prefix": "LETTERBOX_NUMBER_PREFIX",
    "quiet_hours": "LETTERBOX_QUIET_HOURS",
    "worker_slots": "LETTERBOX_WORKER_SLOTS",
    "trusted_proxies": "LETTERBOX_TRUSTED_PROXIES",
    "workers_url": "LETTERBOX_WORKERS_URL",
}
"""Field of ``Settings`` → environment variable; every name is documented in docs/reference/settings.md."""

REQUIRED = ("database_url", "engine_url", "engine_user", "engine_password", "secret_key")
INTEGERS = frozenset({"web_port", "worker_slots", "trusted_proxies"})


def data_dir_from(environ: Mapping[str, str]) -> Path:
    """Where this installation keeps its files; default ``.letterbox`` in the current folder."""
    return Path(environ.get("LETTERBOX_DATA_DIR") or ".letterbox").resolve()


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environ`` (default: the process's), falling back to a running stack's file.

    Raises ConfigError naming every missing or malformed variable.
    """
    environ = os.environ if environ is None else environ
    data_dir = data_dir_from(environ)
    values = _stack_values(data_dir)
    values.update({field: environ[name] for field, name in VARIABLES.items() if environ.get(name)})
    missing = [VARIABLES[field] for field in REQUIRED if not values.get(field)]
    if missing:
        raise ConfigError(
            f"缺少设置 {', '.join(missing)}：请先运行 letterbox up，或在环境变量中给出 (missing settings: run `letterbox up` or set them)"
        )
    return _settings({**values, "data_dir": str(data_dir)})


def _stack_values(data_dir: Path) -> dict[str, str]:
    path = data_dir / STACK_FILE
    if not path.is_file():
        return {}
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {field: str(stored[field]) for field in VARIABLES if stored.get(field) is not None}


def _settings(values: Mapping[str, str]) -> Settings:
    typed: dict[str, object] = dict(values)
    for field in INTEGERS & values.keys():
        try:
            typed[field] = int(values[field])
        except ValueError:
            raise ConfigError(f"{VARIABLES[field]} 应为整数，现为 {values[field]!r} (must be a whole number)") from None
    try:
        typed["profile"] = Profile(values.get("profile", "production"))
    except ValueError:
        raise ConfigError(
            f"LETTERBOX_PROFILE 应为 production、test 或 simulation，现为 {values['profile']!r}"
        ) from None
    typed["data_dir"] = Path(values["data_dir"])
    return Settings(**typed)  # type: ignore[arg-type]  # keys are the dataclass's own, checked by VARIABLES
