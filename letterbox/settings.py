"""Settings: the environment, read once into a frozen value. A missing secret stops start-up.

``letterbox up`` writes the settings of the stack it started to ``<data dir>/stack.json`` (mode 0600), so that
the other commands find it; the environment wins over that file.
"""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from letterbox.domain.errors import ConfigError
from letterbox.domain.hosts import is_loopback
from letterbox.domain.keys import SHORTEST_SECRET, Keys
from letterbox.domain.vocabulary import Role
from letterbox.setting_names import INTEGERS, LEAST, REQUIRED, VARIABLES

ROOT = Path(__file__).resolve().parents[1]
"""The project's folder: ``bpmn/``, ``config/`` and the packages lie in it."""
STACK_FILE = "stack.json"
NOBODY = "none"
WITH_SECOND_FACTOR = "admin,security_admin,auditor,process_owner,operator,screener,reviewer,supervisor"
"""Roles that in production need a second factor unless the setting says otherwise: they see or change everything."""


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
    old_secret_keys: str = ""
    owner_database_url: str | None = None
    audit_database_url: str | None = None
    audit_days: int = 365
    syslog_url: str | None = None
    engine: str | None = None
    clock: str | None = None
    public_url: str = "http://127.0.0.1:8080"
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    smtp_url: str = "smtp://127.0.0.1:1025"
    mail_from: str = "letterbox@localhost"
    sms_url: str | None = None
    scanner_url: str | None = None
    county_name: str = "示例县"
    mailbox_name: str = "书记县长信箱"
    number_prefix: str = "SX"
    quiet_hours: str = "21:00-08:00"
    worker_slots: int = 4
    stall_look_s: int = 300
    stall_minutes: int = 10
    stall_visits: int = 30
    security_contact: str | None = None
    trusted_proxies: int = 0
    hosts: str = ""
    monitor_networks: str = "127.0.0.0/8,::1/128"
    workers_url: str | None = None
    session_idle_minutes: int = 30
    session_hours: int = 12
    fresh_sign_in_minutes: int = 15
    password_length: int = 12
    password_history: int = 5
    password_days: int = 0
    token_days: int = 365
    proof_cost: int = 4000
    second_factor_roles: str = "none"
    oidc_issuer: str | None = None
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_claim: str = "preferred_username"
    oidc_scopes: str = "openid profile"
    backup_days: int = 0

    @property
    def second_factor_names(self) -> tuple[str, ...]:
        """Roles whose holders must have a second factor."""
        return tuple(name for name in listed(self.second_factor_roles) if name != NOBODY)

    @property
    def keys(self) -> Keys:
        """What signs and hashes, by purpose; replaced secrets are still tried."""
        return Keys(self.secret_key, listed(self.old_secret_keys))

    @property
    def attachments_dir(self) -> Path:
        return self.data_dir / "attachments"

    @property
    def mail_dir(self) -> Path:
        """Where ``letterbox up`` keeps mail if no server is set."""
        return self.data_dir / "mail"


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
    if environ.get(VARIABLES["database_url"]):
        values.pop("audit_database_url", None)  # the stack's trail belongs to the stack's database
    values.update({field: environ[name] for field, name in VARIABLES.items() if environ.get(name)})
    missing = [VARIABLES[field] for field in REQUIRED if not values.get(field)]
    if missing:
        raise ConfigError(
            f"缺少设置 {', '.join(missing)}：请先运行 letterbox up，或在环境变量中给出 (missing settings: run `letterbox up` or set them)"
        )
    return checked({**values, "data_dir": str(data_dir)})


def checked(values: Mapping[str, str]) -> Settings:
    """The settings of these values by field of ``Settings``.

    Raises ConfigError naming the variable that cannot be meant, or that is not safe in production.
    """
    settings = _settings(values)
    for check in (_check_roles, _check_secrets, _check_addresses, _check_networks):
        check(settings)
    return settings


def listed(text: str) -> tuple[str, ...]:
    """The parts of a list with commas."""
    return tuple(part for part in (each.strip() for each in text.split(",")) if part)


def _stack_values(data_dir: Path) -> dict[str, str]:
    path = data_dir / STACK_FILE
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (
        FileNotFoundError,
        PermissionError,
    ):  # root's alone: programs that root starts are told by their environment
        return {}
    return {field: str(stored[field]) for field in VARIABLES if stored.get(field) is not None}


def _whole(field: str, value: str) -> int:
    try:
        number = int(value)
    except ValueError:
        raise ConfigError(f"{VARIABLES[field]} 应为整数，现为 {value!r} (must be a whole number)") from None
    if number < LEAST.get(field, number):
        raise ConfigError(f"{VARIABLES[field]} 至少为 {LEAST[field]}，现为 {value!r} (too small)")
    return number


def _settings(values: Mapping[str, str]) -> Settings:
    typed: dict[str, object] = dict(values)
    if values.get("profile", "production") == Profile.PRODUCTION:
        typed.setdefault("second_factor_roles", WITH_SECOND_FACTOR)
    for field in INTEGERS & values.keys():
        typed[field] = _whole(field, values[field])
    try:
        typed["profile"] = Profile(values.get("profile", "production"))
    except ValueError:
        raise ConfigError(
            f"LETTERBOX_PROFILE 应为 production、test 或 simulation，现为 {values['profile']!r}"
        ) from None
    typed["data_dir"] = Path(values["data_dir"])
    return Settings(**typed)  # type: ignore[arg-type]  # keys are the dataclass's own, checked by VARIABLES


def _check_roles(settings: Settings) -> None:
    known = {str(role) for role in Role}
    unknown = [name for name in settings.second_factor_names if name not in known]
    if unknown:
        raise ConfigError(
            f"LETTERBOX_SECOND_FACTOR_ROLES 中没有角色 {'、'.join(unknown)}，应为角色名或 none (no such role)"
        )


def _check_secrets(settings: Settings) -> None:
    for field, secrets in (
        ("secret_key", (settings.secret_key,)),
        ("old_secret_keys", listed(settings.old_secret_keys)),
    ):
        if any(len(secret.encode()) < SHORTEST_SECRET for secret in secrets):
            raise ConfigError(
                f"{VARIABLES[field]} 太短，至少 {SHORTEST_SECRET} 个字符：可以用 openssl rand -hex 32 生成"
                f" (a secret of at least {SHORTEST_SECRET} characters is needed)"
            )


def _check_addresses(settings: Settings) -> None:
    _address(settings, "public_url", ("https", "http"), secure="https")
    _address(settings, "smtp_url", ("smtp", "smtps", "smtp+plain"))
    if settings.oidc_issuer is not None:
        _address(settings, "oidc_issuer", ("https", "http"), secure="https")
        if not settings.oidc_client_id:
            raise ConfigError("给出 LETTERBOX_OIDC_ISSUER 时也要给出 LETTERBOX_OIDC_CLIENT_ID (client id is missing)")
    if settings.sms_url is not None:
        _address(settings, "sms_url", ("https", "http"), secure="https")

    if settings.scanner_url is not None and not is_scanner(settings.scanner_url):
        raise ConfigError(
            "LETTERBOX_SCANNER_URL 应写成 clamd://主机:端口 或 clamd:///套接字文件 (must be a clamd:// address)"
        )
    if settings.security_contact is not None and not settings.security_contact.startswith(("mailto:", "https://")):
        raise ConfigError(
            "LETTERBOX_SECURITY_CONTACT 应以 mailto: 或 https:// 开头 (must be a mailto: or https:// address)"
        )


def _address(settings: Settings, field: str, schemes: tuple[str, ...], secure: str | None = None) -> None:
    """``secure``: the one scheme that production takes, except towards this machine itself."""
    name, parts = VARIABLES[field], _split(getattr(settings, field))
    if parts is None or parts.scheme not in schemes or not parts.hostname:
        wanted = " 或 ".join(f"{scheme}://" for scheme in schemes)
        raise ConfigError(f"{name} 应为以 {wanted} 开头的地址 (must be an address that begins like this)")
    if secure and settings.profile is Profile.PRODUCTION and parts.scheme != secure and not is_loopback(parts.hostname):
        raise ConfigError(
            f"{name} 在正式环境中须以 {secure}:// 开头：不加密的连接会泄露来信和口令 (production needs {secure}://)"
        )


def is_scanner(address: str) -> bool:
    """``clamd://host:port``, or ``clamd:///path`` of a socket."""
    parts = _split(address)
    return parts is not None and parts.scheme == "clamd" and bool(parts.hostname or parts.path.strip("/"))


def _split(address: str) -> SplitResult | None:
    """None if the address has a port that none can be, or brackets that do not close."""
    try:
        parts = urlsplit(address)
        return parts if parts.port is None or parts.port else None
    except ValueError:
        return None


def _check_networks(settings: Settings) -> None:
    for network in listed(settings.monitor_networks):
        try:
            ipaddress.ip_network(network)
        except ValueError:
            raise ConfigError(
                f"LETTERBOX_MONITOR_NETWORKS 中的 {network!r} 不是网段，应写成 10.1.2.0/24 这样 (not a network)"
            ) from None
