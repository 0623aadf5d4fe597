"""What one ``letterbox up`` is going to run: ports, addresses and secrets, decided before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from letterbox.domain.errors import ConfigError
from letterbox.settings import NOBODY, Profile, checked
from letterbox.stack import stack_file
from letterbox.stack.engine import lanes
from letterbox.stack.parts import ENGINE_USER, Secrets, secrets_of
from letterbox.stack.postgres import AUDITOR, OWNER, EmbeddedPostgres
from letterbox.stack.programs import free_port, is_port_free

DEFAULT_WEB_PORT = 8080
PRIVATE_PORTS = ("database_port", "engine_port", "mail_port", "workers_port")


@dataclass(frozen=True, slots=True)
class Plan:
    """``given`` are the settings of the environment; parts whose address is given there are not started."""

    data_dir: Path
    credentials: Secrets = field(repr=False)
    ports: Mapping[str, int]
    given: Mapping[str, str] = field(repr=False)
    web_port: int = DEFAULT_WEB_PORT
    is_demo: bool = False

    @property
    def runs_engine(self) -> bool:
        return "engine_url" not in self.given

    @property
    def lane(self) -> lanes.EngineLane:
        """Which engine, if we start one."""
        return lanes.BY_NAME[self.given.get("engine", lanes.DEFAULT.name)]

    @property
    def runs_postgres(self) -> bool:
        """Ours is also needed for an embedded engine beside a database given from outside."""
        return self.runs_engine or "database_url" not in self.given

    @property
    def runs_mail(self) -> bool:
        return "smtp_url" not in self.given

    @property
    def web_host(self) -> str:
        return self.given.get("web_host", "127.0.0.1")

    @property
    def web_url(self) -> str:
        host = "127.0.0.1" if self.web_host in {"0.0.0.0", "::"} else self.web_host  # noqa: S104  # compared, not bound
        return f"http://{host}:{self.web_port}"

    @property
    def workers_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['workers_port']}"

    @property
    def mail_folder(self) -> Path:
        return self.data_dir / "mail"

    def postgres(self) -> EmbeddedPostgres:
        """A simulation's data are thrown away, so its commits need not wait for the disk."""
        is_durable = self.given.get("profile") != Profile.SIMULATION
        return EmbeddedPostgres(
            folder=self.data_dir / "postgres",
            port=self.ports["database_port"],
            passwords=self.credentials.database,
            is_durable=is_durable,
        )

    def settings(self) -> dict[str, Any]:
        """Every setting of this stack's programs by field of ``Settings``; the environment's win."""
        chosen: dict[str, Any] = {
            **self._own_databases(),
            "engine_url": f"http://127.0.0.1:{self.ports['engine_port']}/engine-rest",
            "engine_user": ENGINE_USER,
            "engine_password": self.credentials.engine,
            "secret_key": self.credentials.secret_key,
            "profile": "production",
            "public_url": self.web_url,
            "smtp_url": f"smtp://127.0.0.1:{self.ports['mail_port']}",
        }
        if self.is_demo:
            chosen["second_factor_roles"] = NOBODY  # invented people have no telephones
        given = {field: value for field, value in self.given.items() if field != "owner_database_url"}
        return {**chosen, **given, "data_dir": str(self.data_dir), "web_port": self.web_port}

    def _own_databases(self) -> dict[str, str]:
        """Of a server of ours: what the application and its audit trail connect as."""
        if "database_url" in self.given:
            return {}
        server = self.postgres()
        return {"database_url": server.url("letterbox"), "audit_database_url": server.url("letterbox", AUDITOR)}

    @property
    def owner_database_url(self) -> str | None:
        """What migrates; told to nobody but the start itself."""
        if "database_url" in self.given:
            return self.given.get("owner_database_url")
        return self.postgres().url("letterbox", OWNER)

    def document(self) -> dict[str, Any]:
        """What stack.json holds: the settings, and where the parts listen."""
        return {**self.settings(), **self.ports, "web_url": self.web_url, "workers_url": self.workers_url}


def make(data_dir: Path, web_port: int | None, *, is_demo: bool = False) -> Plan:
    """Choose ports: the web's as asked, the others as last time where still free.

    Raises ConfigError if the port is taken or a setting cannot be meant, before anything starts.
    """
    given = stack_file.from_environment()
    before = stack_file.read(data_dir)
    wanted = web_port or int(given.get("web_port") or before.get("web_port") or DEFAULT_WEB_PORT)
    host = given.get("web_host", "127.0.0.1")
    if not is_port_free(wanted, host):
        raise ConfigError(
            f"端口 {wanted} 已被其他程序占用，请用 --port 指定另一个 (port {wanted} is taken, use --port N)"
        )
    _check_external(given)
    given["engine"] = _engine(given, before, data_dir)
    plan = Plan(
        data_dir=data_dir,
        credentials=secrets_of(data_dir),
        ports=_private_ports(before, taken=wanted),
        given=given,
        web_port=wanted,
        is_demo=is_demo,
    )
    checked({field: str(value) for field, value in plan.settings().items() if value is not None})
    return plan


def _private_ports(before: Mapping[str, Any], taken: int) -> dict[str, int]:
    ports: dict[str, int] = {}
    for name in PRIVATE_PORTS:
        port = before.get(name)
        used = {taken, *ports.values()}
        while not isinstance(port, int) or port in used or not is_port_free(port):
            port = free_port()
        ports[name] = port
    return ports


def _check_external(given: Mapping[str, str]) -> None:
    if "engine_url" in given and "engine_password" not in given:
        raise ConfigError(
            "设置了 ENGINE_URL（外部引擎），还需要 ENGINE_USER 和 ENGINE_PASSWORD (an external engine needs its password)"
        )


def _engine(given: Mapping[str, str], before: Mapping[str, Any], data_dir: Path) -> str:
    """As asked, or as last time. Raises ConfigError if there is no such engine or the folder's data are another's."""
    kept = before.get("engine", lanes.DEFAULT.name) if before else None
    wanted = given.get("engine") or kept or lanes.DEFAULT.name
    if wanted not in lanes.BY_NAME:
        raise ConfigError(f"LETTERBOX_ENGINE 应为 {' 或 '.join(lanes.BY_NAME)}，现为 {wanted!r} (no such engine)")
    if kept and wanted != kept:
        raise ConfigError(
            f"{data_dir} 中的流程数据属于引擎 {kept}，不能换用 {wanted}：请用 LETTERBOX_DATA_DIR 另指定文件夹 (data of another engine)"
        )
    return str(wanted)
